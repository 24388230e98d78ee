"""The function URL that principals of IAM write events to: requests in, statuses out."""

import base64
import json
from typing import Any

import pytest

from core.agenda.event import StoredEvent
from streams import event_writer
from tests.fakes import FakeServices

ROLE = {"userArn": "arn:aws:sts::123456789012:assumed-role/loader/session-7"}
EVENT_ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"
WHOLE = {
    "title": "Deploy",
    "calendar": "group:analysts",
    "start": "2026-11-23T12:00:00Z",
    "end": "2026-11-23T13:00:00+00:00",
}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    services = FakeServices()
    monkeypatch.setattr(event_writer, "agenda", lambda: services.context.agenda)
    monkeypatch.setattr(event_writer, "group_names", lambda: lambda name: name == "analysts")
    return services


@pytest.fixture
def send(services: FakeServices, invocation: Any) -> Any:
    """Sends a request as AWS hands it over; answers its status and its document."""

    def sent(method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        written = body if isinstance(body, str) or body is None else json.dumps(body)
        event = {
            "rawPath": path,
            "headers": {"content-type": "application/json; charset=utf-8"},
            "requestContext": {"http": {"method": method}, "authorizer": {"iam": ROLE}},
            "body": written,
            "isBase64Encoded": False,
        } | more
        answer = event_writer.handler(event, invocation)
        assert answer["headers"] == {"content-type": "application/json"}
        return answer["statusCode"], json.loads(answer["body"])

    return sent


def refusal(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["type"]


def test_an_event_is_created_changed_and_deleted(services: FakeServices, send: Any) -> None:
    status, event = send("POST", "/", WHOLE | {"id": EVENT_ID})
    assert (status, event["owner"]) == (201, "arn:aws:sts::123456789012:assumed-role/loader")
    assert event | {"start": "2026-11-23T12:00:00.000Z", "version": 1, "notes": None} == event
    status, changed = send("PUT", f"/{EVENT_ID}", WHOLE | {"title": "Deployed", "version": 1})
    assert (status, changed["title"], changed["version"]) == (200, "Deployed", 2)
    version = {"queryStringParameters": {"version": "2"}}
    status, deleted = send("DELETE", f"/{EVENT_ID}", **version)
    assert (status, deleted["version"]) == (200, 3)
    assert refusal(send("DELETE", f"/{EVENT_ID}", **version)) == (404, "EventNotFound")


def test_the_same_event_is_created_once(services: FakeServices, send: Any) -> None:
    first = send("POST", "/", WHOLE | {"id": EVENT_ID})
    assert send("POST", "/", WHOLE | {"id": EVENT_ID}) == first
    other = WHOLE | {"id": EVENT_ID, "title": "Other"}
    assert refusal(send("POST", "/", other)) == (409, "IdAlreadyUsed")


def test_what_is_null_is_left_out_and_a_body_may_be_in_base64(
    services: FakeServices, send: Any
) -> None:
    body = base64.b64encode(json.dumps(WHOLE | {"notes": None, "id": None}).encode()).decode()
    status, event = send("POST", "/", body, isBase64Encoded=True)
    assert status == 201
    assert isinstance(services.events.stored[event["id"]], StoredEvent)


@pytest.mark.parametrize("context", [{}, {"authorizer": None}, {"authorizer": {"iam": {}}}])
def test_who_has_not_signed_writes_nothing(
    services: FakeServices, send: Any, context: dict[str, Any]
) -> None:
    answer = send("POST", "/", WHOLE, requestContext={"http": {"method": "POST"}} | context)
    assert refusal(answer) == (403, "NotAuthorized")
    assert services.events.stored == {}


@pytest.mark.parametrize(
    ("change", "status", "type"),
    [
        ({"calendar": "user:ana"}, 404, "CalendarNotFound"),
        ({"calendar": "group:nope"}, 404, "CalendarNotFound"),
        ({"calendar": None}, 400, "InvalidEvent"),
        ({"title": ""}, 400, "InvalidEvent"),
        ({"title": None}, 400, "InvalidBody"),
        ({"title": 5}, 400, "InvalidBody"),
        ({"title": ["t"]}, 400, "InvalidBody"),
        ({"owner": "ana"}, 400, "InvalidBody"),
        ({"version": 1}, 400, "InvalidBody"),
        ({"id": "nope"}, 400, "InvalidId"),
        ({"start": "noon"}, 400, "InvalidTime"),
        ({"start": 5}, 400, "InvalidBody"),
        ({"firstDay": "2026-11-23"}, 400, "InvalidEvent"),
        ({"start": None, "end": None, "firstDay": "20261123"}, 400, "InvalidTime"),
        ({"notes": "n" * 10_001}, 400, "InvalidEvent"),
        ({"notes": "n" * 1_000_000}, 413, "TooLarge"),
        ({"notes": "\ud800"}, 400, "InvalidEvent"),
    ],
)
def test_what_is_no_event_leaves_nothing_behind(
    services: FakeServices, send: Any, change: dict[str, Any], status: int, type: str
) -> None:
    assert refusal(send("POST", "/", WHOLE | change)) == (status, type)
    assert services.events.stored == {}


@pytest.mark.parametrize("body", [None, "", "{", "[]", "null", '"x"', "7", "[" * 100_000, "\ud800"])
def test_a_body_is_a_json_object(services: FakeServices, send: Any, body: str | None) -> None:
    assert refusal(send("POST", "/", body)) == (400, "InvalidBody")
    assert refusal(send("POST", "/", "ü", isBase64Encoded=True)) == (400, "InvalidBody")


@pytest.mark.parametrize("headers", [None, {}, {"content-type": "text/plain"}])
def test_a_body_says_that_it_is_json(services: FakeServices, send: Any, headers: Any) -> None:
    answer = send("POST", "/", WHOLE, headers=headers)
    assert refusal(answer) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", (405, "MethodNotAllowed")),
        ("PUT", "/", (405, "MethodNotAllowed")),
        ("POST", f"/{EVENT_ID}", (405, "MethodNotAllowed")),
        ("POST", "/a/b", (404, "PathNotFound")),
        ("DELETE", "/nope", (400, "InvalidId")),
        ("DELETE", f"/{EVENT_ID}", (404, "EventNotFound")),
    ],
)
def test_other_requests_are_none(
    services: FakeServices, send: Any, method: str, path: str, expected: tuple[int, str]
) -> None:
    answer = send(method, path, WHOLE, queryStringParameters={"version": "1"})
    assert refusal(answer) == expected


@pytest.mark.parametrize("query", [None, {}, {"version": "-1"}, {"version": "٣"}, {"version": ""}])
def test_a_deletion_says_which_version(services: FakeServices, send: Any, query: Any) -> None:
    answer = send("DELETE", f"/{EVENT_ID}", queryStringParameters=query)
    assert refusal(answer) == (400, "InvalidVersion")


def test_a_change_is_of_the_event_of_its_path_and_of_a_version(
    services: FakeServices, send: Any
) -> None:
    send("POST", "/", WHOLE | {"id": EVENT_ID})
    other = WHOLE | {"id": EVENT_ID.replace("6", "7"), "version": 1}
    assert refusal(send("PUT", f"/{EVENT_ID}", other)) == (400, "InvalidBody")
    assert refusal(send("PUT", f"/{EVENT_ID}", WHOLE)) == (400, "InvalidBody")
    assert refusal(send("PUT", f"/{EVENT_ID}", WHOLE | {"version": True})) == (400, "InvalidBody")
    assert refusal(send("PUT", f"/{EVENT_ID}", WHOLE | {"version": 2})) == (409, "StaleVersion")
