"""The web application behind CloudFront: what is served, to whom, and with which headers."""

import json
from typing import Any

import pytest
import quickjs  # type: ignore[import-untyped]  # it has no stubs

from infra.sources import PAGES, web_serving
from tests.infra.template import Template, text


@pytest.fixture
def policy(production: Template) -> dict[str, Any]:
    [policy] = production.properties("CloudFront::ResponseHeadersPolicy")
    config: dict[str, Any] = policy["ResponseHeadersPolicyConfig"]
    return config


@pytest.fixture
def distribution(production: Template) -> dict[str, Any]:
    [distribution] = production.properties("CloudFront::Distribution")
    config: dict[str, Any] = distribution["DistributionConfig"]
    return config


def page_of(path: str) -> str:
    """What the function at the edge has CloudFront look for."""
    context = quickjs.Context()
    context.eval(PAGES.read_text(encoding="utf-8"))
    event = json.dumps({"request": {"uri": path}})
    return str(json.loads(str(context.eval(f"JSON.stringify(handler({event}))")))["uri"])


def test_one_machine_needs_no_cloudfront(dev: Template) -> None:
    assert not dev.of("CloudFront::Distribution")


@pytest.mark.parametrize(
    "path", ["/", "/reports", "/reports/taxi_by_day", "/queries/0f-1", "/a.b/c"]
)
def test_a_page_of_the_application_is_the_one_file(path: str) -> None:
    assert page_of(path) == "/index.html"


@pytest.mark.parametrize("path", ["/config.json", "/assets/main-1a2b.js", "/icon.svg"])
def test_a_file_is_itself(path: str) -> None:
    assert page_of(path) == path


def test_pages_may_call_the_api_and_cognito_alone(policy: dict[str, Any]) -> None:
    told = text(policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    found = dict(directive.split(" ", 1) for directive in told.split("; "))
    wanted = web_serving()["contentSecurityPolicy"]
    assert set(found) == set(wanted)
    assert {name for name in wanted if found[name] != wanted[name]} == {"connect-src"}
    assert "https://cognito-idp." in found["connect-src"]
    assert "ApiGraphQL" in found["connect-src"]
    assert "*" not in told


def test_every_header_of_the_local_stack_is_told(policy: dict[str, Any]) -> None:
    security = policy["SecurityHeadersConfig"]
    told = {
        header["Header"]: header["Value"] for header in policy["CustomHeadersConfig"]["Items"]
    } | {
        "x-content-type-options": "nosniff" if "ContentTypeOptions" in security else None,
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
    }
    assert told == web_serving()["headers"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600


def test_files_come_by_https_and_from_a_private_bucket(
    production: Template, distribution: dict[str, Any]
) -> None:
    assert distribution["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    [origin] = distribution["Origins"]
    assert origin["OriginAccessControlId"]
    [bucket] = [
        properties
        for key, properties in (
            (key, resource["Properties"]) for key, resource in production.of("S3::Bucket").items()
        )
        if key.startswith("Web")
    ]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_notices_link_to_it(production: Template) -> None:
    notify = production.resources["FunctionsNotify"]["Properties"]
    assert "WebDistribution" in text(notify["Environment"]["Variables"]["APP_URL"])
