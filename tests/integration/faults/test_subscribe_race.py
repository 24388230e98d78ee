"""Subscribing around the moment of a submit, and an AppSync that drops the first event."""

import asyncio
import random

from querycast import documents
from querycast.operations import get_query
from tests.integration.conftest import Person
from tests.integration.faults.proxy import Fate, Message, proxied
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, RecordedSession, connected
from tests.simulation.history import Following, Told

EARLIEST, LATEST = -50, 50  # milliseconds of the subscribe, from the submit on
STEP = sized(10, 1)
ROUNDS = sized(1, 50)
FOLLOWERS = sized(12, 500)
DROPPED = 0.2  # of the first events after an acknowledgement


def test_an_end_around_the_subscribe_is_learnt(recorder: Recorder, ana: Person) -> None:
    """Pushed, or else told by the one read that follows the acknowledgement."""

    async def race(moment: int) -> None:
        async with connected(recorder, ana) as session:
            script = Follows(session, "instant", number=1)
            submitting = asyncio.create_task(after(max(0, -moment), script))
            await asyncio.sleep(max(0, moment) / 1000)
            await asyncio.wait_for(learn(session, script, submitting), 60)

    async def races() -> None:
        for moment in list(range(EARLIEST, LATEST + 1, STEP)) * ROUNDS:
            await race(moment)

    asyncio.run(races())
    recorder.judge()


async def after(milliseconds: int, script: Follows) -> None:
    await asyncio.sleep(milliseconds / 1000)
    await script.submit_until_taken()


async def learn(
    session: RecordedSession, script: Follows, submitting: "asyncio.Task[None]"
) -> None:
    """As a client does that has nothing but the subscription and one read."""
    recorder, query_id = session.recorder, script.query_id
    recorder.record(Following(recorder.now(), query_id, session.name))
    async with session.subscribe(documents.ON_QUERY_COMPLETE, {"id": query_id}) as events:
        await submitting
        query = await get_query(session, query_id)
        state = (query.version, query.status.value)
        if not query.status.is_final:
            push = (await anext(aiter(events)))["onQueryComplete"]
            state = (push["version"], push["status"])
    recorder.record(Told(recorder.now(), query_id, session.name, *state))


def test_a_dropped_first_event_is_made_up_for(recorder: Recorder, ana: Person) -> None:
    """AppSync can lose an event after `start_ack` (aws/aws-appsync-community#405)."""
    rng = random.Random(10)

    async def one(number: int) -> int:
        acknowledged = asyncio.Event()

        def rule(_: int, message: Message) -> Fate:
            if message["type"] == "start_ack":
                acknowledged.set()
            if message["type"] == "data" and acknowledged.is_set():
                acknowledged.clear()
                return Fate.LOST if is_unlucky[number] else Fate.PASSED
            return Fate.PASSED

        async with (
            proxied(recorder.machinery.outputs["realtimeUrl"], rule) as proxy,
            connected(recorder, ana, proxy.url) as session,
        ):
            await Follows(session, "slow", rounds=50).run(changes=number % 2 == 0)
            return len(proxy.happened)

    async def everybody() -> int:
        some = asyncio.Semaphore(20)

        async def in_turn(number: int) -> int:
            async with some:
                return await one(number)

        return sum(await asyncio.gather(*map(in_turn, range(FOLLOWERS))))

    is_unlucky = [rng.random() < DROPPED for _ in range(FOLLOWERS)]
    recorder.fault("the first event after an acknowledgement is dropped")
    assert asyncio.run(everybody()) > 0
    recorder.faults_ended()
    recorder.judge()
