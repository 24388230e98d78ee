from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.access import API_KEY_OWNER, Caller
from core.agenda.change_schedule import delete_schedule, pause_schedule
from core.agenda.read_schedules import get_schedule
from core.agenda.schedule import (
    HolidayRegionInput,
    Schedule,
    ScheduledExport,
    ScheduledExportInput,
    UpdateScheduleInput,
)
from core.agenda.schedule_report import MAX_SCHEDULES, schedule_report, update_schedule
from core.errors import (
    HolidaysNotFound,
    IdAlreadyUsed,
    InvalidExport,
    InvalidId,
    InvalidNotify,
    InvalidParameter,
    InvalidSchedule,
    QuerycastError,
    ReportNotFound,
    ScheduleNotFound,
    StaleVersion,
    TooManySchedules,
)
from core.exports.export import Compression, ExportFormat
from core.parameters import Parameter, ParameterInput
from core.report import ID
from core.submit import own_id
from tests.core.agenda.scheduling import ASKED, DAILY, SCHEDULE_ID, YESTERDAY
from tests.core.agenda.scheduling import schedule as schedule  # a fixture
from tests.core.agenda.scheduling import services as services  # a fixture
from tests.fakes import FakeServices

Scheduled = Callable[..., Schedule]
PARQUET = ScheduledExportInput(ExportFormat.PARQUET, Compression.GZIP)


def update(services: FakeServices, caller: Caller, version: int, **instead: Any) -> Schedule:
    whole = UpdateScheduleInput(SCHEDULE_ID, version, ID("sales"), DAILY, YESTERDAY)
    return update_schedule(services.context, caller, replace(whole, **instead))


def test_a_schedule_says_what_was_asked_and_when_it_runs_next(schedule: Scheduled) -> None:
    made = schedule(skip_holidays=HolidayRegionInput("DE"))
    assert (made.id, made.owner, made.version, made.notify) == (SCHEDULE_ID, "ana", 1, True)
    assert made.parameters == [Parameter("day", "yesterday")]
    assert made.next_run_at is not None
    assert made.next_run_at.isoformat() == "2026-11-21T06:00:00+00:00"


def test_words_stay_and_values_get_the_spelling_of_their_type(schedule: Scheduled) -> None:
    month = [ParameterInput("vendor", "2"), ParameterInput("month", "2015-06")]
    made = schedule(report=ID("taxi_by_day"), parameters=month)
    assert made.parameters == [Parameter("month", "2015-06"), Parameter("vendor", "2")]


def test_what_is_left_out_is_the_default_of_each_run(schedule: Scheduled) -> None:
    made = schedule(timezone=None, notify=None)
    assert (made.timezone, made.notify, made.export) == ("UTC", False, None)
    assert "vendor" not in [each.name for each in made.parameters]


def test_an_export_is_checked_as_one_that_runs_now(schedule: Scheduled) -> None:
    made = schedule(export=ScheduledExportInput(ExportFormat.CSV, single_file=True))
    assert made.export == ScheduledExport(ExportFormat.CSV, single_file=True, formula_safe=True)


@pytest.mark.parametrize(
    ("instead", "error", "words"),
    [
        ({"report": ID("gone")}, ReportNotFound, "no report 'gone' for you"),
        ({"report": ID("audit")}, ReportNotFound, "no report 'audit' for you"),
        ({"parameters": []}, InvalidParameter, "Parameter day is missing"),
        ({"parameters": [*YESTERDAY, *YESTERDAY]}, InvalidParameter, "given twice"),
        (
            {"parameters": [*YESTERDAY, ParameterInput("month", "today")]},
            InvalidParameter,
            "'month' is unknown",
        ),
        (
            {"parameters": [ParameterInput("day", "last_week")]},
            InvalidParameter,
            r"add \.start or \.end",
        ),
        (
            {"parameters": [ParameterInput("day", "last_year.start")]},
            InvalidParameter,
            "'2025-01-01' is out of range",
        ),
        ({"expression": "every day"}, InvalidSchedule, "'every day' is no schedule"),
        ({"expression": "rate(30 seconds)"}, InvalidSchedule, "is no rate"),
        ({"expression": "at(2026-11-20T12:59:59)"}, InvalidSchedule, "is over"),
        ({"expression": "cron(0 7 * * ? 2025)"}, InvalidSchedule, "never runs again"),
        ({"expression": f"cron({'0,' * 150}0 7 * * ? *)"}, InvalidSchedule, "more than 256"),
        ({"timezone": "Europe/Atlantis"}, InvalidSchedule, "'Europe/Atlantis' is unknown"),
        ({"export": PARQUET}, InvalidExport, "for CSV and JSON"),
        ({"skip_holidays": HolidayRegionInput("XX")}, HolidaysNotFound, "'XX' is not known"),
        ({"id": ID("1")}, InvalidId, "not a lower-case UUID"),
        ({"id": own_id("a")}, InvalidId, "the server keeps"),
    ],
)
def test_what_could_not_run_is_refused_and_leaves_nothing(
    services: FakeServices,
    schedule: Scheduled,
    instead: dict[str, Any],
    error: type[QuerycastError],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        schedule(**instead)
    assert services.schedules.records == {}


def test_parameters_are_checked_for_the_day_of_the_next_run(
    services: FakeServices, schedule: Scheduled
) -> None:
    """Which is in Berlin, and in the next year but one."""
    assert schedule(expression="at(2028-01-01T00:00:00)").version == 1
    with pytest.raises(InvalidParameter, match="'2028-01-01' is out of range"):
        schedule(expression="at(2028-01-02T00:00:00)", id=None)


def test_whoever_holds_an_api_key_has_no_mailbox(services: FakeServices) -> None:
    month = [ParameterInput("month", "2015-06")]
    asked = replace(ASKED, report=ID("taxi_by_day"), parameters=month)
    with pytest.raises(InvalidNotify):
        schedule_report(services.context, Caller(API_KEY_OWNER), asked)


def test_the_same_asked_again_is_the_same_schedule(
    services: FakeServices, schedule: Scheduled
) -> None:
    first = schedule(expression="at(2026-11-20T13:00:01)")
    services.clock.pass_by(minutes=5)  # its time is over by now
    assert schedule(expression="at(2026-11-20T13:00:01)").created_at == first.created_at
    assert len(services.schedules.records) == 1


def test_an_id_is_one_schedule_and_nobody_elses(
    services: FakeServices, schedule: Scheduled, ben: Caller
) -> None:
    schedule()
    with pytest.raises(IdAlreadyUsed) as of_another:
        schedule_report(services.context, ben, ASKED)
    with pytest.raises(IdAlreadyUsed) as another_input:
        schedule(notify=False)
    assert str(of_another.value) == str(another_input.value)


def test_a_repeat_does_not_bring_back_what_was_deleted(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    delete_schedule(services.context, ana, SCHEDULE_ID)
    with pytest.raises(IdAlreadyUsed):
        schedule()


def test_of_two_at_once_one_is_written(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    services.schedules.before_write = schedule
    assert schedule().version == 1
    assert len(services.schedules.records) == 1


def test_nobody_has_more_than_fifty(services: FakeServices, schedule: Scheduled) -> None:
    for _ in range(MAX_SCHEDULES):
        schedule(id=None)
    with pytest.raises(TooManySchedules, match="You have 50 schedules"):
        schedule()


def test_an_update_is_the_whole_schedule(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule(export=ScheduledExportInput(ExportFormat.CSV))
    services.clock.pass_by(hours=1)
    updated = update(services, ana, 1, expression="rate(1 day)")
    assert (updated.version, updated.timezone, updated.notify) == (2, "UTC", False)
    assert updated.export is None
    record = services.schedules.records[SCHEDULE_ID]
    assert (record.timed_in, record.timed_at) == (2, services.clock())
    assert updated.next_run_at == services.clock() + timedelta(days=1)


def test_an_update_of_all_but_the_times_keeps_them(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule(expression="rate(3 hours)", timezone=None)
    services.clock.pass_by(hours=1)
    updated = update(services, ana, 1, expression="rate(3 hours)", notify=True)
    assert services.schedules.records[SCHEDULE_ID].timed_in == 1
    assert updated.next_run_at == services.clock() + timedelta(hours=2)


def test_an_update_of_another_version_is_refused(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    pause_schedule(services.context, ana, SCHEDULE_ID)
    with pytest.raises(StaleVersion, match="has version 2, not 1"):
        update(services, ana, 1)


def test_of_two_updates_at_once_one_is_refused(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    services.schedules.before_write = lambda: update(services, ana, 1, notify=True)
    with pytest.raises(StaleVersion, match="has version 2, not 1"):
        update(services, ana, 1)
    stored = services.schedules.records[SCHEDULE_ID].schedule
    assert (stored.version, stored.notify) == (2, True)


def test_an_update_is_checked_as_a_new_schedule(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    with pytest.raises(InvalidSchedule, match="is over"):
        update(services, ana, 1, expression="at(2026-01-01T00:00:00)")
    assert services.schedules.records[SCHEDULE_ID].schedule.version == 1


def test_an_update_keeps_a_pause_and_forgets_a_problem(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    pause_schedule(services.context, ana, SCHEDULE_ID)
    record = services.schedules.records[SCHEDULE_ID]
    services.schedules.records[SCHEDULE_ID] = record.changed(services.clock(), problem="No.")
    updated = update(services, ana, 3)
    assert (updated.problem, updated.paused_at) == (None, services.clock())


def test_nobody_sees_or_changes_anothers(
    services: FakeServices, schedule: Scheduled, ben: Caller
) -> None:
    schedule()
    with pytest.raises(ScheduleNotFound) as theirs:
        update(services, ben, 1)
    with pytest.raises(ScheduleNotFound) as missing:
        update(services, ben, 1, id=ID("6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"))
    assert str(theirs.value).replace(SCHEDULE_ID, "") == str(missing.value).replace(
        "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10", ""
    )
    assert get_schedule(services.context, ben, frozenset(), SCHEDULE_ID) is None
