"""Those who use the service: the real Python client's protocol over simulated connections.

A follower is `querycast.follow.Follower`, as scripts and the command line run it. Watchers hold a
subscription and nothing else. Intruders try what they must not succeed with.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from local.appsync.auth.caller import Caller
from local.appsync.definition import AuthMode
from local.appsync.errors import AppSyncError
from querycast import documents
from querycast.appsync import BROKEN
from querycast.errors import QuerycastError, Refused, Unavailable
from querycast.follow import Follower, Pace, end_of, every_change
from querycast.operations import cancel_query, get_query, get_query_result, submit_query
from querycast.session import Data, Variables
from streams.publish import PUBLISH
from tests.simulation import clock
from tests.simulation.appsync import AppSync, Push, selected_field
from tests.simulation.faults import Faults
from tests.simulation.history import (
    CancelAnswered,
    Delivered,
    Dropped,
    Event,
    Following,
    Left,
    Read,
    Rows,
    Submitted,
    Subscribed,
    Told,
    Unsubscribed,
)
from tests.simulation.lambdas import Record

CANCEL_PAUSES = (0.02, 0.02, 0.05, 0.1, 0.2, 1, 5, 20, 60)  # seconds, at most
API_KEY_OWNER = "api-key"
PAGE = """query ($id: ID!, $limit: Int, $nextToken: String) {
  getQueryResult(id: $id, limit: $limit, nextToken: $nextToken) {
    columns { name type } rows nextToken
  }
}"""


class Session:
    """querycast's seam to the wire, of one client; what it sends and hears goes on record."""

    def __init__(
        self, name: str, owner: str, appsync: AppSync, faults: Faults, record: Record
    ) -> None:
        self.name = name
        self.owner = owner
        self._appsync = appsync
        self._faults = faults
        self._record = record
        self._subscriptions = 0

    @property
    def caller(self) -> Caller:
        if self.owner == API_KEY_OWNER:
            return Caller(AuthMode.API_KEY)
        return Caller(AuthMode.AMAZON_COGNITO_USER_POOLS, {"sub": self.owner, "groups": []})

    async def execute(self, document: str, variables: Variables) -> Data:
        try:
            data = await self._executed(document, variables)
        except QuerycastError as error:
            self._note(document, variables, {}, error)
            raise
        self._note(document, variables, data, None)
        return data

    async def close(self) -> None:
        """Nothing is kept open between operations."""

    async def _executed(self, document: str, variables: Variables) -> Data:
        await asyncio.sleep(self._faults.delay(0.02))
        if self._faults.befalls("appsync throttles", self.name):
            raise Unavailable("TooManyRequestsException: slower")
        answer = await self._appsync.execute(self.caller, document, variables)
        if self._faults.befalls("client gets no answer", self.name):
            raise Unavailable("no answer")
        await asyncio.sleep(self._faults.delay(0.02))
        if "errors" in answer:
            error = answer["errors"][0]
            broken = error["errorType"] in BROKEN
            raise Unavailable("broke") if broken else Refused(error["errorType"], error["message"])
        data: Data = answer["data"]
        return data

    def _note(
        self, document: str, variables: Variables, data: Data, error: QuerycastError | None
    ) -> None:
        name = selected_field(document).name
        answer = data.get(name)
        if name == "submitQuery":
            self._record(_submitted(self.owner, variables["input"], answer, error))
        elif name in ("getQuery", "cancelQuery") and answer:
            if name == "cancelQuery":
                self._record(CancelAnswered(clock.seconds(), answer["id"], self.owner))
            rows = rows_of(answer.get("result"))
            state = (answer["owner"], answer["version"], answer["status"])
            self._record(Read(clock.seconds(), answer["id"], self.owner, *state, rows))

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Variables
    ) -> AsyncGenerator[AsyncIterator[Data]]:
        await asyncio.sleep(self._faults.delay(0.05))
        if self._faults.befalls("appsync throttles", self.name):
            raise Unavailable("TooManyRequestsException: slower")
        self._subscriptions += 1
        name = f"{self.name}.{self._subscriptions}"
        pushes: asyncio.Queue[Push | None] = asyncio.Queue()
        deliver = lambda push: self._deliver(name, push, pushes)  # noqa: E731  # it names an argument
        try:
            started = self._appsync.subscribe(name, self.caller, document, variables, deliver)
        except AppSyncError as error:
            raise Refused("Unauthorized", str(error)) from error
        self._record(Subscribed(clock.seconds(), name, self.owner, started.query_id))
        try:
            await asyncio.sleep(self._faults.delay(0.02))
            yield self._events(document, pushes)
        finally:
            if self._appsync.end(name):
                self._record(Unsubscribed(clock.seconds(), name))

    async def _events(
        self, document: str, pushes: "asyncio.Queue[Push | None]"
    ) -> AsyncGenerator[Data]:
        name = selected_field(document).name
        while True:
            push = await pushes.get()
            if push is None:
                raise Unavailable("The connection was lost.")
            yield {name: push}

    def _deliver(self, name: str, push: Push, pushes: "asyncio.Queue[Push | None]") -> None:
        """On its way to the client: it may be lost, or the connection with it."""
        query_id, version = push["id"], push["version"]
        if self._faults.befalls("push dropped", f"{query_id} to {name}"):
            self._record(Dropped(clock.seconds(), query_id, name, version))
            return
        is_cut = self._faults.befalls("connection lost", name)
        loop = asyncio.get_running_loop()
        loop.call_later(self._faults.delay(0.02), self._arrive, name, push, pushes, is_cut)

    def _arrive(
        self, name: str, push: Push, pushes: "asyncio.Queue[Push | None]", is_cut: bool
    ) -> None:
        now = clock.seconds()
        if is_cut and self._appsync.end(name):
            self._record(Unsubscribed(now, name))
            pushes.put_nowait(None)
        elif name in self._appsync.subscriptions:
            rows = rows_of(push.get("result"))
            state = (self.owner, push["version"], push["status"], rows)
            self._record(Delivered(now, push["id"], name, *state))
            pushes.put_nowait(push)


class Client:
    """One user at work. `rng`: the seed's."""

    def __init__(self, session: Session, rng: Random, record: Record) -> None:
        self._session = session
        self._rng = rng
        self._record = record
        self._followed = 0

    async def follow(self, query_id: str, parameters: Mapping[str, str]) -> None:
        """Run a report to its end, coming back when cut off; then perhaps read it all."""
        patience = self._rng.choice((None, None, 0.2, 5, 100))  # seconds until leaving
        while True:
            try:
                async with asyncio.timeout(patience):
                    await self._follow_once(query_id, parameters)
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

    async def _follow_once(self, query_id: str, parameters: Mapping[str, str]) -> None:
        self._followed += 1
        name = f"{self._session.name}#{self._followed}"
        pushes = self._rng.choice((end_of(query_id), every_change()))
        follower = Follower(self._session, query_id, pushes, Pace())
        submit = lambda: submit_query(self._session, query_id, "taxi_by_day", parameters)  # noqa: E731  # it names an argument
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


def rows_of(page: Mapping[str, Any] | None) -> Rows | None:
    """The rows that a page of GraphQL's carries."""
    return None if page is None else tuple(tuple(row) for row in json.loads(page["rows"]))


def asked(report: str, parameters: Mapping[str, str]) -> str:
    """What a query asks, as the history writes it."""
    return json.dumps([report, sorted(parameters.items())])


def _submitted(
    owner: str, given: Mapping[str, Any], answer: Any, error: QuerycastError | None
) -> Event:
    parameters = {entry["name"]: entry["value"] for entry in given["parameters"]}
    text = asked(given["report"], parameters)
    query_id = given["id"] if answer is None else answer["id"]
    submitted = Submitted(clock.seconds(), query_id, owner, text)
    if answer is not None:
        return Submitted(submitted.at, query_id, owner, text, answer["status"], answer["owner"])
    refused = error.type if isinstance(error, Refused) else None
    return Submitted(submitted.at, query_id, owner, text, error=refused)
