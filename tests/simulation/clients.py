"""Those who use the service.

A follower is `querycast.follow.Follower`, as scripts and the command line run it. Watchers hold a
subscription and nothing else. Intruders try what they must not succeed with.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from random import Random

from querycast import documents
from querycast.errors import Refused, Unavailable
from querycast.follow import Follower, Pace, end_of, every_change
from querycast.operations import cancel_query, get_query, get_query_result, submit_query
from streams.publish import PUBLISH
from tests.simulation import clock
from tests.simulation.history import Following, Left, Read, Rows, Told
from tests.simulation.lambdas import Record
from tests.simulation.session import Session, rows_of

CANCEL_PAUSES = (0.02, 0.02, 0.05, 0.1, 0.2, 1, 5, 20, 60)  # seconds, at most
PAGE = """query ($id: ID!, $limit: Int, $nextToken: String) {
  getQueryResult(id: $id, limit: $limit, nextToken: $nextToken) {
    columns { name type } rows nextToken
  }
}"""


class Client:
    """One user at work. `rng`: the seed's."""

    def __init__(self, session: Session, rng: Random, record: Record) -> None:
        self._session = session
        self._rng = rng
        self._record = record
        self._followed = 0

    async def follow(
        self, query_id: str, parameters: Mapping[str, str], max_age: int | None
    ) -> None:
        """Run a report to its end, coming back when cut off; then perhaps read it all."""
        patience = self._rng.choice((None, None, 0.2, 5, 100))  # seconds until leaving
        while True:
            try:
                async with asyncio.timeout(patience):
                    await self.follow_once(query_id, parameters, max_age)
                break
            except (Unavailable, TimeoutError):
                await asyncio.sleep(self._rng.uniform(0.1, 60))
                if patience and self._rng.random() < 0.3:
                    return
                patience = None
            except Refused:
                return
        if self._rng.random() < 0.5:
            await self._read_all(query_id)

    async def follow_once(
        self, query_id: str, parameters: Mapping[str, str], max_age: int | None
    ) -> None:
        """Run a report and follow it to its end."""
        self._followed += 1
        name = f"{self._session.name}#{self._followed}"
        pushes = self._rng.choice((end_of(query_id), every_change()))
        follower = Follower(self._session, query_id, pushes, Pace())
        submit = lambda: submit_query(  # noqa: E731  # it names an argument
            self._session, query_id, "taxi_by_day", parameters, max_age
        )
        self._record(Following(clock.seconds(), query_id, name))
        changes = follower.changes(submit, None)
        try:
            async for change in changes:
                state = (change.version, change.status.value)
                self._record(Told(clock.seconds(), query_id, name, *state))
        except BaseException:
            self._record(Left(clock.seconds(), query_id, name))
            raise
        finally:
            await changes.aclose()

    async def _read_all(self, query_id: str) -> None:
        """Every page of the result, of some size."""
        limit = self._rng.choice((1, 3, 7, 8, None))
        rows: Rows = ()
        token: str | None = None
        while True:
            variables = {"id": query_id, "limit": limit, "nextToken": token}
            try:
                page = (await self._session.execute(PAGE, variables))["getQueryResult"]
            except Unavailable:
                await asyncio.sleep(self._rng.uniform(1, 10))
                continue
            except Refused:  # it ended without a result
                return
            rows += rows_of(page) or ()
            token = page["nextToken"]
            if token is None:
                break
        read = Read(clock.seconds(), query_id, self._session.owner, rows=rows, is_whole=True)
        self._record(read)

    async def cancel(self, query_id: str) -> None:
        """Have it stopped, and insist for a while; at first it may not be submitted yet."""
        for pause in CANCEL_PAUSES:
            try:
                await cancel_query(self._session, query_id)
                return
            except (Unavailable, Refused):
                await asyncio.sleep(self._rng.uniform(0, pause))

    async def watch(self) -> None:
        """Listen to everything of one's own, for good, and connect again when cut off."""
        while True:
            try:
                async with self._session.subscribe(documents.ON_QUERY_CHANGE, {}) as pushes:
                    async for _ in pushes:
                        pass
            except Unavailable:
                await asyncio.sleep(self._rng.uniform(0.5, 5))

    async def listen(self, query_id: str) -> None:
        """Listen to the end of one query, which may be another's."""
        try:
            async with self._session.subscribe(
                documents.ON_QUERY_COMPLETE, {"id": query_id}
            ) as pushes:
                async for _ in pushes:
                    pass
        except Unavailable:
            return

    async def intrude(self, query_id: str, parameters: Mapping[str, str]) -> None:
        """Try to read, stop, take over and forge another's query."""
        forged = {
            "id": query_id,
            "kind": "REPORT",
            "parameters": [],
            "owner": self._rng.choice(("ana", "ben")),
            "status": "FINISHED",
            "version": 99,
            "submittedAt": "2026-11-20T12:00:00.000Z",
        }
        attempts: list[Callable[[], Awaitable[object]]] = [
            lambda: get_query(self._session, query_id),
            lambda: get_query_result(self._session, query_id),
            lambda: cancel_query(self._session, query_id),
            lambda: submit_query(self._session, query_id, "taxi_by_day", parameters),
            lambda: self._session.execute(PUBLISH, {"input": forged}),
        ]
        for _ in range(6):
            await asyncio.sleep(self._rng.uniform(0, 30))
            try:
                await self._rng.choice(attempts)()
            except (Refused, Unavailable):
                continue
