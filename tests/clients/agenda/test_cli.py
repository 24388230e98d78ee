"""`querycast agenda` against a service on the wire: stdout, stderr and exit codes."""

import csv
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from io import StringIO
from queue import Queue

import pytest
from typer.testing import CliRunner, Result

from querycast.cli.agenda.options import local_zone
from querycast.cli.app import app
from querycast.errors import InvalidArgument
from tests.clients.agenda.service import MINE, TEAM, FakeAgenda, all_day, event, occurrence
from tests.clients.appsync_server import AppSyncServer

COMMAND = [sys.executable, "-c", "from querycast.cli.app import main; main()"]
PATIENCE = 120  # seconds, on a busy machine
CHRISTMAS = ("--from", "2026-12-24", "--to", "2026-12-26")


def agenda(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["agenda", *arguments])


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()


@pytest.fixture
def days(service: FakeAgenda) -> None:
    """Something of every kind, on and around Christmas."""
    midnights = ("2026-12-23T23:00:00.000Z", "2026-12-25T23:00:00.000Z")
    service.events = {
        "dinner": event(
            "dinner",
            title="Dinner",
            start="2026-12-24T18:00:00.000Z",
            end="2026-12-24T23:30:00.000Z",
            location="Home",
        ),
        "off": all_day("off", "2026-12-24", "2026-12-25", *midnights, "Europe/Berlin")
        | {"calendar": TEAM, "title": "Office closed"},
        "later": event("later", start="2026-12-27T09:00:00.000Z", end="2026-12-27T10:00:00.000Z"),
    }
    service.occurrences = [
        occurrence(
            "2026-12-24T05:00:00.000Z",
            pipeline="load",
            query={"id": "q1", "status": "FINISHED"},
        ),
        occurrence("2026-12-25T08:00:00.000Z", report="sales", schedule="s", holiday="Feast"),
    ]


@pytest.mark.usefixtures("days")
def test_a_list_has_everything_by_day(stack: AppSyncServer) -> None:
    shown = agenda("list", *CHRISTMAS, "--country", "DE")
    assert shown.exit_code == 0, shown.stderr
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()[2:]]
    assert lines == [
        "2026-12-24 2026-12-25 event Office closed group:analysts off",
        "2026-12-24 06:00 pipeline load FINISHED q1",
        "2026-12-24 19:00 2026-12-25 00:30 event Dinner user:ana Home dinner",
        "2026-12-25 holiday Weihnachten",
        "2026-12-25 09:00 schedule sales left out: Feast",
    ]


@pytest.mark.usefixtures("days")
def test_a_list_as_json_has_moments(stack: AppSyncServer) -> None:
    listed = json.loads(agenda("list", *CHRISTMAS, "-o", "json").stdout)
    closed, load, dinner, _ = listed
    assert (closed["start"], closed["end"]) == (None, "2026-12-25")
    assert (load["start"], load["end"]) == ("2026-12-24T06:00:00+01:00", None)
    assert dinner == {
        "day": "2026-12-24",
        "start": "2026-12-24T19:00:00+01:00",
        "end": "2026-12-25T00:30:00+01:00",
        "kind": "event",
        "title": "Dinner",
        "calendar": MINE,
        "location": "Home",
        "status": None,
        "id": "dinner",
    }


@pytest.mark.usefixtures("days")
def test_a_list_as_csv_has_a_line_for_each(stack: AppSyncServer) -> None:
    header, *rows = csv.reader(StringIO(agenda("list", *CHRISTMAS, "-o", "csv").stdout))
    assert (header[:3], len(rows)) == (["day", "start", "end"], 4)


def titles(*arguments: str) -> list[str]:
    shown = agenda("list", *CHRISTMAS, *arguments, "-o", "json")
    assert shown.exit_code == 0, shown.stderr
    return [entry["title"] for entry in json.loads(shown.stdout)]


@pytest.mark.usefixtures("days")
def test_a_list_of_one_calendar_has_its_events_and_no_runs(stack: AppSyncServer) -> None:
    assert titles("--calendar", TEAM) == ["Office closed"]
    assert titles("--calendar", MINE, "--country", "DE") == ["Dinner", "Weihnachten"]


@pytest.mark.usefixtures("days")
@pytest.mark.parametrize(
    ("text", "found"),
    [("OFFICE", ["Office closed"]), ("sal", ["sales"]), ("weih", ["Weihnachten"])],
)
def test_a_list_has_what_has_the_text(stack: AppSyncServer, text: str, found: list[str]) -> None:
    assert titles("--text", text, "--country", "DE") == found


def test_holidays_of_a_subdivision_across_new_year(
    stack: AppSyncServer, service: FakeAgenda
) -> None:
    shown = agenda(
        *("list", "--from", "2026-10-01", "--to", "2027-01-31", "-o", "json"),
        *("--country", "DE", "--subdivision", "BY"),
    )
    assert [entry["title"] for entry in json.loads(shown.stdout)] == [
        "Allerheiligen",
        "Weihnachten",
    ]
    assert service.operations.count("listHolidays") == 2


def test_a_week_from_today_is_listed_where_nothing_is_said(
    stack: AppSyncServer, service: FakeAgenda
) -> None:
    assert agenda("list").exit_code == 0
    ((start, end),) = service.ranges
    assert time.strptime(start, "%Y-%m-%dT%H:%M:%S.000Z") < time.gmtime()
    assert time.strptime(end, "%Y-%m-%dT%H:%M:%S.000Z") > time.gmtime(time.time() + 6 * 86_400)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "tomorrow"], "%Y-%m-%d"),
        (["--from", "2026-12-02", "--to", "2026-12-01"], "2026-12-01 is before --from 2026-12-02"),
        (["--from", "2026-01-01", "--to", "2027-01-02"], "over 366 days; list fewer"),
        (["--from", "1066-10-14"], "not within the years 1970 to 9990"),
        (["--subdivision", "BY"], "--subdivision BY needs a --country"),
    ],
)
def test_wrong_usage_of_list_names_the_argument(
    stack: AppSyncServer, arguments: list[str], words: str
) -> None:
    shown = agenda("list", *arguments)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert words in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--country", "XX"], "HolidaysNotFound: Country 'XX' is not known."),
        (["--calendar", "group:other"], "CalendarNotFound: There is no calendar 'group:other'"),
    ],
)
def test_a_refusal_is_exit_code_6(stack: AppSyncServer, arguments: list[str], words: str) -> None:
    shown = agenda("list", *arguments)
    assert (shown.exit_code, shown.stdout) == (6, "")
    assert shown.stderr.startswith(words)


def test_add_creates_an_event_and_prints_its_id(stack: AppSyncServer, service: FakeAgenda) -> None:
    shown = agenda(
        *("add", "Lunch", "--start", "2026-12-01T12:00", "--end", "2026-12-01T13:00"),
        *("--calendar", TEAM, "--location", "Canteen", "--notes", "All welcome"),
    )
    assert shown.exit_code == 0, shown.stderr
    (given,) = service.inputs
    assert shown.stdout == f"{given['id']}\n"
    assert given == {
        "id": given["id"],
        "title": "Lunch",
        "calendar": TEAM,
        "timezone": "Europe/Berlin",
        "location": "Canteen",
        "notes": "All welcome",
        "start": "2026-12-01T11:00:00.000Z",
        "end": "2026-12-01T12:00:00.000Z",
    }
    assert shown.stderr == (
        "Added to group:analysts: Lunch, 2026-12-01 12:00 to 2026-12-01 13:00\n"
    )


def test_add_reckons_in_the_time_zone_given(stack: AppSyncServer, service: FakeAgenda) -> None:
    times = ("--start", "2026-12-01T12:00", "--end", "2026-12-01T13:00+01:00")
    agenda("add", "Call", *times, "--timezone", "Asia/Tokyo")
    (given,) = service.inputs
    assert (given["start"], given["end"]) == (
        "2026-12-01T03:00:00.000Z",
        "2026-12-01T12:00:00.000Z",  # which has an offset of its own
    )
    assert given["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("options", "days", "told"),
    [
        (["--day", "2026-12-24"], ("2026-12-24", "2026-12-24"), "Off, 2026-12-24\n"),
        (
            ["--day", "2026-12-24", "--last-day", "2026-12-26"],
            ("2026-12-24", "2026-12-26"),
            "Off, 2026-12-24 to 2026-12-26\n",
        ),
    ],
)
def test_add_takes_whole_days(
    stack: AppSyncServer,
    service: FakeAgenda,
    options: list[str],
    days: tuple[str, str],
    told: str,
) -> None:
    shown = agenda("add", "Off", *options)
    (given,) = service.inputs
    assert (given["firstDay"], given["lastDay"]) == days
    assert "start" not in given
    assert shown.stderr.endswith(told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "neither times nor a day is given; give --start and --end, or --day"),
        (["--start", "2026-12-01T12:00"], "--end is missing"),
        (["--end", "2026-12-01T12:00"], "--start is missing"),
        (["--last-day", "2026-12-01"], "--day is missing"),
        (["--day", "2026-12-01", "--start", "2026-12-01T12:00"], "both times and days are given"),
        (["--start", "noon", "--end", "2026-12-01T13:00"], "Time 'noon' is not as 2026-12-01T14"),
        (["--start", "2026-12-01", "--end", "2026-12-02"], "--day takes whole days"),
        (["--day", "soon"], "%Y-%m-%d"),
        (["--day", "2026-12-01", "--timezone", "Mars/Base"], "Time zone 'Mars/Base' is not known"),
        (
            ["--start", "2027-03-28T02:30", "--end", "2027-03-28T04:00"],
            "2027-03-28T02:30 does not exist in this machine's time zone: clocks leap over it",
        ),
        (
            [
                *("--start", "2027-03-14T02:30", "--end", "2027-03-14T04:00"),
                *("--timezone", "America/New_York"),
            ],
            "2027-03-14T02:30 does not exist in America/New_York",
        ),
    ],
)
def test_wrong_usage_of_add_names_the_argument(
    stack: AppSyncServer, service: FakeAgenda, arguments: list[str], words: str
) -> None:
    shown = agenda("add", "Lunch", *arguments)
    assert (shown.exit_code, shown.stdout, service.events) == (2, "", {})
    assert words in shown.stderr


@pytest.mark.parametrize(
    ("value", "name"),
    [(":Asia/Tokyo", "Asia/Tokyo"), ("UTC", "UTC"), ("CET-1CEST,M3.5.0,M10.5.0/3", None)],
)
def test_the_machines_zone_has_a_name_where_it_tells_one(
    monkeypatch: pytest.MonkeyPatch, value: str, name: str | None
) -> None:
    monkeypatch.setenv("TZ", value)
    assert local_zone() == name


class Watching:
    """`querycast agenda watch` as a process, read line by line."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "agenda", "watch", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line)

    def line(self) -> str:
        return self._lines.get(timeout=PATIENCE)

    def interrupt(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self._reader.join()
        assert self.process.stdout
        assert self.process.stderr
        with self.process.stdout, self.process.stderr as stderr:
            return code, stderr.read()


def changed(stack: AppSyncServer, service: FakeAgenda, change: Callable[[], object]) -> None:
    """Have it happen once somebody listens."""
    deadline = time.monotonic() + PATIENCE
    while not service.subscribers:
        assert time.monotonic() < deadline, "nobody subscribes"
        time.sleep(0.02)
    stack.loop.call(_in_loop(change))


async def _in_loop(change: Callable[[], object]) -> None:
    change()


def test_watch_prints_a_line_for_each_change_until_ctrl_c(
    stack: AppSyncServer, service: FakeAgenda
) -> None:
    service.events["x"] = event("x", title="Lunch")
    watching = Watching()
    changed(stack, service, lambda: service.put("x", title="Long\x1b[31m lunch"))
    assert watching.line() == ("UPDATED  user:ana  2026-12-01 10:00  Long\\x1b[31m lunch\n")
    changed(stack, service, lambda: service.remove("x"))
    assert watching.line() == ("DELETED  user:ana  2026-12-01 10:00  Long\\x1b[31m lunch\n")
    code, told = watching.interrupt()
    assert (code, told) == (130, ""), told


def test_watch_tells_what_happened_while_the_connection_was_lost(
    stack: AppSyncServer, service: FakeAgenda
) -> None:
    watching = Watching("-o", "json", "--calendar", MINE)
    changed(stack, service, lambda: service.put("first"))
    assert json.loads(watching.line())["id"] == "first"
    service.loses_pushes = True
    stack.loop.call(stack.disconnect())
    service.put("second")
    told = json.loads(watching.line())
    assert (told["kind"], told["id"], told["version"]) == ("CREATED", "second", 1)
    assert told["event"]["createdAt"] == "2026-11-20T12:00:00+00:00"
    assert watching.interrupt()[0] == 130


def test_watch_of_anothers_calendar_is_refused(stack: AppSyncServer) -> None:
    shown = agenda("watch", "--calendar", "group:other")
    assert (shown.exit_code, shown.stdout) == (6, "")
    assert shown.stderr.startswith("CalendarNotFound: ")


def test_a_time_zone_that_is_none_is_named() -> None:
    from querycast.cli.agenda.options import zone

    for name in ("", "../../etc/passwd", "Europe", "x" * 300):
        with pytest.raises(InvalidArgument, match="is not known"):
            zone(name)
