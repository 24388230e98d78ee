from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import API_KEY_OWNER, Caller
from core.catalogue import Catalogue
from core.errors import InvalidParameter, NotRefreshed, ReportNotFound
from core.live.refresh import WATCHES, refresh
from core.live.watch import WatchFilter, on_report_refresh, watch_report
from core.parameters import ParameterInput
from core.query import QueryExecution
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.core.test_sharing import finish
from tests.fakes import AUDIT, BY_DAY, LOAD, SHARED_BY_DAY, FakeServices

REPORT = ID("taxi_by_day")
JUNE = [ParameterInput("month", "2015-06")]
RUN = "a-run"
LIVE = replace(SHARED_BY_DAY.report, refreshed_by=[ID("load")])


@pytest.fixture
def services() -> FakeServices:
    live = replace(SHARED_BY_DAY, report=LIVE, max_age=timedelta(minutes=15))
    secret = replace(AUDIT, report=replace(AUDIT.report, refreshed_by=[ID("load")]))
    return FakeServices(catalogue=Catalogue({REPORT: live, "audit": secret}, {"load": LOAD}))


def refreshed(services: FakeServices, run: str = RUN) -> list[QueryExecution]:
    """The queries that a refresh submits."""
    before = set(services.queries.records)
    refresh(services.context, REPORT, run, None)
    return [record.query for key, record in services.queries.records.items() if key not in before]


def test_who_watches_gets_a_query_of_their_own_and_all_share_one_statement(
    services: FakeServices, ana: Caller, ben: Caller
) -> None:
    watches = [watch_report(services.context, each, REPORT, JUNE) for each in (ana, ben)]
    queries = refreshed(services)
    assert [query.owner for query in queries] == ["ana", "ben"]
    assert [query.watch for query in queries] == [watch.id for watch in watches]
    assert len(services.warehouse.started) == 1


def test_an_answer_to_the_first_answers_those_who_come_later(
    services: FakeServices, ana: Caller, ben: Caller
) -> None:
    watch_report(services.context, ana, REPORT, JUNE)
    finish(services, refreshed(services)[0])
    watch_report(services.context, ben, REPORT, JUNE)
    services.clock.pass_by(minutes=1)
    [query] = refreshed(services)
    assert (query.owner, query.status.value) == ("ben", "FINISHED")
    assert len(services.warehouse.started) == 1


def test_other_parameters_are_another_statement(services: FakeServices, ana: Caller) -> None:
    watch_report(services.context, ana, REPORT, JUNE)
    watch_report(services.context, ana, REPORT, [ParameterInput("month", "2015-07")])
    refreshed(services)
    assert len(services.warehouse.started) == 2


def test_a_refresh_that_is_told_twice_happens_once(services: FakeServices, ana: Caller) -> None:
    watch_report(services.context, ana, REPORT, JUNE)
    assert len(refreshed(services)) == 1
    assert refreshed(services) == []
    assert len(refreshed(services, "the next run")) == 1


def test_nobody_watching_nothing_runs(services: FakeServices, ana: Caller) -> None:
    assert refreshed(services) == []
    watch_report(services.context, ana, REPORT, JUNE)
    services.clock.pass_by(minutes=61)
    assert refreshed(services) == []


def test_a_watch_that_is_renewed_goes_on(services: FakeServices, ana: Caller) -> None:
    first = watch_report(services.context, ana, REPORT, JUNE)
    services.clock.pass_by(minutes=50)
    renewed = watch_report(services.context, ana, REPORT, JUNE)
    services.clock.pass_by(minutes=50)
    assert renewed.id == first.id
    assert len(refreshed(services)) == 1


def test_many_who_watch_are_seen_to_by_several_messages(services: FakeServices) -> None:
    owners = [Caller(ID(f"user-{number}")) for number in range(WATCHES + 3)]
    for owner in owners:
        watch_report(services.context, owner, REPORT, JUNE)
    assert refresh(services.context, REPORT, RUN, None) == WATCHES
    [(report, run, after)] = services.refreshes.asked
    assert refresh(services.context, report, run, after) == 3
    assert len(services.queries.records) == len(owners)


def test_who_has_lost_the_group_gets_nothing(services: FakeServices) -> None:
    ada = Caller(ID("ada"), frozenset({"administrators"}))
    watch_report(services.context, ada, ID("audit"))
    services.groups["ada"] = frozenset()
    assert refresh(services.context, "audit", RUN, None) == 0


def test_parameters_that_the_report_takes_no_longer_end_the_watch(
    services: FakeServices, ana: Caller
) -> None:
    watch_report(services.context, ana, REPORT, JUNE)
    fewer = replace(SHARED_BY_DAY, report=replace(LIVE, parameters=[]))
    services.catalogue = Catalogue({REPORT: fewer}, {"load": LOAD})
    assert refreshed(services) == []


def test_holders_of_the_key_watch_as_one(services: FakeServices) -> None:
    watch_report(services.context, Caller(API_KEY_OWNER), REPORT, JUNE)
    [query] = refreshed(services)
    assert query.owner == API_KEY_OWNER


def test_a_subscription_is_filtered_by_watch_and_owner(services: FakeServices, ana: Caller) -> None:
    found = on_report_refresh(services.context, ana, REPORT, JUNE)
    assert found == WatchFilter(watch_report(services.context, ana, REPORT, JUNE).id, ana.id)


def test_what_cannot_be_watched_is_refused(services: FakeServices, ana: Caller) -> None:
    with pytest.raises(InvalidParameter):
        watch_report(services.context, ana, REPORT, [])
    with pytest.raises(ReportNotFound):
        watch_report(services.context, ana, ID("audit"))
    services.catalogue = Catalogue({REPORT: BY_DAY})
    with pytest.raises(NotRefreshed, match="No pipeline refreshes report taxi_by_day"):
        watch_report(services.context, ana, REPORT, JUNE)


def test_a_result_from_before_a_run_answers_nobody_after_it(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    finish(services, submit_query(services.context, ana, june))
    services.clock.pass_by(minutes=1)
    again = submit_query(services.context, ana, replace(june, id=None))
    assert again.status.value == "FINISHED"
    services.pipelines.finished("load", RUN, services.clock())
    after = submit_query(services.context, ana, replace(june, id=None))
    assert after.status.value == "SUBMITTED"


def test_nobody_follows_a_statement_from_before_a_run(
    services: FakeServices, ana: Caller, ben: Caller, june: SubmitQueryInput
) -> None:
    submit_query(services.context, ana, june)
    services.pipelines.finished("load", RUN, services.clock())
    submit_query(services.context, ben, replace(june, id=None))
    assert len(services.warehouse.started) == 2
