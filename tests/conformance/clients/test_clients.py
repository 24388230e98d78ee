"""What users of unmodified clients see: answers, pushes, a restart, and refusals."""

import json
import uuid
from typing import Any

import pytest

from tests.conformance.clients.api import ON_NOTE, ON_SECRET, PUT, READ, SECRET, NotesApi
from tests.conformance.clients.client import Client
from tests.conformance.clients.conftest import CLIENTS, Connect
from tests.conformance.clients.server import Server
from tests.local.conftest import wait_until

WRONG_KEY = "da2-wrongwrongwrongwrongwrongw"

every_client = pytest.mark.parametrize("name", CLIENTS)


@pytest.fixture
def note() -> str:
    """The id of a note that nobody else uses."""
    return uuid.uuid4().hex


def following(client: Client, server: Server, note: str) -> None:
    """Have it follow a note, and wait until nothing that is pushed can be lost."""
    client.follow(ON_NOTE, READ, id=note)
    assert text_of(client.next("read")) is None
    server.wait_for("subscriptions", 1)


def text_of(event: Any) -> str | None:
    """Of the one note in an answer, a read or a push."""
    (value,) = event["data"].values()
    return None if value is None else str(value["text"])


@every_client
def test_a_mutation_is_answered_and_pushed(
    connect: Connect, server: Server, note: str, name: str
) -> None:
    client = connect(name)
    following(client, server, note)
    assert text_of(client.request(PUT, id=note, text="first")) == "first"
    assert text_of(client.next("push")) == "first"


@every_client
def test_a_push_of_another_note_does_not_come(
    connect: Connect, server: Server, note: str, name: str
) -> None:
    client = connect(name)
    following(client, server, note)
    client.request(PUT, id=f"{note}-other", text="other")
    client.request(PUT, id=note, text="own")
    assert text_of(client.next("push")) == "own"


@every_client
def test_a_client_catches_up_after_a_crash_of_the_server(
    connect: Connect, server: Server, notes: NotesApi, note: str, name: str
) -> None:
    client = connect(name)
    following(client, server, note)
    server.kill()
    notes.change(note, "missed")
    server.start()
    caught_up(client, server, note)


@pytest.mark.parametrize("name", ["gql", "apollo"])
def test_a_client_catches_up_after_a_restart_that_said_goodbye(
    connect: Connect, server: Server, notes: NotesApi, note: str, name: str
) -> None:
    client = connect(name)
    following(client, server, note)
    server.stop()
    notes.change(note, "missed")
    server.start()
    caught_up(client, server, note)


def caught_up(client: Client, server: Server, note: str) -> None:
    """It reads what it was not told, and is told what comes then."""
    assert text_of(client.next("read")) == "missed"
    server.wait_for("subscriptions", 1)
    client.request(PUT, id=note, text="next")
    assert text_of(client.next("push")) == "next"


@every_client
def test_a_client_that_ends_leaves_no_subscription(
    connect: Connect, server: Server, note: str, name: str
) -> None:
    client = connect(name)
    following(client, server, note)
    client.close()
    server.wait_for("subscriptions", 0)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gql", "You are not authorized to make this call."),
        ("apollo", "Received status code 401"),
        ("amplify_in_node", "Unauthorized"),
        ("amplify_in_chromium", "Unauthorized"),
    ],
)
def test_who_asks_with_a_wrong_key_is_told(connect: Connect, name: str, told: str) -> None:
    refused = connect(name, apiKey=WRONG_KEY).request(READ, id="any")
    assert told in error_of(refused)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gql", "You are not authorized to make this call."),
        ("apollo", "Connection failed: UnauthorizedException"),
        ("amplify_in_node", "Connection failed: UnauthorizedException"),
        ("amplify_in_chromium", "Connection failed: UnauthorizedException"),
    ],
)
def test_who_subscribes_with_a_wrong_key_is_told(
    connect: Connect, server: Server, name: str, told: str
) -> None:
    client = connect(name, apiKey=WRONG_KEY)
    client.follow(ON_NOTE, READ, id="any")
    assert told in error_of(client.next("refused"))
    server.wait_for("connections", 0)


@every_client
def test_who_asks_for_a_denied_field_is_told(connect: Connect, name: str) -> None:
    refused = connect(name).request(SECRET)
    assert "Not Authorized to access secret on type Query" in error_of(refused)


@every_client
def test_who_subscribes_to_a_denied_field_is_told(connect: Connect, name: str) -> None:
    client = connect(name)
    client.follow(ON_SECRET, READ, id="any")
    told = error_of(client.next("refused"))
    assert "Not Authorized to access onSecret on type Subscription" in told


def error_of(event: Any) -> str:
    """All that the user's code sees of a refusal."""
    assert event["event"] == "refused", event
    return json.dumps(event["error"])


@pytest.mark.parametrize("name", ["amplify_in_node", "amplify_in_chromium"])
def test_who_does_not_trust_the_authority_gets_nowhere(connect: Connect, name: str) -> None:
    refused = connect(name, trusting=False).request(READ, id="any")
    assert "A network error has occurred." in error_of(refused)


def test_amplify_at_the_plain_port_is_hinted_at_in_the_log(
    connect: Connect, server: Server, note: str
) -> None:
    client = connect("amplify_in_node", url=server.url)
    assert text_of(client.request(PUT, id=note, text="asking works")) == "asking works"
    client.follow(ON_NOTE, READ, id=note)
    wait_until(lambda: "speaks TLS to the plain HTTP port" in server.log(), "the hint")
