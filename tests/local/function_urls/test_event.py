"""The event of a request: payload format 2.0."""

import base64
from datetime import UTC, datetime

import pytest

from local.function_urls.event import payload
from local.function_urls.request import addressed
from tests.local.function_urls.conftest import URL, a_request

IAM = {"accessKey": "AKIA", "accountId": "000000000000"}


def test_an_event_says_what_was_asked() -> None:
    event = payload(a_request(query="a=1&b=x%20y&a=2", method="PUT"), URL, IAM)
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert (event["rawPath"], event["rawQueryString"]) == ("/events", "a=1&b=x%20y&a=2")
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert event["requestContext"]["http"] == {
        "method": "PUT",
        "path": "/events",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "test",
    }


def test_an_event_says_which_url_and_when() -> None:
    context = payload(a_request(), URL, IAM)["requestContext"]
    assert (context["apiId"], context["domainPrefix"]) == ("abc123", "abc123")
    assert context["domainName"] == "abc123.lambda-url.us-east-1.on.aws"
    assert (context["stage"], context["routeKey"]) == ("$default", "$default")
    told = datetime.strptime(context["time"], "%d/%b/%Y:%H:%M:%S %z")
    assert told == datetime.fromtimestamp(context["timeEpoch"] // 1000, UTC)


def test_an_event_says_who_signed() -> None:
    context = payload(a_request(), URL, IAM)["requestContext"]
    assert context["authorizer"] == {"iam": IAM}
    assert context["accountId"] == "000000000000"


def test_nobody_signs_what_is_everybodys() -> None:
    context = payload(a_request(), URL, None)["requestContext"]
    assert "authorizer" not in context
    assert context["accountId"] == "anonymous"


def test_what_is_not_there_is_left_out() -> None:
    event = payload(a_request(), URL, IAM)
    assert event.keys().isdisjoint({"body", "cookies", "queryStringParameters"})
    assert event["isBase64Encoded"] is False


def test_cookies_are_apart_from_headers() -> None:
    headers = {"host": "x", "cookie": "a=1; b=2"}
    event = payload(a_request(headers=headers, cookies=["a=1", "b=2"]), URL, IAM)
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


def test_a_function_does_not_see_what_was_verified() -> None:
    request = a_request(headers={"authorization": "AWS4-HMAC-SHA256 ...", "x-own": "1"})
    assert "authorization" not in payload(request, URL, IAM)["headers"]
    assert payload(request, URL, None)["headers"]["authorization"] == "AWS4-HMAC-SHA256 ..."


def test_headers_name_the_urls_own_host() -> None:
    headers = payload(a_request(), URL, IAM)["headers"]
    assert headers["host"] == URL.domain
    assert headers["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    "kind",
    ["text/calendar; charset=utf-8", "application/json", "application/ld+json", "Image/SVG+xml"],
)
def test_text_is_text(kind: str) -> None:
    event = payload(a_request(body="süß".encode(), headers={"content-type": kind}), URL, IAM)
    assert (event["body"], event["isBase64Encoded"]) == ("süß", False)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=1"),
        ("image/png", b"\x00\xff"),
        ("", b"plain"),
        ("text/plain", b"\xff\xfe"),
    ],
)
def test_all_else_is_in_base64(kind: str, body: bytes) -> None:
    event = payload(a_request(body=body, headers={"content-type": kind}), URL, IAM)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("localhost:4002", "/abc123/a/b%2Fc", ("abc123", "/a/b%2Fc")),
        ("localhost:4002", "/abc123/", ("abc123", "/")),
        ("localhost:4002", "/abc123", ("abc123", "/")),
        ("localhost:4002", "/", ("", "/")),
        ("abc123.lambda-url.us-east-1.on.aws", "/a/b", ("abc123", "/a/b")),
        ("abc123.lambda-url.localhost:4002", "/", ("abc123", "/")),
    ],
)
def test_a_url_is_known_by_its_path_or_its_host(
    host: str, path: str, expected: tuple[str, str]
) -> None:
    assert addressed(host, path) == expected
