"""`querycast agenda` against a deployed stack: what is added is listed, and who watches sees it."""

import json
import os
import signal
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from queue import Queue
from typing import Any

import pytest

from tests.integration.command import Command
from tests.integration.function_url import FunctionUrl, calling
from tests.integration.stack import LocalStack
from tests.integration.wait import until

TEAM = "group:analysts"
PATIENCE = 120  # seconds, on a busy machine
IN_A_YEAR = date.today() + timedelta(days=365)


@pytest.fixture
def title() -> str:
    """Of events of one test."""
    return f"Meeting {uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def writer(outputs: Any, aws: Callable[[str], Any]) -> FunctionUrl:
    """Who may write events at the function URL."""
    return calling(outputs, aws, outputs["eventWriterUrl"], outputs["eventWriterFunction"])


def added(querycast: Command, title: str, *options: str) -> str:
    """The id of a new event."""
    done = querycast("agenda", "add", title, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def listed(querycast: Command, *options: str) -> list[dict[str, Any]]:
    done = querycast("agenda", "list", "-o", "json", *options)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_what_was_added_is_listed_by_day(querycast: Command, title: str) -> None:
    day, next_day = IN_A_YEAR.isoformat(), (IN_A_YEAR + timedelta(days=1)).isoformat()
    times = ("--start", f"{day}T09:00", "--end", f"{day}T10:00")
    timed = added(querycast, title, *times, "--calendar", TEAM, "--location", "Here")
    whole = added(querycast, title, "--day", day, "--last-day", next_day)

    def both() -> list[dict[str, Any]]:
        found = listed(querycast, "--from", day, "--to", day, "--text", title.upper())
        return found if len(found) == 2 else []

    first, second = until(both, PATIENCE)  # the index that lists are read from follows in a moment
    assert (first["id"], first["start"], first["end"]) == (whole, None, next_day)
    assert (second["id"], second["calendar"], second["location"]) == (timed, TEAM, "Here")
    assert second["start"].startswith(f"{day}T09:00:00")


def test_holidays_and_runs_are_among_the_days(querycast: Command) -> None:
    found = listed(
        querycast,
        *("--from", "2027-01-01", "--to", "2027-01-06"),
        *("--country", "DE", "--subdivision", "BY"),
    )
    holidays = [(each["day"], each["title"]) for each in found if each["kind"] == "holiday"]
    assert holidays == [("2027-01-01", "Neujahr"), ("2027-01-06", "Heilige Drei Könige")]
    runs = [each for each in found if each["kind"] == "pipeline"]
    assert {each["title"] for each in runs} >= {"load_taxi_trips"}
    assert {each["status"] for each in runs} == {"planned"}
    assert [each["day"] for each in found] == sorted(each["day"] for each in found)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("list", "--calendar", "group:administrators"), 6, "CalendarNotFound"),
        (("list", "--country", "Germany"), 6, "did you mean DE"),
        (("add", "x", "--day", "2027-01-02", "--last-day", "2027-01-01"), 6, "InvalidEvent"),
        (("watch", "--calendar", "group:administrators"), 6, "CalendarNotFound"),
    ],
)
def test_an_exit_code_tells_what_went_wrong(
    querycast: Command, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = querycast("agenda", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


class Watched:
    """Lines of `querycast agenda watch`, of the calendar of the team."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)

    def change(self, event_id: str) -> tuple[str, int]:
        """The next change, which must be of that event: its kind and version."""
        told = json.loads(self._lines.get(timeout=PATIENCE))
        assert told["id"] == event_id, told
        return told["kind"], told["version"]

    def ended(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE)


@contextmanager
def watching(querycast: Command, stack: LocalStack) -> Iterator[Watched]:
    before = stack.subscriptions()
    process = querycast.started("agenda", "watch", "--calendar", TEAM, "-o", "json")
    with process:
        try:
            until(lambda: stack.subscriptions() > before, PATIENCE)
            yield Watched(process)
        finally:
            process.kill()


def test_who_watches_sees_what_others_do(
    querycast: Command, local_stack: LocalStack, writer: FunctionUrl, title: str
) -> None:
    with watching(querycast, local_stack) as watched:
        day = IN_A_YEAR.isoformat()
        event_id = added(querycast, title, "--day", day, "--calendar", TEAM)
        assert watched.change(event_id) == ("CREATED", 1)
        change = {"version": 1, "title": title, "firstDay": day, "notes": "moved"}
        assert writer.ask("PUT", f"/{event_id}", change).status == 200
        assert watched.change(event_id) == ("UPDATED", 2)
        assert writer.ask("DELETE", f"/{event_id}?version=2").status == 200
        assert watched.change(event_id) == ("DELETED", 3)
        assert watched.ended() == 130


def test_what_happens_while_appsync_is_away_is_seen_once(
    querycast: Command, local_stack: LocalStack, writer: FunctionUrl, title: str
) -> None:
    with watching(querycast, local_stack) as watched:
        os.kill(local_stack.pids()["appsync"], signal.SIGKILL)
        event = {"title": title, "firstDay": IN_A_YEAR.isoformat(), "calendar": TEAM}
        first = writer.ask("POST", "/", event).body["id"]
        assert watched.change(first) == ("CREATED", 1)
        until(local_stack.subscriptions, PATIENCE)
        last = writer.ask("POST", "/", event).body["id"]
        assert watched.change(last) == ("CREATED", 1)  # and nothing of the first again
        assert watched.ended() == 130
