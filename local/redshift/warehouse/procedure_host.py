"""A connection as a running procedure sees it: Redshift's SQL in, texts out."""

from collections.abc import Callable

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.plpgsql.interpreter import Interpreter, Procedure, Row, Values
from local.redshift.running.connection import Connection
from local.redshift.running.explained import explained
from local.redshift.sql.coercion import VARBYTE
from local.redshift.sql.commands.procedure_command import CallCommand
from local.redshift.sql.commands.script import Command, Kind, commands
from local.redshift.sql.translate import Translation, translate
from local.redshift.sql.types import redshift_type
from local.redshift.warehouse import procedures

Gather = Callable[[exp.Expr | None], None]  # has at hand what system relations tell
Run = Callable[[Command, Values], object]  # gives the number of changed rows, or a query


class ProcedureHost:
    """What procedures ask of their connection. Translations last as long as the call."""

    def __init__(self, session: Connection, run: Run, gather: Gather, *, is_in_block: bool) -> None:
        self.is_in_block = is_in_block
        self._session = session
        self._connection = session.duckdb
        self._run = run
        self._gather = gather
        self._translations: dict[str, Translation] = {}
        self._columns: dict[str, list[tuple[str, str]]] = {}

    def call(self, command: CallCommand, values: Values) -> tuple[str, Values] | None:
        """Call a procedure; the query (Redshift's) of its OUT and INOUT arguments, if any."""
        procedure = self.procedure(command.name, command.arguments, values)
        inputs: Row = []
        if command.arguments:
            (inputs,) = self.rows(f"select {', '.join(command.arguments)}", values, 1)
        results = Interpreter(self).call(procedure, inputs)
        if not results:
            return None
        shown = [
            f'cast(:result{index} as {_shown_type(argument.type)}) as "{argument.name}"'
            for index, (argument, _) in enumerate(results)
        ]
        given = {f"result{index}": value for index, (_, value) in enumerate(results)}
        return f"select {', '.join(shown)}", given

    def change(self, sql: str, values: Values) -> int | None:
        found = commands(sql, set(values))
        rows: int | None = 0
        for command in found:
            outcome = self._run(command, values)
            rows = outcome if isinstance(outcome, int) else None
            if command.kind not in (Kind.QUERY, Kind.CHANGE):
                self._translations.clear()
                self._columns.clear()
        return rows

    @explained()
    def columns(self, sql: str, values: Values) -> list[tuple[str, str]]:
        if sql not in self._columns:
            query, bound = self._translated(sql, values)
            self._columns[sql] = _described(self._connection, query, bound)
        return self._columns[sql]

    @explained()
    def rows(self, sql: str, values: Values, limit: int) -> list[Row]:
        query, bound = self._translated(sql, values)
        limited = f"select * from ({query}) limit {limit}"
        return self._texts(limited, bound, len(self.columns(sql, values)))

    @explained()
    def open(self, cursor: str, sql: str, values: Values) -> None:
        self._session.cursors.open(cursor, *self._translated(sql, values))

    @explained()
    def cursor_columns(self, cursor: str) -> list[tuple[str, str]]:
        return _described(self._connection, self._session.cursors.rest(cursor), {})

    @explained()
    def fetch(self, cursor: str, count: int) -> list[Row]:
        width = len(self.cursor_columns(cursor))
        return self._texts(self._session.cursors.fetch(cursor, count), {}, width)

    def close(self, cursor: str) -> None:
        self._session.cursors.close(cursor)

    @explained()
    def procedure(self, name: list[str], arguments: list[str], values: Values) -> Procedure:
        return procedures.find(self._connection, name, arguments)

    def end_transaction(self, is_commit: bool) -> None:
        self._session.control(Kind.COMMIT if is_commit else Kind.ROLLBACK)
        self._translations.clear()
        self._columns.clear()

    def _texts(self, query: str, values: Values, width: int) -> list[Row]:
        """The rows of DuckDB's query as texts."""
        names = [f"c{index}" for index in range(width)]
        shown = ", ".join(f"{name}::varchar" for name in names)
        rendering = f"select {shown} from ({query}) as r({', '.join(names)})"
        return list(self._connection.execute(rendering, values).fetchall())

    def _translated(self, sql: str, values: Values) -> tuple[str, Values]:
        translation = self._translations.get(sql)
        if translation is None:
            found = commands(sql, set(values))
            if len(found) != 1 or found[0].kind is not Kind.QUERY:
                raise SqlError(f"expected one SELECT in place of: {sql[:100]}")
            self._gather(found[0].expression)
            translation = translate(found[0], self._connection, values)
            self._translations[sql] = translation
        (query,) = translation.statements
        return query, translation.values(values)


def _described(
    connection: duckdb.DuckDBPyConnection, query: str, values: Values
) -> list[tuple[str, str]]:
    found = connection.execute(f"describe {query}", values).fetchall()
    if any(type == VARBYTE for _, type, *_ in found):
        raise NotSupported("a VARBYTE value in a variable", "cast it to VARCHAR")
    return [(name, redshift_type(type)) for name, type, *_ in found]


def _shown_type(type: str) -> str:
    return "varchar" if type.lower() == "refcursor" else type
