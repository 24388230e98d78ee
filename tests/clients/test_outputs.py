"""Which stack is asked: the file named, the environment's, or the nearest above."""

import json
from pathlib import Path

import pytest

from querycast.errors import NotConfigured
from querycast.outputs import read_outputs

STACK = {
    "graphqlUrl": "https://abc.appsync-api.eu-west-1.amazonaws.com/graphql",
    "realtimeUrl": "wss://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql",
    "region": "eu-west-1",
    "userPoolId": "us-east-1_pool",
    "userPoolClientId": "client",
}
DEMO_USERS = [{"email": "ana@example.com", "password": "secret-1", "groups": []}]


def written(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def test_the_nearest_file_above_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(home / ".querycast" / "outputs.json", STACK)
    (home / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(home / "deep" / "down")

    assert read_outputs().graphql_url == STACK["graphqlUrl"]


def test_the_environment_names_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(home / ".querycast" / "outputs.json", STACK)
    other = written(home / "other.json", {**STACK, "region": "eu-north-1"})
    monkeypatch.setenv("QUERYCAST_OUTPUTS", str(other))

    assert read_outputs().region == "eu-north-1"


def test_a_stack_on_aws_signs_in_at_its_region(home: Path) -> None:
    outputs = read_outputs(written(home / "aws.json", {**STACK, "demoUsers": DEMO_USERS}))

    assert outputs.cognito_url == "https://cognito-idp.eu-west-1.amazonaws.com/"
    assert outputs.demo_user is None


def test_a_local_stack_has_a_demo_user(home: Path) -> None:
    local = {**STACK, "awsEndpointUrl": "http://127.0.0.1:4566", "demoUsers": DEMO_USERS}
    outputs = read_outputs(written(home / "local.json", local))

    assert outputs.cognito_url == "http://127.0.0.1:4566"
    assert outputs.demo_user is not None
    assert outputs.demo_user.email == "ana@example.com"


def test_a_password_is_never_printed(home: Path) -> None:
    local = {**STACK, "awsEndpointUrl": "http://127.0.0.1:4566", "demoUsers": DEMO_USERS}

    assert "secret-1" not in repr(read_outputs(written(home / "local.json", local)))


def test_no_file_anywhere_says_what_to_do(home: Path) -> None:
    with pytest.raises(NotConfigured, match=r"No .querycast/outputs.json in .*`make up`"):
        read_outputs()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not a JSON document"),
        ("[]", "does not hold a JSON object"),
        ('{"region": "eu-west-1"}', "has no graphqlUrl, realtimeUrl, userPoolId, userPoolClientId"),
    ],
)
def test_a_file_that_is_no_outputs_file_is_named(home: Path, text: str, words: str) -> None:
    path = home / "broken.json"
    path.write_text(text)

    with pytest.raises(NotConfigured, match=f"broken.json {words}.*make up"):
        read_outputs(path)


def test_a_file_that_is_missing_is_named(home: Path) -> None:
    with pytest.raises(NotConfigured, match=r"Cannot read nowhere\.json: No such file"):
        read_outputs(Path("nowhere.json"))
