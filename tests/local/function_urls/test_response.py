"""The response that a function describes, or is."""

import json
from typing import Any

import pytest

from local.function_urls.errors import Refused, forbidden
from local.function_urls.response import Response, refusal, response


def described(**parts: Any) -> Response:
    return response(json.dumps({"statusCode": 200} | parts).encode())


def headers(found: Response) -> dict[bytes, bytes]:
    return dict(found.headers)


@pytest.mark.parametrize("returned", [b'"Hello, world!"', b'{"message":"hello"}', b"[1]", b"null"])
def test_what_describes_no_response_is_the_body(returned: bytes) -> None:
    found = response(returned)
    assert (found.status, found.body) == (200, returned)
    assert headers(found) == {b"content-type": b"application/json"}


def test_a_response_has_the_status_headers_and_body_described() -> None:
    found = described(statusCode=201, headers={"X-Own": "v", "X-Count": 3}, body="süß")
    assert found.status == 201
    assert headers(found) == {
        b"content-type": b"application/json",
        b"x-own": b"v",
        b"x-count": b"3",
    }
    assert found.body == "süß".encode()


def test_a_content_type_in_any_case_is_the_only_one() -> None:
    found = described(headers={"Content-Type": "text/calendar"})
    assert found.headers == [(b"content-type", b"text/calendar")]


def test_each_cookie_is_a_header() -> None:
    found = described(cookies=["a=1; Secure", "b=2"])
    assert [value for name, value in found.headers if name == b"set-cookie"] == [
        b"a=1; Secure",
        b"b=2",
    ]


def test_a_body_in_base64_is_bytes() -> None:
    assert described(isBase64Encoded=True, body="AP/+").body == b"\x00\xff\xfe"


def test_what_the_server_says_itself_is_not_the_functions_to_say() -> None:
    found = described(headers={"Content-Length": "1", "Connection": "close"})
    assert headers(found) == {b"content-type": b"application/json"}


@pytest.mark.parametrize(
    "parts",
    [
        {"statusCode": "abc"},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": True},
        {"statusCode": None},
        {"headers": ["x"]},
        {"headers": {"x y": "1"}},
        {"headers": {"x": "a\r\nset-cookie: b"}},
        {"headers": {"x": {"nested": 1}}},
        {"cookies": "a=1"},
        {"cookies": [1]},
        {"cookies": ["a=1\r\nx: y"]},
        {"body": {"not": "text"}},
        {"body": "%%%", "isBase64Encoded": True},
    ],
)
def test_what_is_no_response_is_a_bad_gateway(parts: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        described(**parts)
    assert (refused.value.status, refused.value.message) == (502, "Internal Server Error")


def test_what_is_no_json_is_a_bad_gateway() -> None:
    with pytest.raises(Refused, match="Internal Server Error"):
        response(b"<html>")


def test_a_refusal_names_its_type_in_a_header() -> None:
    found = refusal(forbidden())
    assert found.status == 403
    assert headers(found)[b"x-amzn-errortype"] == b"AccessDeniedException"
    assert json.loads(found.body)["Message"].startswith("Forbidden.")
