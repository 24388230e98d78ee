"""The Redshift Data API below boto3: statements that go through their states, and their events.

ClientToken makes ExecuteStatement idempotent. What a statement will do is drawn from the seed when
it starts: how long it takes, whether it fails, and its rows.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation import clock
from tests.simulation.history import Rows
from tests.simulation.invocation import running

Later = Callable[[float, Callable[[], None]], None]

ACTIVE_STATEMENTS = (3, 6)  # AWS takes more; few, so that there sometimes is no room
ANSWER_ROWS = 7  # of one GetStatementResult
COLUMNS = [{"name": "day", "typeName": "int4"}, {"name": "fare", "typeName": "numeric"}]
REFUSED = "refused"  # in the text of a statement: it never starts
WAITS = 3.0  # seconds that a statement is SUBMITTED, and PICKED, at most
DURATIONS = (0.0, 0.05, 0.5, 3.0, 40.0, 400.0, 400.0)  # seconds


@dataclass
class RunningStatement:
    """A statement. `ends_as`: what will become of it; rows: None without a result set."""

    id: str
    name: str
    ends_as: str
    rows: Rows | None
    duration: float
    status: str = "SUBMITTED"
    is_stopped: bool = False
    updated_at: datetime = clock.BEGIN

    @property
    def has_ended(self) -> bool:
        return self.status in ("FINISHED", "FAILED", "ABORTED")


class Redshift:
    """All statements. `started`, `ended`: told of each; `later`: has something done then."""

    def __init__(
        self,
        rng: Random,
        later: Later,
        started: Callable[[RunningStatement], None],
        ended: Callable[[RunningStatement], None],
    ) -> None:
        self.statements: dict[str, RunningStatement] = {}
        self.withheld: dict[str, float] = {}  # by name, until when nobody may look at it
        self._room = rng.choice(ACTIVE_STATEMENTS)
        self._by_token: dict[str, RunningStatement] = {}
        self._rng = rng
        self._later = later
        self._started = started
        self._ended = ended

    def execute_statement(self, request: Mapping[str, Any]) -> dict[str, Any]:
        token = request.get("ClientToken")
        if token in self._by_token:
            return {"Id": self._by_token[token].id}
        if any(REFUSED in value["value"] for value in request.get("Parameters", ())):
            raise _error("ValidationException", "Redshift endpoint doesn't exist.")
        running_now = [s for s in self.statements.values() if not s.has_ended]
        if len(running_now) >= self._room:
            raise _error("ActiveStatementsExceededException", "Active statements exceeded")
        statement = self._new(request.get("StatementName", ""))
        if token:
            self._by_token[token] = statement
        return {"Id": statement.id}

    def describe_statement(self, request: Mapping[str, Any]) -> dict[str, Any]:
        statement = self._known(request["Id"])
        answer = {"Id": statement.id, "Status": statement.status} | {
            "UpdatedAt": statement.updated_at,
            "HasResultSet": statement.rows is not None and statement.status == "FINISHED",
            "Duration": round(statement.duration * 1e9) if statement.has_ended else -1,
            "ResultRows": len(statement.rows or ()) if statement.status == "FINISHED" else -1,
            "ResultSize": 64 if statement.status == "FINISHED" else -1,
        }
        failed = statement.status in ("FAILED", "ABORTED")
        return answer | ({"Error": f"ERROR: {statement.status.lower()}"} if failed else {})

    def get_statement_result(self, request: Mapping[str, Any]) -> dict[str, Any]:
        statement = self._known(request["Id"])
        if statement.status != "FINISHED" or statement.rows is None:
            raise _error("ResourceNotFoundException", "Query does not have result.")
        begin = int(request.get("NextToken", "0"))
        had = begin + ANSWER_ROWS
        answer: dict[str, Any] = {
            "ColumnMetadata": COLUMNS,
            "Records": [_fields(row) for row in statement.rows[begin:had]],
        }
        return answer | ({"NextToken": str(had)} if had < len(statement.rows) else {})

    def cancel_statement(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Only what runs can be stopped, and it may end by itself before it is."""
        statement = self._known(request["Id"])
        if statement.status != "STARTED":
            raise _error("ValidationException", f"Could not cancel a {statement.status} query.")
        self._later(self._rng.uniform(0, 0.5), lambda: self._abort(statement))
        return {"Status": True}

    def list_statements(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Newest first, those whose name begins with StatementName; finished ones unless told."""
        name = request["StatementName"]
        assert request["Status"] == "ALL"
        named = [s for s in self.statements.values() if s.name.startswith(name)]
        return {"Statements": [{"Id": s.id, "StatementName": s.name} for s in reversed(named)]}

    def _known(self, statement_id: str) -> RunningStatement:
        if statement_id not in self.statements:
            raise _error("ResourceNotFoundException", "Query does not exist.")
        statement = self.statements[statement_id]
        if clock.seconds() < self.withheld.get(statement.name, 0):
            raise _error("AccessDeniedException", "Not for you now.")
        return statement

    def _new(self, name: str) -> RunningStatement:
        rng = self._rng
        ends_as = rng.choices(("FINISHED", "FAILED", "ABORTED"), (8, 2, 1))[0]
        count = rng.choice((0, 1, 3, 7, 8, 20)) if rng.random() < 0.9 else None
        rows = (
            None if count is None else tuple((n, rng.choice(("1.50", None))) for n in range(count))
        )
        statement = RunningStatement(
            id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            name=name,
            ends_as=ends_as,
            rows=rows if ends_as == "FINISHED" else None,
            duration=rng.choice(DURATIONS) * rng.uniform(0.5, 1),
        )
        self.statements[statement.id] = statement
        self._started(statement)
        self._set(statement, "SUBMITTED")
        return statement

    def _abort(self, statement: RunningStatement) -> None:
        if not statement.has_ended:
            statement.rows, statement.is_stopped = None, True
            self._set(statement, "ABORTED")

    def _go_on(self, statement: RunningStatement, status: str) -> None:
        if not statement.has_ended:
            self._set(statement, status)

    def _set(self, statement: RunningStatement, status: str) -> None:
        """Enter a state, and some time later the next one."""
        statement.status, statement.updated_at = status, clock.moment()
        if statement.has_ended:
            self._ended(statement)
            return
        following = {"SUBMITTED": "PICKED", "PICKED": "STARTED"}.get(status, statement.ends_as)
        waits = min(statement.duration / 4, WAITS)
        delay = statement.duration - 2 * waits if status == "STARTED" else waits
        self._later(delay, lambda: self._go_on(statement, following))


class RedshiftDataClient:
    """What a Lambda holds of it: a boto3 client's methods, each a call on the network."""

    def __init__(self, redshift: Redshift) -> None:
        self._redshift = redshift

    def get_paginator(self, operation: str) -> "RedshiftDataClient":
        assert operation == "list_statements"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """One page: there are never many of one name."""
        yield self.list_statements(**request)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        perform = getattr(self._redshift, operation)
        return lambda **request: running().call(f"redshift.{operation}", lambda: perform(request))


def _fields(row: tuple[Any, ...]) -> list[dict[str, Any]]:
    day, fare = row
    return [{"longValue": day}, {"isNull": True} if fare is None else {"stringValue": fare}]


def _error(code: str, message: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}}
    return ClientError(answer, "redshift-data")
