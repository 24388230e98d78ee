"""What scripts call: run, submit, query, queries, reports, result."""

from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest

from querycast.client import Client
from querycast.errors import (
    InvalidArgument,
    NotSignedIn,
    QueryAborted,
    QueryFailed,
    QueryTimedOut,
    Refused,
    Unavailable,
)
from querycast.follow import Pace
from querycast.query import QueryStatus
from tests.clients.service import READ_ROWS, ROWS, FakeService, page, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"


@pytest.fixture
def client(service: FakeService):  # type: ignore[no-untyped-def] # a generator of Client
    with Client(service, Pace(resubmits=(0,))) as client:
        yield client


def test_run_gives_every_row_of_every_page(client: Client, service: FakeService) -> None:
    service.pages = {None: page(ROWS[:2], "more"), "more": page([], "last"), "last": page(ROWS[2:])}
    service.on_submit = service.finish

    assert list(client.run("taxi_by_day", {"month": "2015-06"}).rows()) == READ_ROWS


def test_one_page_is_fetched_ahead_as_rows_are_read(client: Client, service: FakeService) -> None:
    service.pages = {None: page(ROWS[:1], "1"), "1": page(ROWS[1:2], "2"), "2": page(ROWS[2:])}
    service.on_submit = service.finish

    with closing(client.run("taxi_by_day").rows()) as rows:
        next(rows)
        while service.operations.count("getQueryResult") < 2:
            client.reports()  # the loop goes on
        client.reports()

    assert service.operations.count("getQueryResult") == 2


def test_a_reader_that_outlives_its_client_ends_in_silence(service: FakeService) -> None:
    service.pages = {None: page(ROWS, "more"), "more": page(ROWS, "more")}
    service.on_submit = service.finish
    with Client(service) as client:
        rows = client.run("taxi_by_day").rows()
        next(rows)

    rows.close()  # a warning would be an error


def test_a_preview_is_the_first_page(client: Client, service: FakeService) -> None:
    service.pages = {"more": page(ROWS[2:])}
    preview = page(ROWS[:2], "more")
    service.on_submit = lambda query_id: service.advance(query_id, "FINISHED", result=preview)

    assert list(client.run("taxi_by_day").rows()) == READ_ROWS


def test_a_result_can_be_read_again(client: Client, service: FakeService) -> None:
    service.on_submit = service.finish
    result = client.run("taxi_by_day")

    assert list(result.rows()) == list(result.rows())


def test_run_tells_each_change_in_the_callers_thread(client: Client, service: FakeService) -> None:
    statuses: list[str] = []
    service.on_submit = service.finish

    client.run("taxi_by_day", on_change=lambda change: statuses.append(change.status))

    assert statuses == ["QUEUED", "FINISHED"]


def test_an_error_of_the_callback_ends_the_run_and_reaches_the_caller(
    client: Client, service: FakeService
) -> None:
    with pytest.raises(ZeroDivisionError):
        client.run("taxi_by_day", on_change=lambda change: 1 / 0)  # type: ignore[arg-type] # nobody reads it

    assert service.subscribers == []


def test_a_failed_query_raises_redshifts_words(client: Client, service: FakeService) -> None:
    error = {"type": "StatementFailed", "message": "Divide by zero"}
    service.on_submit = lambda query_id: service.advance(query_id, "FAILED", error=error)

    with pytest.raises(QueryFailed, match="Divide by zero") as told:
        client.run("taxi_by_day", query_id=ID)

    assert told.value.line == f"StatementFailed: Divide by zero (query {ID})"


def test_a_cancelled_query_raises(client: Client, service: FakeService) -> None:
    error = {"type": "QueryCancelled", "message": "Cancelled by its owner."}
    service.on_submit = lambda query_id: service.advance(query_id, "ABORTED", error=error)

    with pytest.raises(QueryAborted, match=r"^Cancelled by its owner\. \(query"):
        client.run("taxi_by_day")


def test_a_query_that_is_too_slow_times_out(client: Client) -> None:
    with pytest.raises(QueryTimedOut):
        client.run("taxi_by_day", timeout=0.02)


def test_a_refusal_has_the_services_type(client: Client) -> None:
    with pytest.raises(Refused) as told:
        client.run("no_such_report")

    assert told.value.type == "ReportNotFound"


def test_submit_returns_at_once_and_its_result_is_read_later(
    client: Client, service: FakeService
) -> None:
    handle = client.submit("taxi_by_day", {"month": "2015-06"})
    assert handle.submitted == client.query(handle.id)
    service.finish(handle.id)

    assert list(client.result(handle.id).rows()) == READ_ROWS
    assert list(client.result(client.query(handle.id)).rows()) == READ_ROWS


def test_the_result_of_an_unfinished_query_is_refused(client: Client) -> None:
    handle = client.submit("taxi_by_day")

    with pytest.raises(Refused, match="no result yet"):
        client.result(handle.id)


def test_a_parameter_may_be_a_keyword_of_any_name(client: Client, service: FakeService) -> None:
    service.on_submit = service.finish

    client.run("taxi_by_day", {"other": 1}, month="2015-06")
    client.submit("taxi_by_day", report=2)
    client.export("taxi_by_day", self=True, parameters=None)

    assert service.parameters == [
        [{"name": "other", "value": "1"}, {"name": "month", "value": "2015-06"}],
        [{"name": "report", "value": "2"}],
        [{"name": "self", "value": "true"}],
    ]


def test_an_option_is_no_parameter_but_in_the_mapping(client: Client, service: FakeService) -> None:
    service.on_submit = service.finish

    client.run("taxi_by_day", {"timeout": 7}, timeout=5)

    assert service.parameters == [[{"name": "timeout", "value": "7"}]]


def test_a_parameter_given_both_ways_is_refused(client: Client, service: FakeService) -> None:
    with pytest.raises(InvalidArgument, match="Parameter month is given twice"):
        client.run("taxi_by_day", {"month": "2015-06"}, month="2015-07")

    assert service.operations == []


def test_an_error_tells_which_query_it_is_about(client: Client, service: FakeService) -> None:
    """An outage while it is submitted, for it may run all the same."""
    service.outages.extend([Unavailable("no answer"), Unavailable("no answer")])

    with pytest.raises(Unavailable) as told:
        client.run("taxi_by_day", query_id=ID)

    assert (told.value.query_id, told.value.line) == (ID, f"Unavailable: no answer (query {ID})")


def test_an_error_of_a_query_that_was_taken_tells_it(client: Client, service: FakeService) -> None:
    service.on_submit = lambda _: service.outages.append(NotSignedIn("Your sign-in has ended."))

    with pytest.raises(NotSignedIn) as told:
        client.run("taxi_by_day", query_id=ID)

    assert told.value.query_id == ID


def test_what_is_refused_before_it_is_a_query_tells_of_none(
    client: Client, service: FakeService
) -> None:
    service.outages.append(Refused("InvalidParameter", "Not a month."))

    with pytest.raises(Refused) as told:
        client.run("taxi_by_day")

    assert (told.value.query_id, told.value.line) == (None, "InvalidParameter: Not a month.")


@pytest.mark.parametrize("act", ["query", "result", "cancel"])
def test_what_is_asked_of_a_query_tells_it(client: Client, service: FakeService, act: str) -> None:
    with pytest.raises(Refused) as told:
        getattr(client, act)(ID)

    assert told.value.query_id == ID


def test_a_query_has_python_types(client: Client, service: FakeService) -> None:
    service.queries[ID] = query(ID, "FINISHED", 4, durationMs=1234)

    found = client.query(ID)

    assert found.submitted_at == datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)
    assert found.parameters == {"month": "2015-06"}
    assert found.finished_at is None


def test_an_unknown_query_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match=f"no query {ID}"):
        client.query(ID)


def test_queries_are_listed_over_all_pages(client: Client, service: FakeService) -> None:
    service.queries = {str(number): query(str(number)) for number in range(5)}

    assert [each.id for each in client.queries()] == ["0", "1", "2", "3", "4"]


def test_no_more_queries_are_listed_than_asked_for(client: Client, service: FakeService) -> None:
    service.queries = {str(number): query(str(number)) for number in range(5)}

    assert [each.id for each in client.queries(limit=3)] == ["0", "1", "2"]


def test_queries_are_listed_by_status(client: Client, service: FakeService) -> None:
    service.queries = {"0": query("0"), "1": query("1", "FAILED")}

    assert [each.id for each in client.queries(status=QueryStatus.FAILED)] == ["1"]


def test_queries_are_listed_by_time_in_any_zone(client: Client, service: FakeService) -> None:
    service.queries = {
        day: query(day, submittedAt=f"2026-01-{day}T12:00Z") for day in ["01", "02", "03"]
    }
    second = datetime(2026, 1, 2, 12, tzinfo=UTC)

    since = client.queries(submitted_after=second.astimezone(timezone(timedelta(hours=5))))
    until = client.queries(submitted_before=second)

    assert [each.id for each in since] == ["02", "03"]
    assert [each.id for each in until] == ["01"]


def test_a_cancelled_query_is_answered_at_once(client: Client, service: FakeService) -> None:
    query_id = client.submit("taxi_by_day").id

    cancelled = client.cancel(query_id)

    assert cancelled.cancel_requested_at == datetime(2026, 1, 2, 3, 5, tzinfo=UTC)
    assert not cancelled.status.is_final
    assert client.cancel(cancelled).cancel_requested_at == cancelled.cancel_requested_at


def test_a_query_that_has_ended_is_cancelled_in_vain(client: Client, service: FakeService) -> None:
    query_id = client.submit("taxi_by_day").id
    service.finish(query_id)

    assert client.cancel(query_id).status is QueryStatus.FINISHED


def test_an_unknown_query_cannot_be_cancelled(client: Client) -> None:
    with pytest.raises(Refused, match="no query"):
        client.cancel(ID)


def test_reports_are_listed_with_their_parameters(client: Client) -> None:
    (report,) = client.reports()

    assert report == client.report("taxi_by_day")
    assert [parameter.name for parameter in report.parameters] == ["month"]


def test_an_unknown_report_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match="no report 'tax'"):
        client.report("tax")


def test_closing_twice_is_closing_once(service: FakeService) -> None:
    client = Client(service)
    client.close()
    client.close()

    assert service.is_closed
