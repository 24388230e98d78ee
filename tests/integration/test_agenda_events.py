"""Events of the agenda: written in two ways, read, listed, and pushed to whom they concern."""

import asyncio
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.agenda import ANALYSTS, ARRIVES, CHANGES, NOON, Agenda, change_of
from tests.integration.conftest import Person
from tests.integration.event_writer import EventWriter, refusal
from tests.integration.function_url import calling
from tests.integration.functions import invoke
from tests.integration.subscriber import subscribed
from tests.integration.wait import until

BUSY = ("Lambda:ExecutionTimeoutException", "InternalError")  # of a machine that is too slow
EXPIRES_WITHIN = 150  # seconds, by the emulator; AWS takes up to two days


@pytest.fixture(scope="module")
def writer(outputs: Any, aws: Callable[[str], Any]) -> EventWriter:
    if "awsEndpointUrl" not in outputs:
        pytest.skip("makes a user of IAM, whom nobody would take away")
    place = outputs["eventWriterUrl"], outputs["eventWriterFunction"]
    return EventWriter(calling(outputs, aws, *place))


@pytest.fixture
def mine(ana: Person) -> Agenda:
    return Agenda(ana)


@pytest.fixture
def yours(ben: Person) -> Agenda:
    return Agenda(ben)


def kind_of(change: Any) -> tuple[str, int]:
    return change["kind"], change["version"]


def test_an_event_is_read_as_it_was_written(mine: Agenda, ana: Person) -> None:
    event = mine.create(title="Grüße 🎉", notes="a\nb", location="Wien", timezone="Europe/Vienna")
    assert mine.get(event["id"]) == event
    assert event | NOON == event
    assert (event["owner"], event["calendar"], event["version"]) == (ana.id, f"user:{ana.id}", 1)
    assert event in mine.list(text="GRÜSSE")


def test_an_all_day_event_is_the_days_of_its_zone(mine: Agenda) -> None:
    event = mine.create(
        title="off", firstDay="2027-03-27", lastDay="2027-03-28", timezone="Europe/Vienna"
    )
    assert (event["start"], event["end"]) == (
        "2027-03-26T23:00:00.000Z",
        "2027-03-28T22:00:00.000Z",
    )
    assert (event["allDay"], event["firstDay"], event["lastDay"]) == (
        True,
        "2027-03-27",
        "2027-03-28",
    )


def test_both_ways_of_writing_reach_the_subscribers_of_the_group(
    outputs: Any, mine: Agenda, ben: Person, writer: EventWriter
) -> None:
    async def delivered() -> list[Any]:
        async with subscribed(outputs, ben.token, CHANGES, calendar=ANALYSTS) as changes:
            by_user = await asyncio.to_thread(mine.create, title="by a user", calendar=ANALYSTS)
            assert (await change_of(changes, by_user["id"]))["event"] == by_user
            by_iam = await asyncio.to_thread(
                writer.create, title="by IAM", calendar=ANALYSTS, **NOON
            )
            assert by_iam.status == 201, by_iam
            return [by_iam.body, await change_of(changes, by_iam.body["id"])]

    written, change = asyncio.run(delivered())
    assert kind_of(change) == ("CREATED", 1)
    assert change["event"] == written
    assert written["owner"] == writer.url.arn


def test_each_change_is_pushed_in_order_and_a_late_repeat_creates_nothing(
    outputs: Any, mine: Agenda, yours: Agenda
) -> None:
    input = {"title": "first", "calendar": ANALYSTS, "id": str(uuid.uuid4())}

    async def pushed() -> list[Any]:
        async with subscribed(outputs, yours.person.token, CHANGES) as changes:
            event = await asyncio.to_thread(mine.create, **input)
            answer = await asyncio.to_thread(yours.update, event, title="second")
            assert answer.data["updateEvent"]["owner"] == mine.person.id
            assert (await asyncio.to_thread(mine.delete, event["id"], 2)).data
            return [await change_of(changes, event["id"]) for _ in range(3)]

    changes = asyncio.run(pushed())
    assert [kind_of(change) for change in changes] == [
        ("CREATED", 1),
        ("UPDATED", 2),
        ("DELETED", 3),
    ]
    assert changes[1]["event"]["title"] == "second"
    assert changes[2]["event"] is None
    assert mine.try_create(**input).error["errorType"] == "IdAlreadyUsed"
    assert mine.get(input["id"]) is None


def test_a_stale_version_is_refused_with_the_current_one(mine: Agenda, yours: Agenda) -> None:
    event = mine.create(title="planned", calendar=ANALYSTS)
    assert not yours.update(event, title="by you").errors
    refused = mine.update(event, title="by me")
    assert refused.error["errorType"] == "StaleVersion"
    assert "version 2, not 1" in refused.error["message"]
    assert mine.delete(event["id"], 1).error["errorType"] == "StaleVersion"
    assert mine.get(event["id"])["title"] == "by you"


def test_two_hundred_creations_at_once_overwrite_nothing(person: Callable[..., Person]) -> None:
    agenda = Agenda(person())
    ids = [str(uuid.uuid4()) for _ in range(200)]
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda id: answered(agenda, f"event {id}", id), ids))
        again = list(pool.map(lambda id: answered(agenda, f"event {id}", id), ids[:50]))
        other = list(pool.map(lambda id: answered(agenda, "other", id), ids[:50]))
    assert again == made[:50]
    assert set(other) == {"IdAlreadyUsed"}
    listed = agenda.list(limit=100)
    assert sorted(listed, key=lambda event: event["id"]) == listed
    assert {event["id"]: event["title"] for event in listed} == {id: f"event {id}" for id in ids}


def answered(agenda: Agenda, title: str, id: str, **more: Any) -> Any:
    """The event, or the errorType of its refusal. Who gets no answer in time may ask again."""

    def answer() -> Any:
        try:
            answer = agenda.try_create(title=title, id=id, **more)
        except OSError:
            return None
        kind = answer.error["errorType"] if answer.errors else None
        return answer.data["createEvent"] if kind is None else None if kind in BUSY else kind

    return until(answer, 150)


def test_of_creations_that_race_for_an_id_one_wins(mine: Agenda, yours: Agenda) -> None:
    id = str(uuid.uuid4())
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(
                lambda n: answered((mine, yours)[n % 2], f"t{n}", id, calendar=ANALYSTS),
                range(16),
            )
        )
    (won,) = [answer for answer in answers if answer != "IdAlreadyUsed"]
    assert mine.get(id) == won


def test_pages_have_everything_that_overlaps_once_and_in_order(
    person: Callable[..., Person],
) -> None:
    agenda = Agenda(person("analysts"))
    tag = uuid.uuid4().hex
    wanted = [
        agenda.create(title=tag, start="2026-04-01T00:00:00Z", end="2027-03-01T00:00:01Z"),
        agenda.create(title=tag, start="2027-02-23T00:00:00Z", end="2027-03-01T00:00:01Z"),
        *(agenda.create(title=tag, calendar=ANALYSTS) for _ in range(5)),
        agenda.create(title="x", notes=f"see {tag.upper()}", firstDay="2027-03-31"),
    ]
    agenda.create(title=tag, start="2027-02-01T00:00:00Z", end="2027-03-01T00:00:00Z")
    agenda.create(title=tag, start="2027-04-01T00:00:00Z", end="2027-04-01T00:00:01Z")
    pages = list(agenda.pages(text=tag, limit=3))
    found = [event["id"] for page in pages for event in page]
    expected = sorted(wanted, key=lambda event: (event["start"], event["id"]))
    assert found == [event["id"] for event in expected]
    assert max(map(len, pages)) == 3


def test_an_event_that_moves_is_deleted_here_and_created_there(
    outputs: Any, person: Callable[..., Person], mine: Agenda
) -> None:
    both = person("analysts", "administrators")

    async def pushed() -> list[Any]:
        async with (
            subscribed(outputs, mine.person.token, CHANGES, calendar=ANALYSTS) as here,
            subscribed(outputs, both.token, CHANGES, calendar="group:administrators") as there,
        ):
            event = await asyncio.to_thread(mine.create, title="moves", calendar=ANALYSTS)
            await change_of(here, event["id"])
            moved = await asyncio.to_thread(
                Agenda(both).update, event, calendar="group:administrators"
            )
            assert not moved.errors, moved.errors
            return [await change_of(here, event["id"]), await change_of(there, event["id"])]

    gone, come = asyncio.run(pushed())
    assert (kind_of(gone), kind_of(come)) == (("DELETED", 2), ("CREATED", 2))
    assert gone["event"] is None
    assert mine.get(gone["id"]) is None


def test_what_somebody_removes_from_the_table_is_deleted_for_subscribers(
    outputs: Any, aws: Callable[[str], Any], mine: Agenda
) -> None:
    async def pushed() -> list[Any]:
        async with subscribed(outputs, mine.person.token, CHANGES) as changes:
            event = await asyncio.to_thread(mine.create, title="removed")
            await change_of(changes, event["id"])
            key = {"id": {"S": f"event#{event['id']}"}}
            table = outputs["agendaTable"]
            await asyncio.to_thread(lambda: aws("dynamodb").delete_item(TableName=table, Key=key))
            return [event, await change_of(changes, event["id"])]

    event, change = asyncio.run(pushed())
    assert kind_of(change) == ("DELETED", 2)
    assert mine.get(event["id"]) is None


def test_what_somebody_writes_into_the_table_is_pushed_and_rubbish_keeps_nobody_up(
    outputs: Any, aws: Callable[[str], Any], mine: Agenda
) -> None:
    """The rubbish stands in the calendar's index, and in the stream before what follows."""
    dynamodb, table = aws("dynamodb"), outputs["agendaTable"]

    def put(item: Any) -> None:
        dynamodb.put_item(TableName=table, Item=item)

    async def pushed() -> list[Any]:
        async with subscribed(outputs, mine.person.token, CHANGES, calendar=ANALYSTS) as changes:
            event = await asyncio.to_thread(mine.create, title="kept", calendar=ANALYSTS)
            key = {"id": {"S": f"event#{event['id']}"}}
            item = await asyncio.to_thread(
                lambda: dynamodb.get_item(TableName=table, Key=key)["Item"]
            )
            rubbish = item | {"id": {"S": f"event#{uuid.uuid4()}"}, "title": {"N": "5"}}
            for each in (rubbish, {"id": {"S": "what is this"}}):
                await asyncio.to_thread(put, each)
            await asyncio.to_thread(
                lambda: dynamodb.update_item(
                    TableName=table,
                    Key=key,
                    UpdateExpression="SET title = :title",
                    ExpressionAttributeValues={":title": {"S": "changed by hand"}},
                )
            )
            return [await change_of(changes, event["id"]) for _ in range(2)]

    created, changed = asyncio.run(pushed())
    assert (kind_of(created), kind_of(changed)) == (("CREATED", 1), ("UPDATED", 1))
    assert changed["event"]["title"] == "changed by hand"
    assert created["id"] in {event["id"] for event in mine.list(calendar=ANALYSTS)}
    queue = aws("sqs").get_queue_attributes(
        QueueUrl=outputs["agendaDeadLetterQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert queue["Attributes"]["ApproximateNumberOfMessages"] == "0"


def test_an_event_that_expires_is_read_no_more(
    outputs: Any, aws: Callable[[str], Any], mine: Agenda
) -> None:
    """The emulator forgets it without a record in the stream; AWS writes one."""
    if "awsEndpointUrl" not in outputs:
        pytest.skip("AWS may take two days")
    event = mine.create(title="old")
    aws("dynamodb").update_item(
        TableName=outputs["agendaTable"],
        Key={"id": {"S": f"event#{event['id']}"}},
        UpdateExpression="SET expiresAt = :past",
        ExpressionAttributeValues={":past": {"N": "1790000000"}},
    )
    until(lambda: mine.get(event["id"]) is None, EXPIRES_WITHIN, every=2)
    assert event["id"] not in {each["id"] for each in mine.list()}


def test_nothing_of_anothers_private_calendar_is_ever_seen(
    outputs: Any, mine: Agenda, yours: Agenda, writer: EventWriter
) -> None:
    async def pushed() -> tuple[Any, list[Any]]:
        async with (
            subscribed(outputs, mine.person.token, CHANGES) as own,
            subscribed(outputs, yours.person.token, CHANGES) as others,
        ):
            secret = await asyncio.to_thread(mine.create, title="secret")
            await change_of(own, secret["id"])
            signal = await asyncio.to_thread(mine.create, title="signal", calendar=ANALYSTS)
            seen = [await others.get()]
            while seen[-1]["id"] != signal["id"]:
                seen.append(await others.get())
            return secret, seen

    secret, seen = asyncio.run(pushed())
    assert secret["id"] not in {change["id"] for change in seen}
    assert secret["id"] not in {event["id"] for event in yours.list()}
    assert yours.get(secret["id"]) is None
    refusals = [
        yours.update(secret, title="mine now"),
        yours.delete(secret["id"], 1),
        yours.try_create(title="x", calendar=secret["calendar"]),
        yours.try_create(title="secret", id=secret["id"]),
    ]
    assert [refused.error["errorType"] for refused in refusals] == [
        *("EventNotFound", "EventNotFound", "CalendarNotFound", "IdAlreadyUsed"),
    ]
    assert refusal(writer.delete(secret["id"], 1)) == (404, "EventNotFound")
    theirs = writer.create(title="x", calendar=secret["calendar"], **NOON)
    assert refusal(theirs) == (404, "CalendarNotFound")
    assert mine.get(secret["id"]) == secret


def test_principals_write_into_the_calendars_of_all_groups_there_are(
    writer: EventWriter, mine: Agenda
) -> None:
    input = {"title": "deploy", "calendar": ANALYSTS, "id": str(uuid.uuid4()), **NOON}
    made = writer.create(**input)
    assert (made.status, writer.create(**input)) == (201, made)
    assert mine.get(input["id"]) == made.body
    changed = writer.update(**(input | {"title": "deployed", "version": 1}))
    assert (changed.status, changed.body["version"]) == (200, 2)
    assert refusal(writer.delete(input["id"], 1)) == (409, "StaleVersion")
    assert writer.delete(input["id"], 2).body["version"] == 3
    assert mine.get(input["id"]) is None
    nobodys = writer.create(title="x", calendar=f"group:{uuid.uuid4()}", **NOON)
    assert refusal(nobodys) == (404, "CalendarNotFound")


def test_who_invokes_the_function_past_its_url_is_nobody(
    outputs: Any, aws: Callable[[str], Any]
) -> None:
    body = json.dumps({"title": "x", "calendar": ANALYSTS, **NOON})
    request = {"rawPath": "/", "requestContext": {"http": {"method": "POST"}}, "body": body}
    refused = invoke(aws, outputs["eventWriterFunction"], request)
    assert refused["statusCode"] == 403
    assert json.loads(refused["body"])["error"]["type"] == "NotAuthorized"


@pytest.mark.parametrize("notes", ["n" * 1_000_000, "n" * 10_001, "a\x00b", "\ud800"])
def test_notes_that_are_none_leave_nothing_behind(
    mine: Agenda, writer: EventWriter, notes: str
) -> None:
    id = str(uuid.uuid4())
    refused = mine.try_create(title="t", id=id, notes=notes)
    assert refused.errors
    assert mine.get(id) is None
    by_iam = writer.create(title="t", id=id, notes=notes, calendar=ANALYSTS, **NOON)
    assert by_iam.status in (400, 413)
    assert mine.get(id) is None


def test_a_subscriber_who_comes_back_misses_nothing(
    outputs: Any, person: Callable[..., Person]
) -> None:
    """They subscribe, then read; and of what they are pushed and read, the higher version counts.

    Events are created and changed while they are away, while they come back, and after that.
    """
    agenda = Agenda(person())
    known: dict[str, Any] = {}

    def learn(event: Any) -> None:
        if event["id"] not in known or known[event["id"]]["version"] < event["version"]:
            known[event["id"]] = event

    def write(number: int) -> None:
        event = agenda.create(title=f"{number}")
        assert not agenda.update(event, title=f"{number} again").errors

    async def follow() -> None:
        async with subscribed(outputs, agenda.person.token, CHANGES) as changes:
            await asyncio.to_thread(write, 0)
            learn((await changes.get())["event"])
        writing = asyncio.gather(*(asyncio.to_thread(write, number) for number in range(1, 21)))
        async with subscribed(outputs, agenda.person.token, CHANGES) as changes:
            for event in await asyncio.to_thread(agenda.list):
                learn(event)
            await writing
            async with asyncio.timeout(ARRIVES):
                while [event["version"] for event in known.values()] != [2] * 21:
                    learn((await changes.get())["event"])

    asyncio.run(follow())
    assert sorted(known.values(), key=lambda event: event["id"]) == agenda.list(limit=100)


def test_who_loses_the_group_is_delivered_nothing_more_within_a_minute(
    outputs: Any, aws: Callable[[str], Any], person: Callable[..., Person], yours: Agenda
) -> None:
    vic = person("analysts")

    async def delivered() -> float:
        """For how many seconds the subscription went on."""
        loop = asyncio.get_running_loop()
        async with (
            subscribed(outputs, vic.token, CHANGES, calendar=ANALYSTS) as lost,
            subscribed(outputs, yours.person.token, CHANGES, calendar=ANALYSTS) as kept,
        ):
            first = await asyncio.to_thread(yours.create, title="0", calendar=ANALYSTS)
            await change_of(lost, first["id"])
            await asyncio.to_thread(
                lambda: aws("cognito-idp").admin_remove_user_from_group(
                    UserPoolId=outputs["userPoolId"], Username=vic.email, GroupName="analysts"
                )
            )
            revoked_at = loop.time()
            while True:
                event = await asyncio.to_thread(yours.create, title="more", calendar=ANALYSTS)
                await change_of(kept, event["id"])
                pushed_after = loop.time() - revoked_at
                try:
                    async with asyncio.timeout(5):
                        await change_of(lost, event["id"])
                except TimeoutError:
                    return pushed_after
                assert pushed_after < 60, "still delivered"

    assert asyncio.run(delivered()) < 60
    until(lambda: refused(vic), 60)


def refused(person: Person) -> bool:
    answer = Agenda(person).try_create(title="x", calendar=ANALYSTS)
    return [error["errorType"] for error in answer.errors] == ["CalendarNotFound"]
