"""What curl shows: answers and refusals alike are JSON, over plain HTTP and over TLS."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.conformance.clients.api import PUT, READ, SECRET, NotesApi
from tests.conformance.clients.server import Server

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


def curl(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["curl", "--silent", "--show-error", *arguments], capture_output=True, text=True
    )


def posted(url: str, key: str, document: str, *more: str, **variables: str) -> Any:
    """The answer as a user would type the request: curl's own content type and all."""
    body = json.dumps({"query": document, "variables": variables})
    done = curl(url, "--header", f"x-api-key: {key}", "--data", body, *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_mutation_and_a_query_are_answered(server: Server, notes: NotesApi) -> None:
    note = {"id": "curl", "text": "written"}
    assert posted(server.url, notes.key, PUT, **note) == {"data": {"putNote": note}}
    assert posted(server.url, notes.key, READ, id="curl") == {"data": {"getNote": note}}


def test_a_denied_field_is_told(server: Server, notes: NotesApi) -> None:
    answer = posted(server.url, notes.key, SECRET)
    assert answer["data"] == {"secret": None}
    assert answer["errors"][0]["message"] == "Not Authorized to access secret on type Query"


def test_a_wrong_key_is_told(server: Server) -> None:
    message = "You are not authorized to make this call."
    answer = posted(server.url, "da2-wrong", READ, id="any")
    assert answer == {"errors": [{"errorType": "UnauthorizedException", "message": message}]}


def test_what_is_no_request_is_told(server: Server, notes: NotesApi) -> None:
    done = curl(server.url, "--header", f"x-api-key: {notes.key}", "--data", "meow")
    assert json.loads(done.stdout)["errors"][0]["errorType"] == "MalformedHttpRequestException"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_tls_is_answered_to_who_trusts_the_authority(
    server: Server, notes: NotesApi, host: str
) -> None:
    url = server.tls_url.replace("localhost", host)
    trusting = ("--cacert", str(server.authority))
    assert posted(url, notes.key, READ, *trusting, id="none") == {"data": {"getNote": None}}


def test_tls_is_refused_by_who_does_not(server: Server) -> None:
    done = curl(server.tls_url)
    assert done.returncode == 60  # the peer's certificate cannot be verified
    assert "certificate" in done.stderr
