"""Scheduled reports through the public API: they run at their times, as their owner, and once."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.integration.api import FINAL, Answer
from tests.integration.conftest import Person
from tests.integration.functions import invoke
from tests.integration.mails import Mails
from tests.integration.subscriber import subscribed
from tests.integration.wait import until

SCHEDULE = """id report parameters { name value } expression timezone notify owner version
  createdAt updatedAt pausedAt problem nextRunAt skipHolidays { country subdivision }
  export { format compression singleFile formulaSafe }"""
RUN = "id kind status owner schedule scheduledFor report parameters { name value } error { type }"
NEW = (
    f"mutation ($input: ScheduleReportInput!) {{ scheduleReport(input: $input) {{ {SCHEDULE} }} }}"
)
UPDATE = (
    f"mutation ($input: UpdateScheduleInput!) {{ updateSchedule(input: $input) {{ {SCHEDULE} }} }}"
)
PAUSE = f"mutation ($id: ID!) {{ pauseSchedule(id: $id) {{ {SCHEDULE} }} }}"
RESUME = f"mutation ($id: ID!) {{ resumeSchedule(id: $id) {{ {SCHEDULE} }} }}"
DELETE = f"mutation ($id: ID!) {{ deleteSchedule(id: $id) {{ {SCHEDULE} }} }}"
GET = f"query ($id: ID!) {{ getSchedule(id: $id) {{ {SCHEDULE} runs {{ {RUN} }} }} }}"
LIST = f"{{ listSchedules {{ {SCHEDULE} }} }}"
RUNS = f"""query ($filter: QueryFilter) {{
  listQueries(filter: $filter) {{ queries {{ {RUN} }} }}
}}"""
OCCURRENCES = f"""query ($start: AWSDateTime!, $end: AWSDateTime!) {{
  listOccurrences(start: $start, end: $end) {{
    at schedule report pipeline holiday query {{ {RUN} }}
  }}
}}"""
ON_SCHEDULE = f"""subscription {{
  onScheduleChange {{ id owner version kind schedule {{ {SCHEDULE} }} }}
}}"""
ON_QUERY = f"subscription {{ onQueryChange {{ {RUN} }} }}"
ZONE = "Pacific/Kiritimati"  # 14 hours ahead of UTC
REPORT = "echo"
RELATIVE = {"a_date": "yesterday", "a_month": "last_month", "a_timestamp": "this_week.end"}
FAR = "cron(0 7 1 1 ? *)"  # nothing that is due while a test runs
WAIT = 120  # seconds for a run that is due within seconds

Schedule = Callable[..., Any]


def at(moment: datetime, zone: str = ZONE) -> str:
    return f"at({moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M:%S})"


def soon(seconds: int = 10) -> datetime:
    """On the second, a few from now: later than a slow machine takes to schedule it."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def given(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def ask(person: Person, document: str, **variables: Any) -> Any:
    """What the one field of a document that is not refused answers."""
    answer = person.api.ask(document, **variables)
    assert not answer.errors, answer.errors
    [data] = answer.data.values()
    return data


@pytest.fixture
def schedule(person: Callable[..., Person]) -> Iterator[Schedule]:
    """Schedules a report for somebody, until the test has ended."""
    made: list[tuple[Person, str]] = []

    def new(owner: Person, expression: str, **more: Any) -> Any:
        input = {"report": REPORT, "expression": expression} | more
        answered = ask(owner, NEW, input=input)
        made.append((owner, answered["id"]))
        return answered

    yield new
    for owner, schedule_id in made:
        owner.api.ask(DELETE, id=schedule_id)


def runs(person: Person, schedule_id: str) -> list[Any]:
    """The runs that there have been, the newest first."""
    return list(ask(person, GET, id=schedule_id)["runs"])


def ended(person: Person, schedule_id: str) -> Any:
    """The latest run, once that has ended."""

    def asked() -> Any:
        found = runs(person, schedule_id)
        return found[0] if found and found[0]["status"] in FINAL else None

    return until(asked, WAIT)


def fired(outputs: Any, aws: Callable[[str], Any], schedule_id: str) -> Any:
    """How EventBridge Scheduler knows the schedule; None where it does not."""
    scheduler = aws("scheduler")
    try:
        return scheduler.get_schedule(Name=schedule_id, GroupName=outputs["scheduleGroup"])
    except scheduler.exceptions.ResourceNotFoundException:
        return None


def call(outputs: Any, aws: Callable[[str], Any], made: Any, slot: datetime) -> None:
    """Call for a run as EventBridge Scheduler does, once it has replaced what it replaces."""
    event = {
        "schedule": made["id"],
        "version": made["version"],
        "scheduledAt": f"{slot.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    invoke(aws, outputs["scheduledReportFunction"], event)


def test_a_run_is_pushed_when_its_time_has_come_and_is_found_everywhere(
    outputs: Any, ana: Person, schedule: Schedule
) -> None:
    async def pushed() -> tuple[Any, datetime, Any]:
        async with subscribed(outputs, ana.token, ON_QUERY) as delivered:
            slot = soon()
            made = await asyncio.to_thread(
                schedule, ana, at(slot), timezone=ZONE, parameters=given(RELATIVE)
            )
            while True:
                query = await asyncio.wait_for(delivered.get(), WAIT)
                if query["schedule"] == made["id"] and query["status"] in FINAL:
                    return made, slot, query

    made, slot, query = asyncio.run(pushed())
    assert made["nextRunAt"] == told(slot)
    assert (query["status"], query["error"]) == ("FINISHED", None)
    assert (query["owner"], query["scheduledFor"]) == (ana.id, told(slot))
    there = slot.astimezone(ZoneInfo(ZONE)).date()
    values = {each["name"]: each["value"] for each in query["parameters"]}
    assert values["a_date"] == (there - timedelta(days=1)).isoformat()
    assert values["a_month"] == (there.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    monday = there + timedelta(days=7 - there.weekday())
    assert values["a_timestamp"] == f"{monday} 00:00:00"

    found = ask(ana, GET, id=made["id"])
    assert found["runs"] == [query]
    assert (found["nextRunAt"], found["problem"]) == (None, None)
    assert ask(ana, RUNS, filter={"schedule": made["id"]})["queries"] == [query]
    day = timedelta(days=1)
    listed = ask(ana, OCCURRENCES, start=told(slot - day), end=told(slot + day))
    mine = [each for each in listed if each["schedule"] == made["id"]]
    assert [(each["at"], each["query"]) for each in mine] == [(told(slot), query)]


def test_a_rate_runs_again_and_again(ana: Person, schedule: Schedule) -> None:
    made = schedule(ana, "rate(1 minute)")
    created = datetime.fromisoformat(made["createdAt"]).replace(microsecond=0)
    assert made["nextRunAt"] == told(created + timedelta(minutes=1))
    found = until(lambda: _two(runs(ana, made["id"])), 200)
    expected = [told(created + timedelta(minutes=count)) for count in (2, 1)]
    assert [run["scheduledFor"] for run in found] == expected


def _two(found: list[Any]) -> list[Any]:
    return found if len(found) >= 2 else []


def test_a_run_writes_files_and_is_told_by_mail(
    outputs: Any, ana: Person, schedule: Schedule
) -> None:
    mails = Mails(outputs)
    made = schedule(
        ana, at(soon()), timezone=ZONE, notify=True, export={"format": "CSV", "singleFile": True}
    )
    assert made["export"]["formulaSafe"] is True
    run = ended(ana, made["id"])
    assert (run["kind"], run["status"]) == ("EXPORT", "FINISHED")
    downloads = "query ($id: ID!) { getDownloads(id: $id) { name } }"
    assert [file["name"] for file in ask(ana, downloads, id=run["id"])] == ["echo.csv"]
    assert until(lambda: mails.about(ana, run["id"]), WAIT)


def test_the_owner_is_pushed_every_change_of_a_schedule_and_nobody_else(
    outputs: Any, ana: Person, ben: Person
) -> None:
    async def pushed() -> tuple[list[Any], list[Any]]:
        async with (
            subscribed(outputs, ana.token, ON_SCHEDULE) as to_ana,
            subscribed(outputs, ben.token, ON_SCHEDULE) as to_ben,
        ):
            wanted = {"report": REPORT, "expression": FAR, "skipHolidays": {"country": "DE"}}
            made = await asyncio.to_thread(ask, ana, NEW, input=wanted)
            for document in (PAUSE, RESUME, DELETE):
                await asyncio.to_thread(ask, ana, document, id=made["id"])
            seen: list[Any] = []
            while not seen or seen[-1]["kind"] != "DELETED":
                change = await asyncio.wait_for(to_ana.get(), WAIT)
                if change["id"] == made["id"] and change not in seen:
                    seen.append(change)
            assert seen[0]["schedule"] == made
            return seen, [to_ben.get_nowait() for _ in range(to_ben.qsize())]

    seen, of_ben = asyncio.run(pushed())
    assert [(each["kind"], each["version"]) for each in seen] == [
        ("CREATED", 1),
        ("UPDATED", 2),
        ("UPDATED", 3),
        ("DELETED", 4),
    ]
    assert seen[1]["schedule"]["pausedAt"] is not None
    assert seen[3]["schedule"] is None
    assert of_ben == []


def test_pause_resume_update_and_delete_change_what_is_fired(
    outputs: Any, aws: Callable[[str], Any], ana: Person, schedule: Schedule
) -> None:
    made = schedule(ana, FAR)
    known = until(lambda: fired(outputs, aws, made["id"]), WAIT)
    assert (known["State"], known["ScheduleExpression"]) == ("ENABLED", FAR)
    ask(ana, PAUSE, id=made["id"])
    until(lambda: fired(outputs, aws, made["id"])["State"] == "DISABLED", WAIT)
    slot = soon(20)
    changed = ask(
        ana,
        UPDATE,
        input={"id": made["id"], "version": 2, "report": REPORT, "expression": at(slot, "UTC")},
    )
    assert (changed["version"], changed["nextRunAt"]) == (3, None)
    until(lambda: fired(outputs, aws, made["id"])["ScheduleExpression"] == at(slot, "UTC"), WAIT)
    resumed = ask(ana, RESUME, id=made["id"])
    assert resumed["nextRunAt"] == told(slot)
    assert ended(ana, made["id"])["scheduledFor"] == told(slot)
    until(lambda: fired(outputs, aws, made["id"]) is None, WAIT)  # it fires once, and is gone
    ask(ana, DELETE, id=made["id"])
    assert ask(ana, GET, id=made["id"]) is None
    listed = ask(ana, RUNS, filter={"schedule": made["id"]})["queries"]
    assert [run["status"] for run in listed] == ["FINISHED"]


def test_what_is_paused_or_deleted_when_its_time_comes_does_not_run(
    outputs: Any, aws: Callable[[str], Any], ana: Person, schedule: Schedule
) -> None:
    slot = soon(15)
    paused, deleted, kept = (schedule(ana, at(slot), timezone=ZONE) for _ in range(3))
    ask(ana, PAUSE, id=paused["id"])
    ask(ana, DELETE, id=deleted["id"])
    until(lambda: fired(outputs, aws, deleted["id"]) is None, WAIT)
    assert ended(ana, kept["id"])["scheduledFor"] == told(slot)
    assert runs(ana, paused["id"]) == []
    assert ask(ana, RUNS, filter={"schedule": deleted["id"]})["queries"] == []
    refused = ana.api.ask(RESUME, id=paused["id"]).error
    assert refused["errorType"] == "InvalidSchedule"


def test_an_update_of_an_old_version_is_refused(ana: Person, schedule: Schedule) -> None:
    made = schedule(ana, FAR)
    ask(ana, PAUSE, id=made["id"])
    input = {"id": made["id"], "version": 1, "report": REPORT, "expression": FAR}
    refused = ana.api.ask(UPDATE, input=input).error
    assert refused["errorType"] == "StaleVersion"
    assert "has version 2, not 1" in refused["message"]


def test_a_time_is_run_once_however_often_it_is_called_for(
    outputs: Any, aws: Callable[[str], Any], ana: Person, schedule: Schedule
) -> None:
    made, slot = schedule(ana, FAR), soon(-60)
    for _ in range(3):
        call(outputs, aws, made, slot)
    run = ended(ana, made["id"])
    call(outputs, aws, made, slot)
    assert [(each["id"], each["status"]) for each in runs(ana, made["id"])] == [
        (run["id"], "FINISHED")
    ]


def test_the_same_schedule_asked_for_again_is_one(ana: Person, schedule: Schedule) -> None:
    schedule_id = str(uuid.uuid4())
    first = schedule(ana, FAR, id=schedule_id)
    assert schedule(ana, FAR, id=schedule_id) == first
    another = {"id": schedule_id, "report": REPORT, "expression": "rate(1 hour)"}
    assert ana.api.ask(NEW, input=another).error["errorType"] == "IdAlreadyUsed"


def test_a_holiday_is_left_out_by_its_name(
    outputs: Any, aws: Callable[[str], Any], ana: Person, schedule: Schedule
) -> None:
    made = schedule(ana, "cron(0 12 * * ? *)", skipHolidays={"country": "DE"})
    year = datetime.now(UTC).year + 1
    start, end = f"{year}-12-24T00:00:00Z", f"{year}-12-28T00:00:00Z"
    listed = ask(ana, OCCURRENCES, start=start, end=end)
    named = [each["holiday"] for each in listed if each["schedule"] == made["id"]]
    assert (named[0], named[3]) == (None, None)
    assert all(named[1:3])


def test_a_report_that_its_owner_lost_is_a_failure_that_they_see(
    outputs: Any, aws: Callable[[str], Any], person: Callable[..., Person], schedule: Schedule
) -> None:
    eve = person("analysts")
    made = schedule(eve, FAR, report="taxi_trips_search")
    aws("cognito-idp").admin_remove_user_from_group(
        UserPoolId=outputs["userPoolId"], Username=eve.email, GroupName="analysts"
    )
    call(outputs, aws, made, soon(-60))
    run = ended(eve, made["id"])
    assert (run["status"], run["error"]["type"]) == ("FAILED", "ReportNotFound")


def test_the_schedule_of_a_user_who_is_gone_goes_too(
    outputs: Any, aws: Callable[[str], Any], person: Callable[..., Person], schedule: Schedule
) -> None:
    eve = person("analysts")
    made = schedule(eve, FAR)
    until(lambda: fired(outputs, aws, made["id"]), WAIT)
    aws("cognito-idp").admin_delete_user(UserPoolId=outputs["userPoolId"], Username=eve.email)
    call(outputs, aws, made, soon(-60))
    until(lambda: fired(outputs, aws, made["id"]) is None, WAIT)
    assert ask(eve, GET, id=made["id"]) is None
    assert ask(eve, RUNS, filter={"schedule": made["id"]})["queries"] == []


def test_a_firing_of_what_is_not_there_removes_it(
    outputs: Any, aws: Callable[[str], Any], ana: Person, schedule: Schedule
) -> None:
    made = schedule(ana, FAR)
    known = until(lambda: fired(outputs, aws, made["id"]), WAIT)
    scheduler, stray = aws("scheduler"), str(uuid.uuid4())
    scheduler.create_schedule(
        Name=stray,
        GroupName=outputs["scheduleGroup"],
        ScheduleExpression=FAR,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=known["Target"],
    )
    call(outputs, aws, {"id": stray, "version": 1}, soon(-60))
    assert fired(outputs, aws, stray) is None


def test_anothers_schedules_are_hidden(ana: Person, ben: Person, schedule: Schedule) -> None:
    made = schedule(ana, FAR)
    missing = str(uuid.uuid4())
    assert ask(ben, GET, id=made["id"]) is None
    assert made["id"] not in [each["id"] for each in ask(ben, LIST)]
    assert made["id"] in [each["id"] for each in ask(ana, LIST)]
    for document in (PAUSE, RESUME, DELETE):
        theirs, none = (ben.api.ask(document, id=each).error for each in (made["id"], missing))
        assert theirs["errorType"] == none["errorType"] == "ScheduleNotFound"
        assert theirs["message"].replace(made["id"], missing) == none["message"]
    assert ask(ana, GET, id=made["id"])["version"] == 1


@pytest.mark.parametrize(
    ("input", "error"),
    [
        ({"timezone": "Europe/Atlantis"}, "InvalidSchedule"),
        ({"expression": "every day"}, "InvalidSchedule"),
        ({"expression": "at(2020-01-01T00:00:00)"}, "InvalidSchedule"),
        ({"expression": "rate(0 minutes)"}, "InvalidSchedule"),
        ({"report": "missing"}, "ReportNotFound"),
        ({"report": "for_administrators"}, "ReportNotFound"),
        ({"parameters": given({"unknown": "today"})}, "InvalidParameter"),
        ({"parameters": given({"a_date": "last_month"})}, "InvalidParameter"),
        ({"parameters": given({"a_date": "someday"})}, "InvalidParameter"),
        ({"parameters": given({"a_number": "today"})}, "InvalidParameter"),
        ({"export": {"format": "PARQUET", "compression": "GZIP"}}, "InvalidExport"),
        ({"skipHolidays": {"country": "XX"}}, "HolidaysNotFound"),
        ({"id": "1"}, "InvalidId"),
    ],
)
def test_bad_input_leaves_nothing(
    person: Callable[..., Person], input: dict[str, Any], error: str
) -> None:
    eve = person("analysts")
    whole = {"report": REPORT, "expression": FAR} | input
    answer: Answer = eve.api.ask(NEW, input=whole)
    assert answer.error["errorType"] == error
    assert ask(eve, LIST) == []


def test_a_range_that_is_too_long_is_refused(ana: Person) -> None:
    start, end = "2026-01-01T00:00:00Z", "2026-03-05T00:00:00Z"
    assert ana.api.ask(OCCURRENCES, start=start, end=end).error["errorType"] == "InvalidTime"
