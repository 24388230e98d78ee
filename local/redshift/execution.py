"""One statement from its texts to its outcome: commands, transactions, results.

All texts of a statement share one transaction, unless they say BEGIN and COMMIT themselves.
https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
"""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import duckdb
from sqlglot import exp

from local.redshift import journal, load_error, materialized_view, result_set, system_tables
from local.redshift.errors import Cancelled, LoadFailed, SqlError
from local.redshift.load import load
from local.redshift.s3 import ObjectStore
from local.redshift.sql.copy_command import CopyCommand
from local.redshift.sql.messages import redshift_message
from local.redshift.sql.script import Command, Kind, commands
from local.redshift.sql.system_relations import gathered
from local.redshift.sql.translate import Translation, translate
from local.redshift.sql.unload_command import UnloadCommand
from local.redshift.statement import ExecutionMode, Part, Statement, Status
from local.redshift.transaction import Transaction
from local.redshift.unload import unload
from local.redshift.warehouse import Database, Warehouse

TOO_DEEP = "stack depth limit exceeded; nest the statement less deeply"


class Execution:
    """A statement that a slot has picked. `run` may be cancelled or stopped from other threads."""

    def __init__(self, statement: Statement, warehouse: Warehouse, objects: ObjectStore) -> None:
        self.statement = statement
        self.ended = threading.Event()
        self.is_stopped = False
        self.is_timed_out = False
        self._settled = 0  # parts that have committed alone, or failed
        self._warehouse = warehouse
        self._objects = objects
        self._cancelled = threading.Event()
        self._database: Database | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def cancel(self) -> None:
        """Stop as soon as possible; may be called again and again."""
        self._cancelled.set()
        database, connection = self._database, self._connection
        if database is not None:
            database.turn.wake()
        if connection is not None:
            connection.interrupt()

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
            with _explained():
                database = self._database = self._warehouse.database(self.statement.database)
                connection = self._connection = database.connect()
                system_tables.introduce(connection, self.statement)
                if self.statement.execution_mode is ExecutionMode.AUTO_COMMIT:
                    self._run_each(database, connection, scripts, values)
                else:
                    self._run_together(database, connection, scripts, values)
        finally:
            self.statement.duration_ns = time.monotonic_ns() - started
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _run_each(
        self,
        database: Database,
        connection: duckdb.DuckDBPyConnection,
        scripts: list["_Script"],
        values: dict[str, str],
    ) -> None:
        """Every part in a transaction of its own; the first error is told when all have run."""
        errors = []
        for script in scripts:
            try:
                with _explained():
                    self._run_together(database, connection, [script], values)
            except SqlError as error:
                script.part.status, script.part.error = Status.FAILED, str(error)
                errors.append(error)
            self._settled += 1
        if errors:
            raise errors[0]

    def _run_together(
        self,
        database: Database,
        connection: duckdb.DuckDBPyConnection,
        scripts: list["_Script"],
        values: dict[str, str],
    ) -> None:
        """The parts in one transaction."""
        steps = [step for script in scripts for step in script.steps]
        is_alone = len(steps) == 1
        if is_alone:
            with steps[0].explained():
                self._gather(connection, steps[0].command.expression)
                steps[0].prepare(database, connection, values)
        is_writing = any(step.command.writes for step in steps)
        turn, note = database.turn, partial(journal.note, connection, self.statement)
        try:
            with Transaction(connection, turn, self._cancelled, is_writing, note) as transaction:
                for script in scripts:
                    self._run_part(script, transaction, values)
        finally:
            if any(step.command.kind is Kind.DEFINE for step in steps):
                database.translations.forget()

    def _run_part(
        self, script: "_Script", transaction: Transaction, values: dict[str, str]
    ) -> None:
        part, started = script.part, time.monotonic_ns()
        part.status = Status.STARTED
        try:
            if script.error is not None:
                raise script.error
            for step in script.steps:
                if self._cancelled.is_set():
                    raise Cancelled
                with step.explained():
                    self._run_step(step, script.index, transaction, values)
            part.status = Status.FINISHED
        finally:
            part.duration_ns = time.monotonic_ns() - started
            part.updated_at = time.time()

    def _run_step(
        self, step: "_Step", index: int, transaction: Transaction, values: dict[str, str]
    ) -> None:
        part, connection, kind = (
            self.statement.parts[index],
            transaction.connection,
            step.command.kind,
        )
        part.columns, part.rows, part.size, part.pages = None, 0, 0, []
        if kind in (Kind.BEGIN, Kind.COMMIT, Kind.ROLLBACK, Kind.NOTHING):
            transaction.control(kind)
        elif step.command.copy is not None:
            copy = step.command.copy
            materialized_view.check_table(connection, copy.table)
            self._copy(connection, copy, index)
        elif step.command.unload is not None:
            part.rows = self._unload(connection, step.command.unload)
        elif step.command.view is not None:
            materialized_view.run(connection, step.command.view)
        else:
            expression = step.command.expression
            if step.command.writes and expression is not None:
                materialized_view.check_changeable(connection, expression)
            if isinstance(expression, exp.Drop):
                materialized_view.drop_dependents(connection, expression)
            if step.translation is None:
                self._gather(connection, expression)
            translation = step.translation or translate(step.command, connection, values)
            if translation.kind is Kind.QUERY:
                self._query(connection, translation, index, values)
            else:
                part.rows = _change(connection, translation, values)
            if isinstance(expression, exp.Drop):
                materialized_view.forget_dropped(connection)
            if translation.kind is Kind.TRUNCATE:
                transaction.control(Kind.COMMIT)

    def _copy(self, connection: duckdb.DuckDBPyConnection, copy: CopyCommand, index: int) -> None:
        """Load; the rows that could not be loaded are told even if all of it is undone."""
        started, region = time.time(), self.statement.caller.region
        staging, rows = self._warehouse.staging, []
        try:
            rows = load(connection, copy, self._objects, region, staging, self._cancelled)
        except LoadFailed as error:
            rows = list(error.rows)
            raise
        finally:
            if rows and self._database is not None:
                with closing(self._database.connect()) as other:
                    load_error.note(other, rows, (self.statement.id, index), copy.table, started)

    def _gather(self, connection: duckdb.DuckDBPyConnection, expression: exp.Expr | None) -> None:
        """Have at hand what the system relations of a command tell."""
        names = set() if expression is None else gathered(expression)
        warehouse = self._warehouse
        system_tables.fill(connection, names, self.statement, warehouse.names, warehouse.history)

    def _unload(self, connection: duckdb.DuckDBPyConnection, command: UnloadCommand) -> int:
        found = commands(command.query, set())
        if len(found) != 1 or found[0].kind is not Kind.QUERY:
            raise SqlError("UNLOAD takes one SELECT")
        self._gather(connection, found[0].expression)
        (sql,) = translate(found[0], connection, {}).statements
        region, staging = self.statement.caller.region, self._warehouse.staging
        return unload(connection, command, sql, self._objects, region, staging, self._cancelled)

    def _query(
        self,
        connection: duckdb.DuckDBPyConnection,
        translation: Translation,
        index: int,
        values: dict[str, str],
    ) -> None:
        (sql,) = translation.statements
        part = self.statement.parts[index]
        path = result_set.file(self._warehouse.results, self.statement.id, index)
        format, bound = self.statement.result_format, translation.values(values)
        result_set.write(connection, sql, bound, path, part, format, self._cancelled)


@contextmanager
def _explained() -> Iterator[None]:
    """Errors of DuckDB and of the disk as the statement's."""
    try:
        yield
    except duckdb.InterruptException:
        raise Cancelled from None
    except duckdb.Error as error:
        raise SqlError(redshift_message(error)) from error
    except OSError as error:
        raise SqlError(f"Disk Full: {error.strerror}") from error


@dataclass
class _Step:
    """A command of a script and, once it is known, its translation."""

    sql: str
    command: Command
    translation: Translation | None = None

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Errors of DuckDB in Redshift's words, as far as they are the statement's fault."""
        try:
            yield
        except duckdb.InterruptException:
            raise Cancelled from None
        except duckdb.Error as error:
            raise SqlError(redshift_message(error, self.command.expression)) from error
        except RecursionError:
            raise SqlError(TOO_DEEP) from None

    def prepare(
        self, database: Database, connection: duckdb.DuckDBPyConnection, values: dict[str, str]
    ) -> None:
        """Translate before any transaction begins; the next time the translation is at hand."""
        if self.command.expression is None:
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


def _change(
    connection: duckdb.DuckDBPyConnection, translation: Translation, values: dict[str, str]
) -> int:
    """Run what gives no rows; the number of rows it changed, none for a definition."""
    bound, rows = translation.values(values), 0
    for sql in translation.statements:
        changed = connection.execute(sql, bound).fetchone()
        if translation.kind is Kind.CHANGE and changed is not None:
            rows += int(changed[0])
    return rows
