"""A statement's transaction: one around all of it, or the ones its texts begin and commit.

DuckDB sees a transaction at every moment; BEGIN only notes that the author commits for himself.
"""

import threading
from collections.abc import Callable
from types import TracebackType

import duckdb

from local.redshift.sql.script import Kind
from local.redshift.warehouse import Turn


class Transaction:
    """Begun on entering, committed on leaving, undone when leaving with an error.

    A writer holds the database's turn from before its first snapshot until its end, and does
    `before_commit` in the transaction that ends it.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        turn: Turn,
        cancelled: threading.Event,
        is_writing: bool,
        before_commit: Callable[[], None],
    ) -> None:
        self.connection = connection
        self._turn = turn
        self._cancelled = cancelled
        self._is_writing = is_writing
        self._before_commit = before_commit
        self._is_explicit = False

    def __enter__(self) -> "Transaction":
        if self._is_writing:
            self._turn.take(self._cancelled)
        self.connection.execute("begin transaction")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None and not self._is_explicit:
                if self._is_writing:
                    self._before_commit()
                self.connection.execute("commit")
            else:
                self._undo()
        finally:
            if self._is_writing:
                self._turn.give_back()

    def control(self, kind: Kind) -> None:
        """Do what BEGIN, COMMIT or ROLLBACK says."""
        if kind is Kind.BEGIN:
            self._is_explicit = True
        if kind not in (Kind.COMMIT, Kind.ROLLBACK):
            return
        self.connection.execute("commit" if kind is Kind.COMMIT else "rollback")
        self.connection.execute("begin transaction")
        self._is_explicit = False

    def _undo(self) -> None:
        try:
            self.connection.execute("rollback")
        except duckdb.Error:
            return  # there is nothing left to undo; the error being raised tells why
