"""One statement from its texts to its outcome: commands, transactions, results.

All texts of a statement share one transaction, unless they say BEGIN and COMMIT themselves.
https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import duckdb

from local.redshift.errors import SqlError
from local.redshift.running import journal, result_set
from local.redshift.running.commands import Commands, Surroundings
from local.redshift.running.connection import Connection
from local.redshift.running.explained import TOO_DEEP, explained
from local.redshift.running.result_set import Rows
from local.redshift.running.statement import NOT_YET, ExecutionMode, Part, Statement, Status
from local.redshift.sql.commands.script import Command, Kind, commands
from local.redshift.sql.translate import Translation, translate
from local.redshift.transfer.s3 import ObjectStore
from local.redshift.warehouse import system_tables
from local.redshift.warehouse.warehouse import Database, Warehouse

_INTERRUPT_AGAIN_S = 0.02


class Execution:
    """A statement that a slot has picked. `run` may be cancelled or stopped from other threads."""

    def __init__(
        self,
        statement: Statement,
        warehouse: Warehouse,
        objects: ObjectStore,
        connect: Callable[[], Connection] | None = None,
    ) -> None:
        """`connect` gives the connection of the statement's session, if it has one."""
        self.statement = statement
        self.ended = threading.Event()
        self.is_stopped = False
        self.is_timed_out = False
        self._settled = 0  # parts that have committed alone, or failed
        self._warehouse = warehouse
        self._objects = objects
        self._cancelled = threading.Event()
        self._connect = connect
        self._connection: Connection | None = None

    def cancel(self) -> None:
        """Stop as soon as possible, and insist: DuckDB forgets an interrupt between two queries."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            threading.Thread(target=self._insist, name="interrupt", daemon=True).start()

    def _insist(self) -> None:
        self._interrupt()
        while not self.ended.wait(_INTERRUPT_AGAIN_S):
            self._interrupt()

    def _interrupt(self) -> None:
        connection = self._connection
        if connection is not None:
            connection.database.turn.wake()
            connection.duckdb.interrupt()

    def stop(self) -> None:
        """Stop because the server does."""
        self.is_stopped = True
        self.cancel()

    def time_out(self) -> None:
        """Stop because it has run for too long."""
        self.is_timed_out = True
        self.cancel()

    def parts(self) -> list[Part]:
        """How far the parts are; one that commits alone has not finished before it has."""
        settled, parts = self._settled, deepcopy(self.statement.parts)
        if self.statement.execution_mode is ExecutionMode.AUTO_COMMIT:
            for part in parts[settled:]:
                if part.status is Status.FINISHED:
                    part.status = Status.STARTED
        for part in parts:
            if not part.status.is_end:  # what it has so far is not what it will have
                part.columns, part.rows, part.size, part.pages = None, NOT_YET, NOT_YET, []
        return parts

    def run(self) -> None:
        """Run every part.

        Raises:
            SqlError: a part failed; what was not committed is undone.
            Cancelled: it was stopped on the way.
        """
        started = time.monotonic_ns()
        values = {item["name"]: item["value"] for item in self.statement.parameters}
        scripts = [
            _Script(index, part, set(values)) for index, part in enumerate(self.statement.parts)
        ]
        try:
            with explained():
                connection = self._connection = self._connected()
                system_tables.introduce(connection.duckdb, self.statement)
                connection.last_copy.tell()
                if self.statement.execution_mode is ExecutionMode.AUTO_COMMIT:
                    self._run_each(connection, scripts, values)
                else:
                    self._run_together(connection, scripts, values)
        finally:
            self.statement.duration_ns = time.monotonic_ns() - started
            self._disconnect()

    def _connected(self) -> Connection:
        if self._connect is not None:
            return self._connect()
        return Connection(self._warehouse.database(self.statement.database))

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self._connect is None:
            connection.close()

    def _run_each(
        self, connection: Connection, scripts: list["_Script"], values: dict[str, str]
    ) -> None:
        """Every part in a transaction of its own; the first error is told when all have run."""
        errors = []
        for script in scripts:
            try:
                with explained():
                    self._run_together(connection, [script], values)
            except SqlError as error:
                script.part.status, script.part.error = Status.FAILED, str(error)
                errors.append(error)
            self._settled += 1
        if errors:
            raise errors[0]

    def _run_together(
        self, connection: Connection, scripts: list["_Script"], values: dict[str, str]
    ) -> None:
        """The parts in one transaction."""
        steps = [step for script in scripts for step in script.steps]
        if len(steps) == 1 and self._connect is None:
            expression = steps[0].command.expression
            with explained(expression):
                self._commands(connection, 0).gather(expression)
                steps[0].prepare(connection.database, connection.duckdb, values)
        is_writing = any(step.command.writes for step in steps)
        note = partial(journal.note, connection.duckdb, self.statement)
        try:
            with connection.statement(self._cancelled, is_writing, note):
                for script in scripts:
                    self._run_part(script, connection, values)
        finally:
            if any(step.command.kind is Kind.DEFINE for step in steps):
                connection.database.translations.forget()

    def _run_part(self, script: "_Script", connection: Connection, values: dict[str, str]) -> None:
        part, started = script.part, time.monotonic_ns()
        part.status = Status.STARTED
        session = self._commands(connection, script.index)
        try:
            if script.error is not None:
                raise script.error
            for step in script.steps:
                part.columns, part.rows, part.size, part.pages = None, 0, 0, []
                with self._timed(connection.settings.statement_timeout_s):
                    outcome = session.run(step.command, values, step.translation)
                    if isinstance(outcome, Rows):
                        with explained(step.command.expression):
                            self._write(connection, outcome, script.index)
                    else:
                        part.rows = outcome
            part.status = Status.FINISHED
        finally:
            part.duration_ns = time.monotonic_ns() - started
            part.updated_at = time.time()

    def _commands(self, connection: Connection, index: int) -> Commands:
        """What runs the commands of a part."""
        warehouse, objects, statement = self._warehouse, self._objects, self.statement
        return Commands(
            connection, Surroundings(warehouse, objects, statement, index, self._cancelled)
        )

    def _write(self, connection: Connection, rows: Rows, index: int) -> None:
        """Keep the rows as the result of a part."""
        part, format = self.statement.parts[index], self.statement.result_format
        path = result_set.file(self._warehouse.results, self.statement.id, index)
        result_set.write(connection.duckdb, rows, path, part, format, self._cancelled)

    @contextmanager
    def _timed(self, seconds: float | None) -> Iterator[None]:
        """Stop what takes longer, if there is a limit."""
        if seconds is None:
            yield
            return
        timer = threading.Timer(seconds, self.time_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@dataclass
class _Step:
    """A command of a script and, once it is known, its translation."""

    sql: str
    command: Command
    translation: Translation | None = None

    def prepare(
        self, database: Database, connection: duckdb.DuckDBPyConnection, values: dict[str, str]
    ) -> None:
        """Translate before any transaction begins; the next time the translation is at hand."""
        if self.command.expression is None or self.command.kind is Kind.DEFINE:
            return
        self.translation = database.translations.get(self.sql)
        if self.translation is None:
            version = database.translations.version
            self.translation = translate(self.command, connection, values)
            database.translations.put(self.sql, self.translation, version)


class _Script:
    """A part and its steps; a text that cannot be read fails when its turn comes."""

    def __init__(self, index: int, part: Part, parameters: set[str]) -> None:
        self.index = index
        self.part = part
        self.steps: list[_Step] = []
        self.error: SqlError | None = None
        try:
            self.steps = [_Step(part.sql, command) for command in commands(part.sql, parameters)]
        except SqlError as error:
            self.error = error
        except RecursionError:
            self.error = SqlError(TOO_DEEP)
