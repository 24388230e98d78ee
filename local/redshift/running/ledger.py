"""The ledger: statements, sessions and undelivered events, on disk before anyone is told.

SQLite, apart from the users' data, so that bookkeeping never waits for a long query. A commit in
WAL mode with synchronous=NORMAL survives the death of the process (not the loss of power) and
takes microseconds.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from local.redshift.running.session import Session, session
from local.redshift.running.statement import Statement, statement

_SCHEMA = """
create table if not exists statement (
    id text primary key,
    status text not null,
    name text,
    database text not null,
    place text,
    account text not null,
    client_token text,
    created_at real not null,
    document blob not null
);
create index if not exists statement_by_token on statement (account, client_token);
create index if not exists statement_by_age on statement (created_at, id);
create table if not exists session (
    id text primary key,
    status text not null,
    database text not null,
    place text,
    account text not null,
    created_at real not null,
    document blob not null
);
create table if not exists event (
    statement_id text primary key,
    created_at real not null,
    document blob not null,
    delivered text not null default '[]'
);
"""
_UNFINISHED = "from statement where status in ('SUBMITTED', 'PICKED', 'STARTED')"
_ENDED = "from statement where created_at < ? and status in ('FINISHED', 'FAILED', 'ABORTED')"
_INSIDE = {"access_key": "json_extract(cast(document as text), '$.caller.access_key')"}
_EVENTS = "select statement_id, created_at, document, delivered from event"


@dataclass(frozen=True)
class StoredEvent:
    """An event that has not reached all of its targets; `delivered` names those it has reached."""

    statement_id: str
    created_at: float
    event: dict[str, Any]
    delivered: list[str]


class Ledger:
    """Statements, sessions and events; safe to use from every thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def put(self, statement: Statement, event: dict[str, Any] | None = None) -> None:
        """Store the statement as it is now, together with the event of its end, if it has one."""
        with self._transaction() as connection:
            connection.execute(
                "insert into statement values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id)"
                " do update set status = excluded.status, document = excluded.document",
                (
                    statement.id,
                    statement.status,
                    statement.name,
                    statement.database,
                    statement.workgroup or statement.cluster,
                    statement.caller.account,
                    statement.client_token,
                    statement.created_at,
                    orjson.dumps(statement),
                ),
            )
            if event is not None:
                connection.execute(
                    "insert or ignore into event (statement_id, created_at, document)"
                    " values (?, ?, ?)",
                    (statement.id, statement.updated_at, orjson.dumps(event)),
                )

    def get(self, statement_id: str) -> Statement | None:
        found = self._query("select document from statement where id = ?", statement_id)
        return _statement(found[0]) if found else None

    def find_by_token(self, account: str, token: str, since: float) -> Statement | None:
        """The account's newest statement with that ClientToken, if it is not older than `since`."""
        found = self._query(
            "select document from statement where account = ? and client_token = ?"
            " and created_at >= ? order by created_at desc limit 1",
            account,
            token,
            since,
        )
        return _statement(found[0]) if found else None

    def find_unfinished(self) -> list[Statement]:
        """Statements that have not ended, oldest first."""
        found = self._query(f"select document {_UNFINISHED} order by created_at, rowid")
        return [_statement(row) for row in found]

    def count_unfinished(self) -> int:
        return int(self._query(f"select count(*) {_UNFINISHED}")[0][0])

    def find_statements(
        self,
        filters: dict[str, str],
        name_prefix: str | None,
        before: tuple[float, str] | None,
        limit: int,
    ) -> list[Statement]:
        """The newest statements whose columns equal `filters`; `before` is where a page ended."""
        conditions = _equal(filters)
        if name_prefix is not None:
            conditions["substr(coalesce(name, ''), 1, ?) = ?"] = [len(name_prefix), name_prefix]
        return [_statement(row) for row in self._newest("statement", conditions, before, limit)]

    def put_session(self, session: Session) -> None:
        with self._transaction() as connection:
            connection.execute(
                "insert into session values (?, ?, ?, ?, ?, ?, ?) on conflict (id)"
                " do update set status = excluded.status, document = excluded.document",
                (
                    session.id,
                    session.status,
                    session.database,
                    session.workgroup or session.cluster,
                    session.caller.account,
                    session.created_at,
                    orjson.dumps(session),
                ),
            )

    def get_session(self, session_id: str) -> Session | None:
        found = self._query("select document from session where id = ?", session_id)
        return _session(found[0]) if found else None

    def open_sessions(self) -> list[Session]:
        """Sessions that are not closed."""
        found = self._query("select document from session where status <> 'CLOSED'")
        return [_session(row) for row in found]

    def find_sessions(
        self,
        filters: dict[str, str],
        since: float,
        before: tuple[float, str] | None,
        limit: int,
    ) -> list[Session]:
        """The newest sessions created since then, open ones unless a status is among `filters`."""
        conditions = _equal(filters) | {"created_at >= ?": [since]}
        if "status" not in filters:
            conditions["status <> 'CLOSED'"] = []
        return [_session(row) for row in self._newest("session", conditions, before, limit)]

    def _newest(
        self,
        table: str,
        conditions: dict[str, list[Any]],
        before: tuple[float, str] | None,
        limit: int,
    ) -> list[tuple[Any, ...]]:
        """The documents of a page; `before` is where the page before it ended."""
        if before is not None:
            conditions = conditions | {"(created_at, id) < (?, ?)": list(before)}
        values = [value for group in conditions.values() for value in group]
        where = f"where {' and '.join(conditions)}" if conditions else ""
        return self._query(
            f"select document from {table} {where} order by created_at desc, id desc limit ?",
            *values,
            limit,
        )

    def history(self, statement: Statement) -> list[tuple[int, Statement]]:
        """The statements of the same account and workgroup, numbered in the order they came."""
        found = self._query(
            "select document, rowid from statement where account = ? and place is ? order by rowid",
            statement.caller.account,
            statement.workgroup or statement.cluster,
        )
        return [(row[1], _statement(row)) for row in found]

    def forget(self, before: float) -> list[str]:
        """Drop the statements and sessions that ended and were created before that time.

        Gives the ids of the statements.
        """
        with self._transaction() as connection:
            connection.execute(
                "delete from session where created_at < ? and status = 'CLOSED'", (before,)
            )
            ids = connection.execute(f"select id {_ENDED}", (before,)).fetchall()
            connection.execute(f"delete {_ENDED}", (before,))
        return [row[0] for row in ids]

    def undelivered(self) -> list[StoredEvent]:
        """Events that have not reached all of their targets, oldest first."""
        return [_event(row) for row in self._query(f"{_EVENTS} order by created_at")]

    def get_event(self, statement_id: str) -> StoredEvent | None:
        found = self._query(f"{_EVENTS} where statement_id = ?", statement_id)
        return _event(found[0]) if found else None

    def put_delivered(self, statement_id: str, delivered: list[str]) -> None:
        """Remember the targets that an event has reached, so that a retry leaves them out."""
        with self._transaction() as connection:
            connection.execute(
                "update event set delivered = ? where statement_id = ?",
                (orjson.dumps(delivered).decode(), statement_id),
            )

    def forget_event(self, statement_id: str) -> None:
        with self._transaction() as connection:
            connection.execute("delete from event where statement_id = ?", (statement_id,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def _query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()


def _statement(row: tuple[Any, ...]) -> Statement:
    return statement(orjson.loads(row[0]))


def _session(row: tuple[Any, ...]) -> Session:
    return session(orjson.loads(row[0]))


def _equal(filters: dict[str, str]) -> dict[str, list[Any]]:
    """Conditions and their values; what has no column is looked up in the document."""
    return {f"{_INSIDE.get(column, column)} = ?": [value] for column, value in filters.items()}


def _event(row: tuple[Any, ...]) -> StoredEvent:
    statement_id, created_at, document, delivered = row
    return StoredEvent(statement_id, created_at, orjson.loads(document), orjson.loads(delivered))
