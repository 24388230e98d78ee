"""Events doubled, reordered, late, lost and forged: every query ends as its statement did."""

import asyncio
import json
import random
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.integration.conftest import Person, new_person
from tests.integration.faults.machinery import EVENT, Machinery, at_once
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, connected
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until
from tests.simulation.history import DeadLettered

QUERIES = sized(12, 400)
PEOPLE = sized(1, 16)  # one alone may not have so many queries at once
COPIES = (0, 1, 2, 10)  # of a query's event that arrive; none is for the sweeper
REPORTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("instant", {"number": 1}),
    ("broken", {"divisor": 0}),
    ("slow", {"rounds": 100}),
)


def detail(query_id: str, statement: Any, state: str | None = None) -> dict[str, str]:
    """What an event says of a statement."""
    return {
        "statementName": query_id,
        "statementId": statement["Id"],
        "state": state or statement["Status"],
    }


def forged(query_ids: list[str], statements: dict[str, Any]) -> list[Any]:
    """Events that are nobody's: of an unknown query, of another's statement, and untrue ones."""
    pairs = list(zip(query_ids, reversed(query_ids), strict=True))[: len(query_ids) // 2]
    return [
        event
        for one, other in pairs
        for event in (
            detail(str(uuid.uuid4()), statements[one]),
            detail(one, statements[other]),
            {"statementName": one, "statementId": str(uuid.uuid4()), "state": "FINISHED"},
            detail(one, statements[one], "ABORTED"),
        )
    ]


@pytest.mark.usefixtures("without_events")
def test_whatever_becomes_of_events_every_query_ends_as_its_statement(
    machinery: Machinery, recorder: Recorder, ana: Person
) -> None:
    rng = random.Random(4)
    truncated = [{"statementId": str(uuid.uuid4())}, {}]
    recorder.poisons.add("None")  # the name that these do not have

    def disturb(query_ids: list[str]) -> None:
        recorder.fault("events are doubled, reordered, forged and lost")
        statements = dict(zip(query_ids, at_once(machinery.statements, query_ids), strict=True))
        only = {query_id: found[0] for query_id, found in statements.items()}
        true = [
            detail(query_id, statement)
            for place, (query_id, statement) in enumerate(only.items())
            for _ in range(COPIES[place % len(COPIES)])
        ]
        events = [*true, *forged(query_ids, only)]
        rng.shuffle(events)
        machinery.tell_in_vain(truncated)
        machinery.tell(events)
        recorder.faults_ended()
        until(lambda: machinery.swept(recorder.query_ids), 120)
        machinery.tell(true[:: len(COPIES)])  # long after the end

    asyncio.run(followed(recorder, ana, disturb))
    letters = until(lambda: dead_letters(recorder, len(truncated)))
    recorder.judge()
    assert {letter.query_id for letter in letters} == {"None"}


def dead_letters(recorder: Recorder, count: int) -> list[DeadLettered]:
    """All that there are, once there are so many."""
    recorder.read_dead_letters()
    letters = recorder.of(DeadLettered)
    return letters if len(letters) >= count else []


@pytest.mark.usefixtures("without_events")
def test_the_sweeper_alone_ends_every_query(
    machinery: Machinery, recorder: Recorder, ana: Person
) -> None:
    def disturb(query_ids: list[str]) -> None:
        recorder.fault("all events are lost")
        until(lambda: machinery.swept(recorder.query_ids), 120)
        recorder.faults_ended()

    asyncio.run(followed(recorder, ana, disturb))
    recorder.judge()


async def followed(
    recorder: Recorder, person: Person, disturb: Callable[[list[str]], None]
) -> None:
    """Many followers; once all of their queries run, something disturbs them."""
    outputs = recorder.machinery.outputs
    people = [person, *(new_person(outputs, "analysts") for _ in range(PEOPLE - 1))]
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(connected(recorder, who)) for who in people]
        scripts = [
            Follows(sessions[place % PEOPLE], report, **parameters)
            for place in range(QUERIES)
            for report, parameters in [REPORTS[place % len(REPORTS)]]
        ]
        running = [asyncio.create_task(script.run()) for script in scripts]
        query_ids = [script.query_id for script in scripts]
        await asyncio.gather(*(script.taken.wait() for script in scripts))
        await asyncio.to_thread(until, lambda: are_started(recorder.machinery, query_ids), 60)
        await asyncio.to_thread(disturb, query_ids)
        await asyncio.gather(*running)


def are_started(machinery: Machinery, query_ids: list[str]) -> bool:
    items = machinery.items(query_ids)
    return sum("statementId" in item for item in items) == len(query_ids)


def test_an_event_from_elsewhere_is_not_ours(
    machinery: Machinery, recorder: Recorder, ana: Person
) -> None:
    """Only AWS speaks as `aws.redshift-data`, and the rule listens to nobody else."""
    query_id = ana.api.submitted("endless")
    events = machinery.aws("events")
    (statement,) = machinery.statements(query_id)
    said = {
        "DetailType": EVENT["detail-type"],
        "Detail": json.dumps(detail(query_id, statement, "FINISHED")),
    }
    refused = events.put_events(Entries=[{"Source": EVENT["source"], **said}])["Entries"][0]
    assert refused["ErrorCode"] == "NotAuthorizedForSourceException"
    events.put_events(Entries=[{"Source": "com.example", **said}])
    machinery.tell([detail(query_id, statement, "FINISHED")])  # by one who may invoke
    other = ended(ana, ana.api.submitted("instant"))  # whose event came after these
    assert other["status"] == "FINISHED"
    assert ana.api.get(query_id)["status"] not in ("FINISHED", "FAILED", "ABORTED")
    ana.api.ask("mutation ($id: ID!) { cancelQuery(id: $id) { id } }", id=query_id)
    assert ended(ana, query_id, 60)["status"] == "ABORTED"
