"""One command after another on a connection: what each does, and the rows it gives.

https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html
"""

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from local.redshift.errors import Cancelled, LoadFailed, NotSupported, SqlError
from local.redshift.running.connection import Connection
from local.redshift.running.definitions import define
from local.redshift.running.explained import explained
from local.redshift.running.last_copy import Copy
from local.redshift.running.result_set import Rows
from local.redshift.running.statement import Statement
from local.redshift.sql.commands.copy_command import CopyCommand
from local.redshift.sql.commands.function_command import CreateFunctionCommand, DropFunctionCommand
from local.redshift.sql.commands.places import with_places
from local.redshift.sql.commands.procedure_command import (
    CallCommand,
    CreateProcedureCommand,
    DropProcedureCommand,
)
from local.redshift.sql.commands.script import Command, Kind, commands
from local.redshift.sql.commands.session_command import (
    CloseCommand,
    DeallocateCommand,
    DeclareCommand,
    ExecuteCommand,
    ExplainCommand,
    FetchCommand,
    PrepareCommand,
    SetCommand,
    ShowCommand,
    ShowDefinitionCommand,
    ShowObjectsCommand,
    UseCommand,
)
from local.redshift.sql.commands.table_command import (
    AppendCommand,
    LayoutCommand,
    RemoveDuplicatesCommand,
)
from local.redshift.sql.commands.unload_command import UnloadCommand
from local.redshift.sql.commands.view_command import ViewCommand
from local.redshift.sql.system_relations import gathered
from local.redshift.sql.translate import Translation, Values, translate
from local.redshift.transfer import load_error
from local.redshift.transfer.load import load
from local.redshift.transfer.load_error import LoadError
from local.redshift.transfer.s3 import ObjectStore
from local.redshift.transfer.unload import unload
from local.redshift.warehouse import (
    dependents,
    layout,
    materialized_view,
    procedures,
    show,
    sql_functions,
    system_tables,
    tables,
)
from local.redshift.warehouse.append import append
from local.redshift.warehouse.catalog import quoted_name, schema_of
from local.redshift.warehouse.procedure_host import ProcedureHost
from local.redshift.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Surroundings:
    """What commands work with besides their connection."""

    warehouse: Warehouse
    objects: ObjectStore
    statement: Statement
    part: int  # of the statement, counted from zero
    cancelled: threading.Event

    @property
    def region(self) -> str:
        return self.statement.caller.region

    @property
    def staging(self) -> Path:
        return self.warehouse.staging


class Commands:
    """Runs commands on one connection, inside of its transaction."""

    def __init__(self, session: Connection, surroundings: Surroundings) -> None:
        self._session = session
        self._connection = session.duckdb
        self._surroundings = surroundings

    def run(
        self, command: Command, values: Values, translation: Translation | None = None
    ) -> int | Rows:
        """Do what the command says; the number of rows it changed, or the ones it gives.

        Raises:
            SqlError: it cannot be done, or is not supported.
            Cancelled: it was stopped on the way.
        """
        if self._surroundings.cancelled.is_set():
            raise Cancelled
        with explained(command.expression):
            self._session.check(command.kind)
            if command.action is not None:
                return self._act(command, values)
            if command.expression is None:
                self._session.control(command.kind)
                return 0
            return self._translated(command, values, translation)

    def _translated(
        self, command: Command, values: Values, translation: Translation | None
    ) -> int | Rows:
        expression, connection = command.expression, self._connection
        if command.writes and expression is not None:
            materialized_view.check_changeable(connection, expression)
        if isinstance(expression, exp.Create | exp.Alter | exp.Drop):
            define(connection, command, values, self._define)
            if expression.args.get("kind") == "SCHEMA":
                self._session.look_names_up()
            return 0
        made = _made(expression)
        if translation is None:
            self.gather(expression)
            translation = translate(command, connection, values)
        if translation.kind is Kind.QUERY:
            (sql,) = translation.statements
            return Rows(sql, translation.values(values), translation.characters)
        rows = self._change(translation, values)
        if made is not None:
            layout.put_characters(connection, made, translation.characters)
        if translation.kind is Kind.TRUNCATE:
            self._session.control(Kind.COMMIT)
        return rows

    def _define(self, command: Command, values: Values) -> None:
        self.gather(command.expression)
        made = _made(command.expression)
        translation = translate(command, self._connection, values)
        self._change(translation, values)
        if made is not None:
            layout.put_characters(self._connection, made, translation.characters)

    def _change(self, translation: Translation, values: Values) -> int:
        """Run what gives no rows; the number of rows it changed, none for a definition."""
        bound, rows = translation.values(values), 0
        for sql in translation.statements:
            changed = self._connection.execute(sql, bound).fetchone()
            if translation.kind is Kind.CHANGE and changed is not None:
                rows += int(changed[0])
        return rows

    def _act(self, command: Command, values: Values) -> int | Rows:
        """A command that has no expression."""
        session = self._session
        match command.action:
            case CopyCommand() as copy:
                self._copy(copy)
            case UnloadCommand() as unload:
                return self._unload(unload)
            case ViewCommand() as view:
                if view.action == "DROP":
                    dependents.drop_dependents_of(self._connection, view)
                materialized_view.run(self._connection, view)
            case SetCommand() as setting:
                self._set(setting)
            case ShowCommand(name):
                return self._show(name)
            case ShowObjectsCommand() as objects:
                schema = schema_of(self._connection, [""])
                sql, given = show.query(objects, session.database.name, schema)
                (found,) = commands(sql, set(given))
                return self.run(found, given)
            case ShowDefinitionCommand() as definition:
                heading, text = show.definition(self._connection, definition)
                return Rows(f'select {_text(text)} as "{heading}"', {})
            case PrepareCommand(name) as prepare:
                if name in session.prepared:
                    raise SqlError(f'prepared statement "{name}" already exists')
                session.prepared[name] = prepare
            case ExecuteCommand() as execute:
                return self._execute(execute)
            case DeallocateCommand(name):
                self._deallocate(name)
            case DeclareCommand(name, query):
                session.cursors.open(name, self._one_query("DECLARE", query), {})
            case FetchCommand(name, count):
                return Rows(session.cursors.fetch(name, count), {})
            case CloseCommand(name):
                session.cursors.close(name)
            case CreateProcedureCommand() as create:
                procedures.create(self._connection, create)
            case DropProcedureCommand() as drop:
                procedures.drop(self._connection, drop)
            case CallCommand() as call:
                return self._call(call, values)
            case CreateFunctionCommand() as create:
                sql_functions.create(self._connection, create)
            case DropFunctionCommand() as drop:
                sql_functions.drop(self._connection, drop)
            case AppendCommand() as moving:
                materialized_view.check_table(self._connection, moving.target)
                return append(self._connection, moving)
            case LayoutCommand(layouts, storage):
                for table in layouts:
                    self._connection.execute(f"select 1 from {quoted_name(table)} limit 0")
                    layout.put(self._connection, table, storage)
            case RemoveDuplicatesCommand() as merge:
                return self._remove_duplicates(merge)
            case UseCommand(database):
                if database != session.database.name:
                    raise NotSupported("USE of another database", "name it in the call")
            case ExplainCommand(query):
                return self._explain(query)
        return 0

    def gather(self, expression: exp.Expr | None) -> None:
        """Have at hand what the system relations of a command tell."""
        names = set() if expression is None else gathered(expression)
        around, warehouse = self._surroundings, self._surroundings.warehouse
        names_of, history = warehouse.names, warehouse.history
        system_tables.fill(self._connection, names, around.statement, names_of, history)

    def _copy(self, command: CopyCommand) -> None:
        """Load; the rows that could not be loaded are told even if all of it is undone."""
        materialized_view.check_table(self._connection, command.table)
        around, started = self._surroundings, time.time()
        table = [schema_of(self._connection, command.table), command.table[-1]]
        rows: list[LoadError] = []
        count = f"select count(*) from {quoted_name(command.table)}"
        before = self._number(count)
        try:
            rows = load(
                self._connection,
                command,
                around.objects,
                around.region,
                around.staging,
                around.cancelled,
            )
            loaded = self._number(count) - before
            self._session.last_copy.note(Copy(around.statement.id, around.part, loaded))
        except LoadFailed as error:
            rows = list(error.rows)
            self._session.last_copy.note_failure(Copy(around.statement.id, around.part, 0))
            raise
        finally:
            if rows:
                place = (around.statement.id, around.part)
                with closing(self._session.database.connect()) as other:
                    load_error.note(other, rows, place, table, started)

    def _number(self, query: str) -> int:
        ((number,),) = self._connection.execute(query).fetchall()
        return int(number)

    def _unload(self, command: UnloadCommand) -> int:
        around, sql = self._surroundings, self._one_query("UNLOAD", command.query)
        return unload(
            self._connection,
            command,
            sql,
            around.objects,
            around.region,
            around.staging,
            around.cancelled,
        )

    def _one_query(self, word: str, query: str) -> str:
        """The query that a command is about, in DuckDB's SQL."""
        found = commands(query, set())
        if len(found) != 1 or found[0].kind is not Kind.QUERY:
            raise SqlError(f"{word} takes one SELECT")
        self.gather(found[0].expression)
        return translate(found[0], self._connection, {}).query

    def _set(self, command: SetCommand) -> None:
        settings = self._session.settings
        if command.name is None:
            settings.reset()
        else:
            settings.set(command.name, command.value)
        if command.name in (None, "search_path"):
            self._session.look_names_up()

    def _show(self, name: str) -> Rows:
        settings = self._session.settings
        if name == "all":
            shown = ", ".join(
                f"({_text(key)}, {_text(value)})" for key, value in settings.all().items()
            )
            return Rows(f"select * from (values {shown}) as shown(name, setting)", {})
        return Rows(f'select {_text(settings.get(name))} as "{name}"', {})

    def _execute(self, command: ExecuteCommand) -> int | Rows:
        prepared = self._session.prepared.get(command.name)
        if prepared is None:
            raise SqlError(f'prepared statement "{command.name}" does not exist')
        given, wanted = len(command.arguments), len(prepared.types)
        if given != wanted:
            raise SqlError(
                f'wrong number of parameters for prepared statement "{command.name}":'
                f" expected {wanted} but got {given}"
            )
        pairs = zip(command.arguments, prepared.types, strict=True)
        places = [f"cast(({argument}) as {type})" for argument, type in pairs]
        (found,) = commands(with_places(prepared.sql, places), set())
        return self.run(found, {})

    def _call(self, command: CallCommand, values: Values) -> int | Rows:
        is_in_block = self._session.is_in_block or self._surroundings.statement.is_transaction
        host = ProcedureHost(self._session, self.run, self.gather, is_in_block=is_in_block)
        results = host.call(command, values)
        if results is None:
            return 0
        (found,) = commands(results[0], set(results[1]))
        return self.run(found, results[1])

    def _remove_duplicates(self, command: RemoveDuplicatesCommand) -> int:
        """What the source has takes the place of what matches it in the target."""
        target, source, condition = command.target, command.source, command.condition
        rows = 0
        for sql in (
            f"delete from {target} using {source} where {condition}",
            f"insert into {target} select * from {source}",
        ):
            (found,) = commands(sql, set())
            changed = self.run(found, {})
            rows = changed if isinstance(changed, int) else rows
        return rows

    def _deallocate(self, name: str) -> None:
        if name == "all":
            self._session.prepared.clear()
        elif self._session.prepared.pop(name, None) is None:
            raise SqlError(f'prepared statement "{name}" does not exist')

    def _explain(self, query: str) -> Rows:
        """The plan that DuckDB has for a query or a change, a line a row."""
        found = commands(query, set())
        if len(found) != 1 or found[0].kind not in (Kind.QUERY, Kind.CHANGE):
            raise SqlError("EXPLAIN takes one SELECT, INSERT, UPDATE, DELETE or MERGE")
        self.gather(found[0].expression)
        (sql,) = translate(found[0], self._connection, {}).statements
        plan = self._connection.execute(f"explain {sql}").fetchall()
        lines = [line for *_, text in plan for line in text.splitlines()]
        shown = ", ".join(f"({_text(line)})" for line in lines)
        return Rows(f'select * from (values {shown}) as plan("QUERY PLAN")', {})


def _made(expression: exp.Expr | None) -> list[str] | None:
    """The name of the relation that a command makes, if it makes one."""
    if isinstance(expression, exp.Create):
        return None if expression.kind == "SCHEMA" else tables.name_of(expression.this)
    into = expression.args.get("into") if isinstance(expression, exp.Select) else None
    return None if into is None else tables.name_of(into.this)


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
