"""The function URL of the stack: who signs may write events, and is who the event says."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import Person
from tests.integration.function_url import NEEDED, FunctionUrl, calling

GET = "query ($id: ID!) { getEvent(id: $id) { title owner version } }"
Caller = Callable[..., FunctionUrl]


@pytest.fixture(scope="module")
def calls(outputs: Any, aws: Callable[[str], Any]) -> Caller:
    """The URL as a new user of IAM: `calls(*actions)`."""
    if "awsEndpointUrl" not in outputs:
        pytest.skip("makes users, which nobody would take away")
    place = outputs["eventWriterUrl"], outputs["eventWriterFunction"]
    return lambda *actions: calling(outputs, aws, *place, actions or NEEDED)


@pytest.fixture(scope="module")
def writer(calls: Caller) -> FunctionUrl:
    return calls()


def new_event(**fields: str) -> dict[str, str]:
    return {
        "id": str(uuid.uuid4()),
        "title": "Nightly load",
        "calendar": "group:analysts",
        "firstDay": "2027-03-01",
        **fields,
    }


def read(person: Person, event_id: str) -> Any:
    answer = person.api.ask(GET, id=event_id)
    assert answer.errors == []
    return answer.data["getEvent"]


def test_an_event_is_written_changed_and_deleted_by_who_signs(
    writer: FunctionUrl, ana: Person
) -> None:
    event = new_event()
    assert writer.ask("POST", "/", event).status == 201
    written = {"title": "Nightly load", "owner": writer.arn, "version": 1}
    assert read(ana, event["id"]) == written
    change = {"version": 1, "title": "Load", "firstDay": "2027-03-02"}
    assert writer.ask("PUT", f"/{event['id']}", change).status == 200
    assert read(ana, event["id"]) == written | {"title": "Load", "version": 2}
    assert writer.ask("DELETE", f"/{event['id']}?version=2").status == 200
    assert read(ana, event["id"]) is None


def test_a_refusal_of_the_function_is_the_answer(writer: FunctionUrl) -> None:
    answer = writer.ask("POST", "/", new_event(calendar="group:nobodys"))
    assert (answer.status, answer.body["error"]["type"]) == (404, "CalendarNotFound")


@pytest.mark.parametrize("how", ["unsigned", "with a wrong secret"])
def test_who_does_not_sign_rightly_writes_nothing(
    writer: FunctionUrl, ana: Person, how: str
) -> None:
    forger = writer.unsigned() if how == "unsigned" else writer.with_secret("not-the-secret")
    event = new_event()
    assert forger.ask("POST", "/", event).status == 403
    assert read(ana, event["id"]) is None


@pytest.mark.parametrize("action", NEEDED)
def test_who_may_not_call_writes_nothing(calls: Caller, ana: Person, action: str) -> None:
    """Lambda wants both permissions."""
    event = new_event()
    assert calls(action).ask("POST", "/", event).status == 403
    assert read(ana, event["id"]) is None
