"""`querycast doctor`: each thing that can be wrong is found, and named with what mends it."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from querycast.cli.app import app
from querycast.cli.doctor import api
from querycast.tokens import Tokens, TokenStore
from tests.clients.appsync_server import AppSyncServer
from tests.clients.conftest import write_outputs
from tests.clients.contract import contract
from tests.clients.service import FakeService

CHECKS = ["stack", "api", "tls", "clock", "sign-in", "reports", "push", "version"]


def doctor(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


def failures(shown: Result) -> dict[str, str]:
    """What is found of each check that failed, and the next step."""
    return {
        finding["check"]: f"{finding['found']} -> {finding['next_step']}"
        for finding in json.loads(shown.stdout)
        if finding["outcome"] == "failed"
    }


def test_a_set_up_that_is_well_is_exit_code_0(stack: AppSyncServer) -> None:
    shown = doctor()

    assert shown.exit_code == 0, shown.stdout
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert [line[1] for line in lines] == CHECKS
    assert [line[0] for line in lines] == ["ok", "ok", "skipped", *["ok"] * 5]


def test_what_is_found_can_be_read_by_a_program(stack: AppSyncServer) -> None:
    found = json.loads(doctor("-o", "json").stdout)

    assert [finding["check"] for finding in found] == CHECKS
    assert found[4]["found"].startswith("nobody; ana@example.com asks")


def test_without_a_stack_nothing_else_is_looked_at(home: Path) -> None:
    shown = doctor()

    assert shown.exit_code == 1
    assert shown.stdout.startswith("failed   stack")
    assert "make up" in shown.stdout.splitlines()[1]
    assert shown.stdout.count("skipped") == len(CHECKS) - 1


def test_an_api_that_is_away_is_found(home: Path, stack: AppSyncServer) -> None:
    write_outputs(home, stack, graphqlUrl="http://127.0.0.1:1/graphql")

    found = failures(doctor("-o", "json"))

    assert found == {
        "api": "http://127.0.0.1:1/graphql does not answer: Connection refused -> "
        "Start the local stack with `make up`."
    }


def test_what_is_no_api_is_found(home: Path, stack: AppSyncServer) -> None:
    write_outputs(home, stack, graphqlUrl=f"{stack.url}/nowhere")

    assert "answers HTTP 404" in failures(doctor("-o", "json"))["api"]


def test_a_certificate_that_nobody_trusts_is_found(home: Path, stack: AppSyncServer) -> None:
    """Here it is none at all, for a server without TLS is asked for it."""
    write_outputs(home, stack, graphqlUrl=stack.url.replace("http:", "https:"))

    found = failures(doctor("-o", "json"))

    assert set(found) == {"api", "tls"}
    assert "SSL_CERT_FILE" in found["tls"]


@pytest.mark.parametrize(("date", "words"), [("2001", "ahead of"), ("2099", "behind")])
def test_a_clock_that_is_wrong_is_found(
    stack: AppSyncServer, monkeypatch: pytest.MonkeyPatch, date: str, words: str
) -> None:
    monkeypatch.setattr(api, "_ask", lambda url: (401, f"Mon, 05 Jan {date} 10:00:00 GMT"))

    assert words in failures(doctor("-o", "json"))["clock"]


def test_a_sign_in_that_has_ended_is_found(stack: AppSyncServer) -> None:
    TokenStore("client0demo").write(Tokens("ana@example.com", "old", "gone", time.time() - 1))

    found = failures(doctor("-o", "json"))

    assert list(found) == ["sign-in"]
    assert found["sign-in"].endswith("querycast login")
    assert "gone" not in found["sign-in"]


def test_a_sign_in_that_has_expired_is_renewed(stack: AppSyncServer) -> None:
    stack.refresh_tokens.add("good")
    TokenStore("client0demo").write(Tokens("ana@example.com", "old", "good", time.time() - 1))

    shown = doctor()

    assert shown.exit_code == 0
    assert "it had expired and has been renewed" in shown.stdout


def test_who_may_run_nothing_is_told_so(stack: AppSyncServer, service: FakeService) -> None:
    service.reports = []

    assert "none that you may run" in failures(doctor("-o", "json"))["reports"]


def test_a_push_that_cannot_come_is_found(home: Path, stack: AppSyncServer) -> None:
    write_outputs(home, stack, realtimeUrl="ws://127.0.0.1:1/graphql/realtime")

    found = failures(doctor("-o", "json"))

    assert list(found) == ["push"]
    assert "through proxies and firewalls" in found["push"]


def test_a_service_that_is_older_is_found(stack: AppSyncServer, service: FakeService) -> None:
    service.contract = contract(without="  cancelRequestedAt: AWSDateTime\n")

    found = failures(doctor("-o", "json"))

    assert "Cannot query field 'cancelRequestedAt'" in found["version"]


def test_a_schema_that_is_not_shown_is_no_failure(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.shows_schema = False

    shown = doctor()

    assert shown.exit_code == 0
    assert "skipped  version" in shown.stdout
