"""A watched report: what it says now, then each refresh, none lost and none told twice."""

import asyncio
import signal
from collections.abc import Callable

import pytest

from querycast.client import Client
from querycast.errors import Refused, Unavailable
from querycast.follow import Pace
from querycast.live import ReportWatch
from tests.clients.appsync_server import AppSyncServer
from tests.clients.command import started
from tests.clients.service import READ_ROWS, ROWS, FakeService

NEVER = 1_000  # seconds
ONLY_PUSHES = Pace(backoff=0.001, longest_backoff=0.002, resubmits=(0,), relistings=NEVER)
ONLY_LISTINGS = Pace(backoff=0.001, longest_backoff=0.002, resubmits=(0,), relistings=0.01)


@pytest.fixture(autouse=True)
def finishes(service: FakeService) -> None:
    """What is submitted finishes at once."""
    service.on_submit = service.finish


def watched(
    service: FakeService, *steps: Callable[[], object], pace: Pace = ONLY_PUSHES
) -> list[str]:
    """The ids of what is told: first that of the run, then a step happens after each."""

    async def run() -> list[str]:
        told: list[str] = []
        results = ReportWatch(service, "taxi_by_day", {"month": "2015-06"}, pace).results()
        left = list(steps)
        async with asyncio.timeout(30):
            async for query in results:
                told.append(query.id)
                if not left:
                    break
                left.pop(0)()
        await results.aclose()
        return told

    return asyncio.run(run())


def test_what_it_says_now_is_told_first_then_each_refresh(service: FakeService) -> None:
    told = watched(service, lambda: service.refresh("a"), lambda: service.refresh("b"))

    assert told == [service.submitted[0], "a", "b"]
    assert service.watched[0] == [{"name": "month", "value": "2015-06"}]


def test_the_watch_stands_before_the_report_is_run(service: FakeService) -> None:
    watched(service)

    assert service.operations[:2] == ["watchReport", "submitQuery"]
    assert service.subscriptions >= 1


def test_a_refresh_is_told_once_though_it_is_pushed_and_listed(service: FakeService) -> None:
    def twice() -> None:
        service.refresh("a")
        service.push(service.queries["a"])
        service.break_connections()

    told = watched(service, twice, lambda: service.refresh("b"), pace=ONLY_LISTINGS)

    assert told[1:] == ["a", "b"]


def test_a_refresh_whose_push_is_lost_is_found(service: FakeService) -> None:
    service.loses_pushes = True
    service.on_submit = service.finish

    assert watched(service, lambda: service.refresh("a"), pace=ONLY_LISTINGS)[1:] == ["a"]


def test_a_refresh_while_the_connection_is_lost_is_found(service: FakeService) -> None:
    def offline() -> None:
        service.connect_outages.extend([Unavailable("away")] * 2)
        service.break_connections()
        service.loses_pushes = True
        service.refresh("a")

    assert watched(service, offline)[1:] == ["a"]


def test_a_service_that_does_not_answer_is_asked_again(service: FakeService) -> None:
    def broken() -> None:
        service.outages.extend([Unavailable("away")] * 3)
        service.loses_pushes = True
        service.refresh("a")
        service.break_connections()

    assert watched(service, broken)[1:] == ["a"]


def test_a_watch_that_has_ended_meanwhile_begins_anew(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine was asleep: nothing was run for it, so the report is run."""

    def asleep() -> None:
        monkeypatch.setattr("querycast.live.WATCHED_SECONDS", -1)
        submitted_at = "2028-01-01T00:00:00.000Z"
        service.on_submit = lambda query_id: service.advance(
            query_id, "FINISHED", submittedAt=submitted_at
        )
        service.break_connections()

    assert watched(service, asleep)[1:] == service.submitted[1:2]


def test_what_nothing_refreshes_cannot_be_watched(service: FakeService) -> None:
    service.outages.append(Refused("NotRefreshed", "No pipeline refreshes it."))

    with pytest.raises(Refused, match="No pipeline"):
        watched(service)


def test_scripts_read_the_result_of_each(service: FakeService) -> None:
    with Client(service, ONLY_PUSHES) as client:
        watch = client.watch("taxi_by_day", {"month": "2015-06"})
        first = next(watch)
        service.refresh("a")
        second = next(watch)
        rows = list(client.result(second).rows())
        watch.close()

    assert (first.id, second.id, rows) == (service.submitted[0], "a", READ_ROWS)
    assert service.subscribers == []


@pytest.mark.parametrize("command", ["watch taxi_by_day", "run taxi_by_day --watch"])
def test_the_command_prints_each_and_tells_of_one_that_failed(
    stack: AppSyncServer, service: FakeService, command: str
) -> None:
    async def refresh(query_id: str, status: str) -> None:
        service.refresh(query_id, status)

    with started(*command.split(), "-o", "ndjson") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = [process.stdout.readline() for _ in ROWS]
        assert process.stderr.readline().startswith("taxi_by_day: ")
        stack.loop.call(refresh("a", "FAILED"))
        assert process.stderr.readline() == "QueryFailed: no reason given (query a)\n"
        stack.loop.call(refresh("b", "FINISHED"))
        assert [process.stdout.readline() for _ in ROWS] == first
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert "Traceback" not in process.stderr.read()
