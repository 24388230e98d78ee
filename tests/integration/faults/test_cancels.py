"""Cancels at every moment of a query's life: one end wins, and all see the same."""

import asyncio
from collections import defaultdict

import pytest

from querycast import documents
from querycast.errors import Refused
from querycast.operations import cancel_query, get_query
from tests.integration.conftest import Person
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, RecordedSession, connected, watching
from tests.simulation.history import FINAL, Delivered, Read, Told

STEPS = sized(12, 51)
ROUNDS = sized(1, 40)
LIFE = 0.6  # seconds of the report below, from its submit to its end, and a little more
REPORT = ("slow", 60)


def test_of_cancels_and_an_end_one_wins_and_all_see_it(
    recorder: Recorder, ana: Person, ben: Person
) -> None:
    """Each is cancelled a little later than the one before: twice, and by a stranger in vain."""

    async def race(moment: float, session: RecordedSession, stranger: RecordedSession) -> None:
        script = Follows(session, REPORT[0], rounds=REPORT[1])
        running = asyncio.create_task(script.run())
        await script.taken.wait()
        await asyncio.sleep(moment)
        twice = [cancel_query(session, script.query_id) for _ in range(2)]
        with pytest.raises(Refused) as refused:
            await cancel_query(stranger, script.query_id)
        assert refused.value.type == "QueryNotFound"
        await asyncio.gather(*twice)
        ended = await running
        assert (await get_query(session, script.query_id)).version == ended.version

    async def races() -> None:
        async with (
            connected(recorder, ana) as session,
            connected(recorder, ben) as stranger,
            watching(session, documents.ON_QUERY_CHANGE),
        ):
            moments = [LIFE * step / STEPS for step in range(STEPS)]
            for some in [moments[start::4] for start in range(4)] * ROUNDS:
                await asyncio.gather(*(race(moment, session, stranger) for moment in some))
            await asyncio.to_thread(recorder.judge)

    asyncio.run(races())
    ends = ends_seen(recorder)
    assert len(ends) == STEPS * ROUNDS
    assert all(len(seen) == 1 for seen in ends.values())


def ends_seen(recorder: Recorder) -> dict[str, set[tuple[int, str]]]:
    """The ends of each query that anybody was told."""
    seen = [(one.query_id, one.version, one.status) for one in recorder.of(Delivered)]
    seen += [(one.query_id, one.version, one.status) for one in recorder.of(Told)]
    seen += [(one.query_id, one.version or 0, one.status or "") for one in recorder.of(Read)]
    ends = defaultdict(set)
    for query_id, version, status in seen:
        if status in FINAL:
            ends[query_id].add((version, status))
    return ends
