from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.access import API_KEY_OWNER, Caller
from core.agenda.change_schedule import delete_schedule, pause_schedule, resume_schedule
from core.agenda.read_schedules import get_schedule
from core.agenda.run import run_firing
from core.agenda.schedule import (
    HolidayRegionInput,
    Schedule,
    ScheduledExportInput,
    ScheduleReportInput,
)
from core.agenda.schedule_report import schedule_report
from core.agenda.schedule_services import Firing, Standing
from core.aws.query_table import item_from_record, record_from_item
from core.catalogue import Catalogue
from core.complete import observe_statement
from core.context import QueryFilter
from core.ended import after_end
from core.errors import GroupsUnavailable
from core.exports.export import ExportFormat
from core.notices.notice import notice_of
from core.parameters import Parameter, ParameterInput
from core.places import Limits
from core.push import pushed
from core.query import QueryKind, QueryRecord, QueryStatus
from core.read import get_query, list_queries
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from core.sweep import sweep
from tests.core.agenda.scheduling import SALES, SCHEDULE_ID
from tests.core.agenda.scheduling import schedule as schedule  # a fixture
from tests.core.agenda.scheduling import services as services  # a fixture
from tests.core.agenda.test_agree import TIMER
from tests.core.agenda.test_schedule_report import update
from tests.fakes import AUDIT, FakeServices

Scheduled = Callable[..., Schedule]
SLOT = datetime(2026, 11, 21, 6, tzinfo=UTC)  # seven in the morning in Berlin


def fired(services: FakeServices, slot: datetime = SLOT, version: int = 1) -> QueryRecord | None:
    """The schedule is fired at its time."""
    services.clock.time = max(services.clock.time, slot)
    return run_firing(services.context, Firing(SCHEDULE_ID, version, slot))


def ran(services: FakeServices, slot: datetime = SLOT, version: int = 1) -> QueryRecord:
    record = fired(services, slot, version)
    assert record is not None
    return record


def said(record: QueryRecord) -> tuple[QueryStatus, str | None, str | None]:
    error = record.query.error
    if error is None:
        return record.query.status, None, None
    return record.query.status, error.type, error.message


def test_a_run_is_a_query_of_its_owner(services: FakeServices, schedule: Scheduled) -> None:
    schedule()
    record = ran(services)
    query = record.query
    assert (query.kind, query.report, query.owner, query.status) == (
        QueryKind.REPORT,
        "sales",
        "ana",
        QueryStatus.SUBMITTED,
    )
    assert (query.schedule, query.scheduled_for) == (SCHEDULE_ID, SLOT)
    assert query.parameters == [Parameter("day", "2026-11-20"), Parameter("vendor", "any")]
    assert record.notify
    assert record_from_item(item_from_record(record)) == record


def test_words_are_those_of_the_slot_however_late_the_run(
    services: FakeServices, schedule: Scheduled
) -> None:
    """Half an hour before midnight by UTC it is tomorrow in Berlin, and stays that."""
    schedule(expression="cron(45 0 * * ? *)")
    services.clock.time = datetime(2026, 11, 21, 0, 40, tzinfo=UTC)
    slot = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
    assert ran(services, slot).query.parameters[0].value == "2026-11-20"


def test_a_slot_runs_once_however_often_it_is_called_for(
    services: FakeServices, schedule: Scheduled
) -> None:
    schedule()
    first, again = ran(services), ran(services)
    services.warehouse.finish(f"statement-of-{first.query.id}", [])
    observe_statement(services.context, first.query.id, f"statement-of-{first.query.id}")
    after_end(services.context, services.queries.records[first.query.id])
    later = ran(services)
    assert {each.query.id for each in (first, again, later)} == {first.query.id}
    assert len(services.warehouse.started) == 1
    assert not services.places.of("ana").running


def test_each_slot_is_a_run_of_its_own(services: FakeServices, schedule: Scheduled) -> None:
    schedule()
    first, second = ran(services), ran(services, SLOT + timedelta(days=1))
    assert first.query.id != second.query.id
    assert second.query.parameters[0].value == "2026-11-21"


def test_an_export_writes_what_was_asked(services: FakeServices, schedule: Scheduled) -> None:
    schedule(export=ScheduledExportInput(ExportFormat.CSV))
    record, again = ran(services), ran(services)
    assert (record.query.kind, record.query.export) == (QueryKind.EXPORT, again.query.export)
    assert record.query.export is not None
    assert (record.query.export.format, record.query.export.formula_safe) == (
        ExportFormat.CSV,
        True,
    )
    assert record.export_prefix
    assert record.export_prefix == again.export_prefix


def test_a_young_result_answers_a_run(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    services.clock.time = SLOT - timedelta(minutes=1)
    given = [ParameterInput("day", "2026-11-20")]
    query = submit_query(services.context, ana, SubmitQueryInput(ID("sales"), parameters=given))
    statement_id = f"statement-of-{query.id}"
    services.warehouse.now = services.clock()
    services.warehouse.finish(statement_id, [])
    observe_statement(services.context, query.id, statement_id)
    record = ran(services)
    assert record.query.status is QueryStatus.FINISHED
    assert (record.follows, record.query.schedule) == (query.id, SCHEDULE_ID)
    assert len(services.warehouse.started) == 1


def test_what_is_gone_is_fired_no_more(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    services.timers.set(TIMER)
    delete_schedule(services.context, ana, SCHEDULE_ID)
    assert fired(services) is None
    assert services.timers.timers == {}
    assert services.queries.records == {}


def test_what_is_paused_runs_nothing_until_it_is_resumed(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    pause_schedule(services.context, ana, SCHEDULE_ID)
    assert fired(services) is None
    resume_schedule(services.context, ana, SCHEDULE_ID)
    assert ran(services, SLOT + timedelta(days=1)).query.status is QueryStatus.SUBMITTED


def test_a_firing_of_other_times_runs_nothing(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    update(services, ana, 1, notify=True, timezone="Europe/Berlin")
    assert ran(services, version=1).query.status is QueryStatus.SUBMITTED
    update(services, ana, 2, expression="cron(0 8 * * ? *)")
    tomorrow = SLOT + timedelta(days=1)
    assert fired(services, tomorrow, version=2) is None
    assert fired(services, tomorrow, version=4) is None
    assert ran(services, tomorrow, version=3).query.status is QueryStatus.SUBMITTED


def test_a_run_that_comes_too_late_is_left_out_and_told(
    services: FakeServices, schedule: Scheduled
) -> None:
    schedule()
    services.clock.time = SLOT + timedelta(hours=2, minutes=10)
    record = ran(services)
    assert said(record) == (
        QueryStatus.ABORTED,
        "RunSkipped",
        "Left out: it came more than 2 hours after its time.",
    )
    assert record.notify
    assert services.warehouse.started == []


@pytest.mark.parametrize(
    ("region", "slot", "name"),
    [
        (HolidayRegionInput("DE"), "2026-12-25T06:00:00", "Erster Weihnachtstag"),
        (HolidayRegionInput("DE", "BY"), "2027-01-06T06:00:00", "Heilige Drei Könige"),
        (HolidayRegionInput("DE"), "2026-12-24T23:30:00", "Erster Weihnachtstag"),
    ],
)
def test_a_holiday_of_the_day_in_the_zone_is_left_out_by_its_name(
    services: FakeServices,
    schedule: Scheduled,
    region: HolidayRegionInput,
    slot: str,
    name: str,
) -> None:
    schedule(skip_holidays=region)
    moment = datetime.fromisoformat(slot).replace(tzinfo=UTC)
    record = ran(services, moment)
    day = (moment + timedelta(hours=1)).date()
    assert said(record) == (
        QueryStatus.ABORTED,
        "RunSkipped",
        f"Left out: {day} is a public holiday: {name}.",
    )
    assert not record.notify
    assert services.warehouse.started == []


@pytest.mark.parametrize(
    ("region", "slot"),
    [
        (None, "2026-12-25T06:00:00"),
        (HolidayRegionInput("DE"), "2027-01-06T06:00:00"),
        (HolidayRegionInput("DE"), "2026-12-25T23:30:00"),
    ],
)
def test_other_days_are_run(
    services: FakeServices, schedule: Scheduled, region: HolidayRegionInput | None, slot: str
) -> None:
    schedule(skip_holidays=region)
    record = ran(services, datetime.fromisoformat(slot).replace(tzinfo=UTC))
    assert record.query.status is QueryStatus.SUBMITTED


def test_a_report_that_its_owner_may_run_no_more_is_a_failure_that_they_see(
    services: FakeServices, schedule: Scheduled
) -> None:
    schedule()
    services.groups["ana"] = frozenset()
    record = ran(services)
    assert said(record)[:2] == (QueryStatus.FAILED, "ReportNotFound")
    without = Caller(ID("ana"))
    assert get_query(services.context, without, frozenset(), record.query.id) == record.query
    assert pushed(services.context, record) == record.query
    listed = list_queries(services.context, without, QueryFilter(schedule=SCHEDULE_ID))
    assert listed.queries == [record.query]
    after_end(services.context, record)
    assert services.notices.asked == [record.query.id]
    mail = notice_of(record, services.catalogue, last_good_run=None, app_url=None)
    assert mail.title == "Sales of a day failed"
    assert ("Scheduled for", "2026-11-21 06:00:00 UTC") in mail.facts
    services.clock.pass_by(minutes=3)
    assert sweep(services.context, record).is_settled
    assert record_from_item(item_from_record(record)) == record


def test_nobody_else_sees_what_could_not_be_run(
    services: FakeServices, schedule: Scheduled, ben: Caller
) -> None:
    schedule()
    services.catalogue = Catalogue({"audit": AUDIT})
    record = ran(services)
    assert said(record)[:2] == (QueryStatus.FAILED, "ReportNotFound")
    assert get_query(services.context, ben, frozenset(), record.query.id) is None


def test_parameters_that_are_refused_now_are_a_failure(
    services: FakeServices, schedule: Scheduled
) -> None:
    schedule()
    day = replace(SALES.report.parameters[0], max="2026-10-31")
    report = replace(SALES, report=replace(SALES.report, parameters=[day]))
    services.catalogue = Catalogue({"sales": report})
    status, error, message = said(ran(services))
    assert (status, error) == (QueryStatus.FAILED, "InvalidParameter")
    assert message is not None
    assert "'2026-11-20' is out of range" in message
    assert services.warehouse.started == []


def test_too_many_queries_leave_a_run_out(services: FakeServices) -> None:
    services = FakeServices(catalogue=services.catalogue, limits=Limits(1, 0))
    schedule_report(services.context, Caller(ID("ana"), {"analysts"}), daily())
    ran(services)
    record = ran(services, SLOT + timedelta(days=1))
    assert said(record) == (
        QueryStatus.ABORTED,
        "RunSkipped",
        "Left out: 1 of its owner's queries ran, and 0 more waited.",
    )
    assert record.notify


def daily() -> ScheduleReportInput:
    day = [ParameterInput("day", "yesterday")]
    return ScheduleReportInput(ID("sales"), "cron(0 6 * * ? *)", SCHEDULE_ID, day, notify=True)


def test_the_schedule_of_a_user_who_is_gone_is_removed(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    services.standing["ana"] = Standing.GONE
    assert fired(services) is None
    assert get_schedule(services.context, ana, frozenset(), SCHEDULE_ID) is None
    assert services.queries.records == {}


def test_a_user_who_may_not_sign_in_runs_nothing(
    services: FakeServices, schedule: Scheduled
) -> None:
    schedule()
    services.standing["ana"] = Standing.DISABLED
    record = ran(services)
    assert said(record)[1:] == ("RunSkipped", "Left out: its owner may not sign in.")
    assert not record.notify


def test_who_holds_an_api_key_is_no_user_that_could_be_gone(services: FakeServices) -> None:
    services.standing[API_KEY_OWNER] = Standing.GONE
    month = [ParameterInput("month", "2015-06")]
    asked = replace(daily(), report=ID("taxi_by_day"), parameters=month, notify=None)
    schedule_report(services.context, Caller(API_KEY_OWNER), asked)
    assert ran(services).query.status is QueryStatus.SUBMITTED


def test_what_is_not_known_now_is_tried_again(services: FakeServices, schedule: Scheduled) -> None:
    schedule()

    def unavailable(user_id: ID) -> frozenset[str]:
        raise GroupsUnavailable("Cognito does not answer now.")

    services.context = replace(services.context, groups=unavailable)
    with pytest.raises(GroupsUnavailable):
        fired(services)
    assert services.queries.records == {}


def test_a_failing_run_ends_as_any_query_does(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    query_id = ran(services).query.id
    services.warehouse.set(f"statement-of-{query_id}", StatementStatus.FAILED, "ERROR: no")
    observe_statement(services.context, query_id, f"statement-of-{query_id}")
    found = get_schedule(services.context, ana, frozenset({"runs"}), SCHEDULE_ID)
    assert found is not None
    [run] = found.runs or []
    assert (run.status, run.schedule, run.scheduled_for) == (
        QueryStatus.FAILED,
        SCHEDULE_ID,
        SLOT,
    )
