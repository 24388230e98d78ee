"""A client's connections: querycast's seam to the wire, over the simulated AppSync.

What it sends and what it hears goes on record; on the way it may be lost.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from local.appsync.auth.caller import Caller
from local.appsync.definition import AuthMode
from local.appsync.errors import AppSyncError
from querycast.appsync import BROKEN
from querycast.errors import QuerycastError, Refused, Unavailable
from querycast.session import Data, Variables
from tests.simulation import clock
from tests.simulation.appsync import AppSync, Push, selected_field
from tests.simulation.faults import Faults
from tests.simulation.history import (
    CancelAnswered,
    Delivered,
    Dropped,
    Event,
    Read,
    Rows,
    Submitted,
    Subscribed,
    Unsubscribed,
)
from tests.simulation.lambdas import Record

API_KEY_OWNER = "api-key"


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
