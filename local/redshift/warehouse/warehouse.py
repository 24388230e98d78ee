"""The warehouse: one DuckDB file per database name, closed to the outside.

SQL reaches no file, no network and no setting: external access is off and the configuration is
locked; only the staging directory, where COPY puts what it fetched, can be read. Each statement has
a connection of its own, so cancelling one never touches another. Writers take turns, because
DuckDB refuses concurrent changes of the same rows where Redshift would wait.
https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
"""

import contextlib
import re
import shutil
import threading
from importlib.resources import files
from pathlib import Path

import duckdb

from local.redshift.errors import Cancelled, SqlError, ValidationException
from local.redshift.running import journal
from local.redshift.running.statement import Statement
from local.redshift.sql.ddl import IDENTITY
from local.redshift.sql.translate import Translations
from local.redshift.warehouse import materialized_view, procedures, sql_functions, system_tables
from local.redshift.warehouse.system_tables import History

FUNCTIONS = "local_redshift"  # the attached in-memory catalog that holds our macros

_NAME = re.compile(r"[a-z_][a-z0-9_$-]{0,126}")
_RESERVED = {FUNCTIONS, "system", "temp", "memory"}


def check_database_name(name: str | None) -> None:
    """Raise a ValidationException unless the name can be a database's."""
    if name is None:
        raise ValidationException("Database must be given.")
    if _NAME.fullmatch(name) is None or name in _RESERVED:
        raise ValidationException(
            f"Database {name!r} is not a valid name: lower-case letters, digits, '_', '$' and '-', "
            "at most 127 of them, not one of the reserved words."
        )


class Turn:
    """The right to change a database: one holder at a time, and waiting for it can be cancelled."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._taken = False

    def take(self, cancelled: threading.Event) -> None:
        """Wait for the turn.

        Raises:
            Cancelled: the statement was cancelled while it waited.
        """
        with self._condition:
            while self._taken and not cancelled.is_set():
                self._condition.wait()
            if cancelled.is_set():
                raise Cancelled
            self._taken = True

    def give_back(self) -> None:
        with self._condition:
            self._taken = False
            self._condition.notify_all()

    def wake(self) -> None:
        """Make the waiting look whether they have been cancelled."""
        with self._condition:
            self._condition.notify_all()


class Database:
    """One DuckDB file, the turn to change it, and the translations made for its catalog."""

    def __init__(self, path: Path, staging: Path, memory: str) -> None:
        self.turn = Turn()
        self.translations = Translations()
        _make(path)
        self._connection = duckdb.connect(str(path))
        self.name = path.stem
        for setting in _settings(path, staging, memory):
            self._connection.execute(setting)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A new connection with a search path and temporary tables of its own."""
        connection = self._connection.cursor()
        connection.execute(f'use "{self.name}"."public"')
        return connection

    def look_names_up(self, connection: duckdb.DuckDBPyConnection, schemas: list[str]) -> None:
        """Have the connection look names up in these schemas, in this order."""
        path = ",".join(f'"{self.name}"."{schema}"' for schema in schemas)
        connection.execute(f"set search_path = {_text(path or 'system.main')}")

    def close(self) -> None:
        self._connection.close()


class Warehouse:
    """All databases of a data directory, opened when first named."""

    def __init__(
        self, directory: Path, memory: str = "50%", history: History = lambda _: []
    ) -> None:
        self.history = history
        self.results = directory / "results"
        self.staging = directory / "staging"
        self._databases_directory = directory / "databases"
        self._memory = memory
        self._databases: dict[str, Database] = {}
        self._lock = threading.Lock()
        shutil.rmtree(self.staging, ignore_errors=True)  # what an interrupted COPY left
        for path in (self.results, self.staging, self._databases_directory):
            path.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """The databases there are."""
        return sorted(path.stem for path in self._databases_directory.glob("*.duckdb"))

    def database(self, name: str) -> Database:
        with self._lock:
            if name not in self._databases:
                path = self._databases_directory / f"{name}.duckdb"
                try:
                    self._databases[name] = Database(path, self.staging, self._memory)
                except duckdb.Error as error:
                    raise SqlError(f'database "{name}" cannot be opened: {error}') from error
            return self._databases[name]

    def finished(self, statement: Statement) -> Statement | None:
        """The statement as it finished; None if its changes are not in the database."""
        connection = self.database(statement.database).connect()
        with contextlib.closing(connection):
            return journal.find(connection, statement.id)

    def close(self) -> None:
        with self._lock:
            for database in self._databases.values():
                database.close()
            self._databases.clear()


def _make(path: Path) -> None:
    """Make the file where there is none: whole or not at all, for DuckDB opens no half of one."""
    if path.exists():
        return
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    duckdb.connect(str(draft)).close()
    draft.rename(path)


def _settings(path: Path, staging: Path, memory: str) -> list[str]:
    """What makes a DuckDB a closed warehouse; the last statement locks the rest."""
    sql = files("local.redshift.sql")
    return [
        "create schema if not exists public",
        journal.CREATE,
        materialized_view.CREATE,
        procedures.CREATE,
        sql_functions.CREATE,
        f"attach ':memory:' as {FUNCTIONS}",
        f"use {FUNCTIONS}",
        (sql / "functions.sql").read_text(),
        (sql / "super_functions.sql").read_text(),
        system_tables.CREATE,  # what the views read is there while they are made
        _system_views(path.stem),
        f'use "{path.stem}"',
        "set global python_enable_replacements = false",  # no variable of ours is a table
        "set global integer_division = true",
        "set global timezone = 'UTC'",
        f"set global memory_limit = '{memory}'",
        f"set global temp_directory = {_text(str((path.parent / 'spill').absolute()))}",
        f"set global allowed_directories = [{_text(str(staging.absolute()))}]",
        "set global enable_external_access = false",
        "set global lock_configuration = true",
    ]


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def _system_views(database: str) -> str:
    text = (files("local.redshift.sql") / "system_views.sql").read_text()
    values = {
        "{journal}": f'"{database}".{journal.JOURNAL}',
        "{journal_name}": f"'{journal.JOURNAL}'",
        "{identity}": f"'{IDENTITY}'",
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text
