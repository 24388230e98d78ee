"""Sessions of the Data API: connections that outlive a statement.

A session runs one statement at a time and keeps its temporary tables, settings and open transaction
until nobody has used it for its keep-alive time. Only the record of it survives a restart.
https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-calling-considerations.html
"""

import threading
import time
import uuid
from dataclasses import replace

from local.redshift.errors import ActiveSessionsExceededException, ValidationException
from local.redshift.running.connection import Connection
from local.redshift.running.ledger import Ledger
from local.redshift.running.session import MAX_AGE_S, Session, SessionStatus
from local.redshift.running.statement import Statement
from local.redshift.warehouse.warehouse import Warehouse

MAX_SESSIONS = 500


class Sessions:
    """The sessions that are open, and the clock that closes them."""

    def __init__(self, ledger: Ledger, warehouse: Warehouse) -> None:
        self._ledger = ledger
        self._warehouse = warehouse
        self._condition = threading.Condition()
        self._open: dict[str, Session] = {}
        self._connections: dict[str, Connection] = {}
        self._is_stopping = False
        self._thread = threading.Thread(target=self._expire, name="sessions", daemon=True)

    def start(self) -> None:
        """Close what a restart has ended, and watch the clock from now on."""
        for session in self._ledger.open_sessions():
            self._ledger.put_session(replace(session, status=SessionStatus.CLOSED))
        self._thread.start()

    def stop(self) -> None:
        """Close every session; no statement may run any more."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify_all()
            for session in list(self._open.values()):
                self._close(session)

    def open(self, statement: Statement, keep_alive_s: int) -> Session:
        """A new session, busy with its first statement.

        Raises:
            ActiveSessionsExceededException: there are too many.
        """
        session = Session(
            id=str(uuid.uuid4()),
            caller=statement.caller,
            database=statement.database,
            cluster=statement.cluster,
            workgroup=statement.workgroup,
            db_user=statement.db_user,
            keep_alive_s=keep_alive_s,
            created_at=statement.created_at,
            updated_at=statement.created_at,
            status=SessionStatus.BUSY,
            statement_id=statement.id,
        )
        with self._condition:
            if len(self._open) >= MAX_SESSIONS:
                raise ActiveSessionsExceededException(
                    f"{MAX_SESSIONS} sessions are open; wait until some have expired."
                )
            self._open[session.id] = session
            self._ledger.put_session(session)
        return session

    def claim(self, session: Session, statement_id: str, keep_alive_s: int | None) -> None:
        """Make the session busy with a statement.

        Raises:
            ValidationException: it is closed, or busy with another one.
        """
        with self._condition:
            current = self._open.get(session.id)
            if current is None:
                raise ValidationException("Session is not available")
            if current.status is SessionStatus.BUSY:
                raise ValidationException(
                    f"Session is not available: it runs the statement {current.statement_id};"
                    " a session runs one statement at a time."
                )
            self._put(
                replace(
                    current,
                    status=SessionStatus.BUSY,
                    statement_id=statement_id,
                    keep_alive_s=current.keep_alive_s if keep_alive_s is None else keep_alive_s,
                )
            )

    def connection(self, session_id: str) -> Connection:
        """The connection of a session that is busy."""
        with self._condition:
            session = self._open[session_id]
            if session_id not in self._connections:
                database = self._warehouse.database(session.database)
                self._connections[session_id] = Connection(database)
            return self._connections[session_id]

    def is_in_block(self, session_id: str) -> bool:
        """Whether the session has begun a transaction that it must end itself."""
        with self._condition:
            connection = self._connections.get(session_id)
            return connection is not None and connection.is_in_block

    def release(self, session_id: str, statement_id: str) -> None:
        """The statement has ended: the session waits for the next one."""
        with self._condition:
            session = self._open.get(session_id)
            if session is None or session.statement_id != statement_id:
                return
            self._put(replace(session, status=SessionStatus.AVAILABLE, statement_id=None))
            self._condition.notify_all()

    def seconds_left(self, session_id: str) -> float:
        """How long a statement of the session may still run."""
        with self._condition:
            return max(self._open[session_id].created_at + MAX_AGE_S - time.time(), 0.0)

    def _put(self, session: Session) -> None:
        session = replace(session, updated_at=time.time())
        self._open[session.id] = session
        self._ledger.put_session(session)

    def _expire(self) -> None:
        with self._condition:
            while not self._is_stopping:
                now = time.time()
                waiting = [s for s in self._open.values() if s.status is SessionStatus.AVAILABLE]
                for session in waiting:
                    if session.expires_at <= now:
                        self._close(session)
                due = [s.expires_at - now for s in waiting if s.expires_at > now]
                self._condition.wait(min(due, default=None))

    def _close(self, session: Session) -> None:
        self._put(replace(session, status=SessionStatus.CLOSED, statement_id=None))
        del self._open[session.id]
        connection = self._connections.pop(session.id, None)
        if connection is not None:
            connection.close()
