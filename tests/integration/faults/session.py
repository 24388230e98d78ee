"""A client's connection to the stack, and clients that use it; all they send and hear is recorded.

It stands in the Python client's own seam (querycast.session), in front of its real connection.
"""

import asyncio
import itertools
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from querycast import documents, operations
from querycast.appsync import AppSyncSession
from querycast.auth import Auth, Post
from querycast.errors import QuerycastError, Refused
from querycast.follow import Follower, Pace, end_of, every_change, submitted
from querycast.query import QueryExecution
from querycast.session import Data, Variables
from tests.integration.conftest import PASSWORD, Person, sign_in
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.simulation.history import (
    CancelAnswered,
    Delivered,
    Following,
    Read,
    Submitted,
    Subscribed,
    Told,
    Unsubscribed,
)
from tests.simulation.session import asked, rows_of

PATIENCE = sized(240, 1200)  # attempts to submit, while the emulator saves and starts anew
PACE = Pace(rereads=(2, 4, 8), backoff=0.2, longest_backoff=2, resubmits=(0.5,) * PATIENCE)
TOLD_WITHIN = float(sized(150, 900))  # seconds
NAMES = itertools.count(1)


class Token(Auth):
    """The token of a person, and how to get another when it has expired."""

    def __init__(self, person: Person, signed_in: Callable[[], Person]) -> None:
        self._person = person
        self._signed_in = signed_in

    async def headers(self, post: Post) -> dict[str, str]:
        return {"authorization": self._person.token}

    async def renew(self) -> None:
        self._person = await asyncio.to_thread(self._signed_in)


def lasting(recorder: Recorder, person: Person) -> Token:
    """A soak takes longer than a token lives."""
    outputs, cognito = recorder.machinery.outputs, recorder.machinery.aws("cognito-idp")
    return Token(person, lambda: sign_in(cognito, outputs, person.email, PASSWORD))


class RecordedSession:
    """querycast's Session, on record. `realtime_url`: where a proxy stands between."""

    def __init__(
        self,
        recorder: Recorder,
        person: Person,
        realtime_url: str | None = None,
        auth: Auth | None = None,
    ) -> None:
        outputs = recorder.machinery.outputs
        self.name = f"client {next(NAMES)}"
        self.recorder = recorder
        self.caller = person.id
        self._session = AppSyncSession(
            outputs["graphqlUrl"],
            realtime_url or outputs["realtimeUrl"],
            auth or lasting(recorder, person),
        )
        self._subscriptions = itertools.count(1)

    async def execute(self, document: str, variables: Variables) -> Data:
        try:
            async with self.recorder.requests:
                data = await self._session.execute(document, variables)
        except QuerycastError as error:
            if document == documents.SUBMIT_QUERY:
                self._submitted(variables["input"], None, error)
            raise
        for name, answer in data.items():
            if name == "submitQuery":
                self._submitted(variables["input"], answer, None)
            elif name == "cancelQuery":
                self._note(CancelAnswered(self.recorder.now(), answer["id"], self.caller))
                self._read(answer)
            elif name == "getQuery" and answer:
                self._read(answer)
        return data

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Variables
    ) -> AsyncGenerator[AsyncIterator[Data]]:
        name = f"{self.name}.{next(self._subscriptions)}"
        async with self._session.subscribe(document, variables) as events:
            self._note(Subscribed(self.recorder.now(), name, self.caller, variables.get("id")))
            try:
                yield self._events(name, events)
            finally:
                self._note(Unsubscribed(self.recorder.now(), name))

    async def close(self) -> None:
        await self._session.close()

    async def _events(self, name: str, events: AsyncIterator[Data]) -> AsyncGenerator[Data]:
        async for data in events:
            for push in data.values():
                state = (self.caller, push["version"], push["status"], rows_of(push.get("result")))
                self._note(Delivered(self.recorder.now(), push["id"], name, *state))
            yield data

    def _submitted(self, input: Any, answer: Any, error: QuerycastError | None) -> None:
        given = {one["name"]: one["value"] for one in input["parameters"]}
        status, owner = (answer["status"], answer["owner"]) if answer else (None, None)
        refused = error.type if isinstance(error, Refused) else None
        text = asked(input["report"], given)
        call = (input["id"], self.caller, text)
        self._note(Submitted(self.recorder.now(), *call, status, owner, refused))

    def _read(self, answer: Any) -> None:
        state = (answer["owner"], answer["version"], answer["status"])
        rows = rows_of(answer.get("result"))
        self._note(Read(self.recorder.now(), answer["id"], self.caller, *state, rows))

    def _note(self, event: Any) -> None:
        self.recorder.record(event)


@asynccontextmanager
async def connected(
    recorder: Recorder, person: Person, realtime_url: str | None = None, auth: Auth | None = None
) -> AsyncIterator[RecordedSession]:
    """A session of a person's, for as long as it is needed."""
    session = RecordedSession(recorder, person, realtime_url, auth)
    try:
        yield session
    finally:
        await session.close()


class Follows:
    """A script that submits a report and waits for its end, as querycast's `run` does."""

    def __init__(self, session: RecordedSession, report: str, **parameters: Any) -> None:
        self.session = session
        self.query_id = str(uuid.uuid4())
        self.taken = asyncio.Event()
        session.recorder.query_ids.add(self.query_id)
        self.report = report
        self.parameters = {name: str(value) for name, value in parameters.items()}

    async def submit(self) -> QueryExecution:
        query = await operations.submit_query(
            self.session, self.query_id, self.report, self.parameters
        )
        self.taken.set()
        return query

    async def run(self, changes: bool = False, pace: Pace = PACE) -> QueryExecution:
        """Until the end; `changes`: by a subscription to all of the caller's queries."""
        recorder = self.session.recorder
        recorder.record(Following(recorder.now(), self.query_id, self.session.name))
        pushes = every_change() if changes else end_of(self.query_id)
        follower = Follower(self.session, self.query_id, pushes, pace)
        async for query in follower.changes(self.submit, TOLD_WITHIN):
            told = (self.query_id, self.session.name, query.version, query.status.value)
            recorder.record(Told(recorder.now(), *told))
        return query

    async def submit_until_taken(self) -> QueryExecution:
        """Without waiting for the end."""
        return await submitted(self.submit, PACE)


@asynccontextmanager
async def watching(
    session: RecordedSession, document: str, **variables: Any
) -> AsyncIterator[None]:
    """Somebody listens all the while, with a subscription that is in place."""
    async with session.subscribe(document, variables) as events:

        async def listen() -> None:
            async for _ in events:
                pass

        listening = asyncio.create_task(listen())
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
