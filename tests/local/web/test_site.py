"""The web application's files: which path gives what, with which headers."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.appsync.graphql_http import HttpAnswer
from local.web.site import Site

OUTPUTS = {
    "graphqlUrl": "http://localhost:4000/graphql",
    "realtimeUrl": "ws://localhost:4000/graphql/realtime",
    "graphqlTlsUrl": "https://localhost:4443/graphql",
    "realtimeTlsUrl": "wss://localhost:4443/graphql/realtime",
    "region": "us-east-1",
    "userPoolId": "us-east-1_example",
    "userPoolClientId": "client",
    "awsEndpointUrl": "http://127.0.0.1:4566",
    "selfSignUp": "true",
    "mfa": "optional",
    "apiKey": "da2-secret",
    "demoUsers": [{"email": "ana@example.com", "password": "Aa1-secret", "groups": []}],
}


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(OUTPUTS))
    return file


@pytest.fixture
def site(tmp_path: Path, outputs: Path) -> Site:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "assets" / "index-abc123.js").write_text("let it")
    (folder / "icon.svg").write_text("<svg/>")
    return Site(folder, outputs)


def get(site: Site, path: str, *, is_tls: bool = False) -> HttpAnswer:
    return site.answer(path, is_tls=is_tls)


def headers(answer: HttpAnswer) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in answer.headers}


@pytest.mark.parametrize("path", ["/", "/index.html", "/queries/0b5f6a3e", "/reports/taxi_by_day"])
def test_a_page_is_the_application(site: Site, path: str) -> None:
    answer = get(site, path)
    assert (answer.status, answer.body) == (200, b"<!doctype html>")
    assert headers(answer)["cache-control"] == "no-cache"


def test_a_hashed_file_is_kept_for_ever(site: Site) -> None:
    answer = get(site, "/assets/index-abc123.js")
    assert headers(answer)["cache-control"] == "public, max-age=31536000, immutable"
    assert headers(answer)["content-type"] == "text/javascript; charset=utf-8"


def test_other_files_are_asked_for_again(site: Site) -> None:
    assert headers(get(site, "/icon.svg"))["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/icon.svg", "/config.json", "/gone.js"])
def test_no_type_is_guessed_and_no_address_told(site: Site, path: str) -> None:
    found = headers(get(site, path))
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"


def test_a_page_may_talk_to_the_api_and_to_cognito_alone(site: Site) -> None:
    policy = headers(get(site, "/"))["content-security-policy"]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives["connect-src"].split() == [
        "'self'",
        "http://localhost:4000",
        "ws://localhost:4000",
        "http://127.0.0.1:4566",
    ]
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"


def test_a_page_over_tls_talks_to_the_api_over_tls(site: Site) -> None:
    config = json.loads(get(site, "/config.json", is_tls=True).body)
    assert config["graphqlUrl"] == OUTPUTS["graphqlTlsUrl"]
    assert "wss://localhost:4443" in headers(get(site, "/", is_tls=True))["content-security-policy"]


def test_the_configuration_holds_what_is_no_secret(site: Site) -> None:
    config: dict[str, Any] = json.loads(get(site, "/config.json").body)
    assert config == {
        "graphqlUrl": "http://localhost:4000/graphql",
        "realtimeUrl": "ws://localhost:4000/graphql/realtime",
        "region": "us-east-1",
        "userPoolId": "us-east-1_example",
        "userPoolClientId": "client",
        "cognitoUrl": "http://127.0.0.1:4566/",
        "selfSignUp": True,
        "mfa": "optional",
    }


def test_before_the_stack_is_deployed_there_is_no_configuration(site: Site, outputs: Path) -> None:
    outputs.unlink()
    answer = get(site, "/config.json")
    assert (answer.status, b"make up" in answer.body) == (503, True)
    assert "connect-src 'self';" in headers(get(site, "/"))["content-security-policy"]


@pytest.mark.parametrize("path", ["/gone.js", "/assets/gone.css", "/assets/%00.js", "/a\0.js"])
def test_a_file_that_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert get(site, path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/../outputs.json", "/assets/../../outputs.json", "//etc/hosts.txt", "/./../outputs.json"],
)
def test_nothing_outside_of_the_folder_is_given(site: Site, path: str) -> None:
    assert get(site, path).status == 404


def test_a_link_out_of_the_folder_is_not_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "web" / "outputs.json").symlink_to(tmp_path / "outputs.json")
    assert get(site, "/outputs.json").status == 404


def test_an_application_that_is_not_built_says_how(tmp_path: Path, outputs: Path) -> None:
    answer = get(Site(tmp_path / "none", outputs), "/")
    assert (answer.status, answer.body) == (
        404,
        b"The web application is not built: run `make up`.",
    )
