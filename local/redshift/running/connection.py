"""A connection to a database and the transaction that is open in it.

A statement has a transaction around all of its texts, unless they say BEGIN: then it is theirs to
end, with the next statement of the same session if they like. DuckDB sees a transaction at every
moment of a statement; BEGIN only notes that the author commits for himself.
https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from local.redshift.errors import SqlError
from local.redshift.running.cursors import Cursors
from local.redshift.running.last_copy import LastCopy
from local.redshift.running.settings import Settings
from local.redshift.sql.script import Kind
from local.redshift.sql.session_command import PrepareCommand
from local.redshift.warehouse import catalog
from local.redshift.warehouse.warehouse import Database

IN_FAILED_BLOCK = "current transaction is aborted, commands ignored until end of transaction block"


class Connection:
    """One connection: its temporary tables, and the transaction it is in.

    Who writes holds the database's turn from before the first snapshot until the end of the
    transaction.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.duckdb = database.connect()
        self.settings = Settings()
        self.prepared: dict[str, PrepareCommand] = {}
        self.cursors = Cursors(self.duckdb)
        self.last_copy = LastCopy(self.duckdb)
        self.is_in_block = False  # between BEGIN and COMMIT
        self._has_failed = False  # inside of a block, which then only ends
        self._is_open = False
        self._has_turn = False

    @contextmanager
    def statement(
        self, cancelled: threading.Event, is_writing: bool, before_commit: Callable[[], None]
    ) -> Iterator[None]:
        """Around a statement: what it did is kept at its end, or undone if it raises.

        `before_commit` is done in the transaction that is committed here.
        """
        try:
            self._enter(cancelled, is_writing)
            yield
            if not self.is_in_block:
                if self._has_turn:
                    before_commit()
                self._commit()
                self._is_open = False
        except BaseException:
            self._undo()
            self._has_failed = self.is_in_block
            raise
        finally:
            if not self._is_open:
                self._give_back()

    def check(self, kind: Kind) -> None:
        """Refuse a command of that kind where only the end of the block is waited for."""
        if self._has_failed and kind not in (Kind.COMMIT, Kind.ROLLBACK):
            raise SqlError(IN_FAILED_BLOCK)

    def control(self, kind: Kind) -> None:
        """Do what BEGIN, COMMIT or ROLLBACK says."""
        if kind is Kind.BEGIN:
            self.is_in_block = True
        if kind not in (Kind.COMMIT, Kind.ROLLBACK):
            return
        if kind is Kind.COMMIT:
            self._commit()
        else:
            self.duckdb.execute("rollback")
            self.cursors.forget()
            self.last_copy.undo()
            self.last_copy.tell()
        self.duckdb.execute("begin transaction")
        self.is_in_block = self._has_failed = False

    def close(self) -> None:
        """Undo what was not committed, and drop what was temporary."""
        self._undo()
        self._give_back()
        self.duckdb.close()

    def look_names_up(self) -> None:
        """Look names up as the session's search path says; its first schema takes new ones.

        `$user` is the schema of a user's name, which nobody here has.
        """
        known = catalog.schemas(self.duckdb, None)
        path = [schema for schema in self.settings.search_path if schema in known]
        self.database.look_names_up(self.duckdb, path)

    def _commit(self) -> None:
        self.cursors.close_all()
        self.duckdb.execute("commit")
        self.last_copy.keep()

    def _enter(self, cancelled: threading.Event, is_writing: bool) -> None:
        if is_writing and not self._has_turn:
            self.database.turn.take(cancelled)
            self._has_turn = True
        if not self._is_open:
            self.duckdb.execute("begin transaction")
            self._is_open = True

    def _undo(self) -> None:
        self._is_open = False
        self.cursors.forget()
        self.last_copy.undo()
        try:
            self.duckdb.execute("rollback")
        except duckdb.Error:
            return  # there is nothing left to undo; the error being raised tells why

    def _give_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self.database.turn.give_back()
