"""A history of a run without faults holds all that the checker asks for."""

import asyncio

from tests.integration.conftest import Person
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.session import Follows, connected
from tests.simulation.history import (
    FINAL,
    Delivered,
    Event,
    StatementEnded,
    Stored,
    Told,
)


def test_what_everybody_did_is_on_record(recorder: Recorder, ana: Person) -> None:
    async def followed() -> str:
        async with connected(recorder, ana) as session:
            script = Follows(session, "instant", number=7)
            await script.run(changes=True)
            return script.query_id

    query_id = asyncio.run(followed())
    recorder.judge()
    assert [one.version for one in recorder.of(Stored)] == [1, 2, 3]
    assert [one.status for one in recorder.of(Told)][-1] in FINAL
    assert {one.query_id for one in recorder.of(Delivered)} == {query_id}
    assert [one.rows for one in recorder.of(StatementEnded)] == [((7, "one"),)]
    kinds = {type(event).__name__ for event in recorder.of(Event)}
    assert kinds >= {"Following", "Submitted", "StatementStarted", "Subscribed", "Unsubscribed"}
