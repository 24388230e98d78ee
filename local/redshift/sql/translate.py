"""One command in DuckDB's SQL: checked, named, rewritten, settled by type, printed.

A translation depends on the text and on the catalog, so it is kept only until the catalog changes.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
from sqlglot import exp

from local.redshift.errors import SqlError
from local.redshift.sql.allowed import check_allowed
from local.redshift.sql.characters import Column, characters, fit_stored, padded
from local.redshift.sql.coercion_check import check_coerced
from local.redshift.sql.coercion_places import (
    check_defaults,
    coerce_stored,
    mark_places,
    may_be_coerced,
)
from local.redshift.sql.commands.script import Command, Kind
from local.redshift.sql.ddl import IDENTITY, definition, into_create
from local.redshift.sql.dialect import duckdb_sql
from local.redshift.sql.headings import name_projections
from local.redshift.sql.hierarchy import spell_out_hierarchies
from local.redshift.sql.pivot import spell_out_pivots
from local.redshift.sql.rewrite import rewrite
from local.redshift.sql.row_values import spell_out_rows
from local.redshift.sql.super.check import check_super, may_have_super
from local.redshift.sql.super.values import column_types, prepare_super
from local.redshift.sql.system_relations import resolve
from local.redshift.sql.text_guards import guard_texts
from local.redshift.sql.text_keys import settle_text_keys
from local.redshift.sql.typed import settle
from local.redshift.sql.types import char_length
from local.redshift.warehouse.catalog import character_columns, held_types
from local.redshift.warehouse.sql_functions import spelled_out

Values = Mapping[str, str | None]  # of parameters, by Redshift's names
PREFIX = "p_"  # a parameter's name may begin with a digit, DuckDB's may not


@dataclass(frozen=True)
class Translation:
    """What DuckDB runs.

    parameters: the names (Redshift's) that the statements mention.
    columns: of a query, or of the relation that is made, if one of them is a CHAR; else none.
    """

    kind: Kind
    statements: list[str]
    parameters: frozenset[str] = frozenset()
    columns: list[Column] = field(default_factory=list)

    @property
    def characters(self) -> list[int | None]:
        """The lengths of CHAR columns, None for other columns; empty where there is no CHAR."""
        return [length for _, length in self.columns]

    @property
    def query(self) -> str:
        """A query whose CHAR columns are filled with blanks."""
        (sql,) = self.statements
        return padded(sql, self.columns) if self.columns else sql

    def values(self, values: Values) -> dict[str, str | None]:
        """The values as DuckDB's named parameters."""
        return {PREFIX + name: values[name] for name in self.parameters}


class Translations:
    """The newest translations of a database, by text, until its catalog changes."""

    def __init__(self, size: int = 1000) -> None:
        self._lock = threading.Lock()
        self._size = size
        self._version = 0
        self._kept: OrderedDict[str, Translation] = OrderedDict()

    @property
    def version(self) -> int:
        return self._version

    def forget(self) -> None:
        """The catalog has changed."""
        with self._lock:
            self._version += 1
            self._kept.clear()

    def get(self, sql: str) -> Translation | None:
        with self._lock:
            return self._kept.get(sql)

    def put(self, sql: str, translation: Translation, version: int) -> None:
        """Keep a translation that was made when the catalog had that version."""
        with self._lock:
            if version != self._version or translation.kind is Kind.DEFINE:
                return
            self._kept[sql] = translation
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)


def translate(
    command: Command, connection: duckdb.DuckDBPyConnection, values: Values
) -> Translation:
    """The command in DuckDB's terms. What is asked of the connection never aborts its transaction.

    Raises:
        SqlError: it asks for what is not supported, or for what cannot be.
        duckdb.Error: a name does not exist or types do not fit.
    """
    assert command.expression is not None  # COPY and transaction control never come here
    expression, kind = command.expression, command.kind
    if isinstance(expression, exp.Select) and expression.args.get("into"):
        expression, kind = into_create(expression), Kind.DEFINE
    if isinstance(expression, exp.Merge):
        _name_merged_columns(expression, connection)
    _series_as_queries(expression)
    spell_out_pivots(expression, lambda query: _named(connection, query))
    spell_out_hierarchies(expression, lambda query: _named(connection, query))
    check_allowed(expression)
    _check_nested_into(expression)
    spell_out_rows(expression)
    resolve(expression)
    name_projections(expression)
    spelled_out(connection, expression)
    names = _bind(expression, values if kind is Kind.DEFINE else None)
    held = held_types(connection)
    columns = _characters(connection, expression, held)
    has_super = may_have_super(held, expression)
    has_coerced = may_be_coerced(held, expression)
    if has_super:
        prepare_super(connection, expression)
    if has_coerced:
        has_characters = "CHAR" in held
        mark_places(expression, lambda it: _columns_of(connection, it) if has_characters else [])
    rewrite(expression)
    settle(expression, lambda query: _described(connection, query))
    settle_text_keys(expression, lambda query: _described(connection, query))
    guard_texts(expression, lambda query: _columns(connection, query))
    if has_super:
        check_super(connection, expression, lambda query: _described(connection, query))
    if has_coerced:
        _coerce(connection, expression)
    if kind is Kind.DEFINE:
        return Translation(kind, definition(expression), columns=columns)
    if isinstance(expression, exp.TruncateTable):
        return Translation(
            kind, [f"delete from {duckdb_sql(table)}" for table in expression.expressions]
        )
    if isinstance(expression, exp.Insert):
        _name_columns(expression, connection)
    if isinstance(expression, exp.Update):
        _keep_defaults(expression)
    if isinstance(expression, exp.Delete) and not expression.this:
        (table,) = expression.args["tables"]
        expression.set("tables", None)
        expression.set("this", table)
    if "CHAR" in held:
        _fit_characters(connection, expression)
    return Translation(kind, [duckdb_sql(expression)], frozenset(names), columns)


def _coerce(connection: duckdb.DuckDBPyConnection, expression: exp.Expr) -> None:
    """See to VARBYTE and TIMETZ values in a statement that is settled."""
    if isinstance(expression, exp.Create | exp.Alter):
        check_defaults(expression, lambda query: _described(connection, query))
    if isinstance(expression, exp.Insert):
        _name_columns(expression, connection)
    if isinstance(expression, exp.Insert | exp.Update | exp.Merge):
        types = column_types(connection, expression)
        coerce_stored(expression, types, lambda query: _described(connection, query))
    check_coerced(connection, expression)


def _characters(
    connection: duckdb.DuckDBPyConnection, expression: exp.Expr, held: frozenset[str]
) -> list[Column]:
    """The columns of what is asked or made, where one is a CHAR."""
    is_cast = any(map(char_length, expression.find_all(exp.DataType)))
    if not is_cast and "CHAR" not in held:
        return []
    if isinstance(expression, exp.Create) and isinstance(expression.this, exp.Schema):
        definitions = expression.this.expressions
        columns = [(it.name, char_length(it.kind)) for it in definitions if it.args.get("kind")]
        if columns:
            return columns if any(length for _, length in columns) else []
    query = expression.expression if isinstance(expression, exp.Create) else expression
    if not isinstance(query, exp.Query):
        return []
    found = characters(query, lambda table: _columns_of(connection, table))
    return found if any(length for _, length in found) else []


def _columns_of(connection: duckdb.DuckDBPyConnection, table: exp.Table) -> list[Column]:
    return character_columns(connection, [part.name.lower() for part in table.parts])


def _fit_characters(connection: duckdb.DuckDBPyConnection, change: exp.Expr) -> None:
    if isinstance(change, exp.Insert | exp.Update | exp.Merge):
        table = change.this.this if isinstance(change.this, exp.Schema) else change.this
        columns = _columns_of(connection, table)
        fit_stored(change, {name: length for name, length in columns if length is not None})


def _series_as_queries(expression: exp.Expr) -> None:
    """FROM generate_series(...) AS n is a query of one column, which has the name as well."""
    for table in list(expression.find_all(exp.Table)):
        call = table.this
        if not isinstance(call, exp.Anonymous) or call.name.lower() != "generate_series":
            continue
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(call.name))
        if not alias.args.get("columns"):
            alias.set("columns", [alias.this.copy()])
        query = exp.Select(expressions=[exp.alias_(call.copy(), "generate_series")])
        table.replace(exp.Subquery(this=query, alias=alias.copy()))


def _check_nested_into(expression: exp.Expr) -> None:
    if expression.find(exp.Into):
        raise SqlError("SELECT ... INTO is only allowed at the outside of a statement")


def _bind(expression: exp.Expr, literals: Values | None) -> set[str]:
    """Name the places for values as DuckDB does; DuckDB's DDL takes literals only."""
    names = set()
    for place in list(expression.find_all(exp.Placeholder)):
        name = place.name
        if literals is not None:
            value = literals[name]
            place.replace(exp.null() if value is None else exp.Literal.string(value))
        else:
            place.set("this", PREFIX + name)
            names.add(name)
    return names


def _described(connection: duckdb.DuckDBPyConnection, query: exp.Expr) -> list[str]:
    """The types of the query's columns."""
    return [type for _, type in _columns(connection, query)]


def _columns(connection: duckdb.DuckDBPyConnection, query: exp.Expr) -> list[tuple[str, str]]:
    """The names and types of the query's columns.

    Binding is tried by planning first: a failed DESCRIBE would abort the transaction.
    """
    _leave_values_out(query)
    sql = duckdb_sql(query)
    found = connection.execute("select json_serialize_plan(?)", [sql]).fetchone()
    plan = json.loads(found[0]) if found else {}
    if plan["error"]:
        raise duckdb.BinderException(plan["error_message"])
    return [(row[0], row[1]) for row in connection.execute(f"describe {sql}").fetchall()]


def _named(connection: duckdb.DuckDBPyConnection, query: exp.Select) -> list[str]:
    """The names of the query's columns."""
    _leave_values_out(query)
    (sql,) = translate(Command(Kind.QUERY, query), connection, {}).statements
    return [row[0] for row in connection.execute(f"describe {sql}").fetchall()]


def _leave_values_out(query: exp.Expr) -> None:
    for place in list(query.find_all(exp.Placeholder)):
        place.replace(exp.cast(exp.null(), "text"))


def _name_columns(insert: exp.Insert, connection: duckdb.DuckDBPyConnection) -> None:
    """An INSERT without a list fills the columns from the left, leaving out identity columns."""
    if isinstance(insert.this, exp.Schema) or insert.args.get("default"):
        return
    columns = insertable_columns(connection, duckdb_sql(insert.this))
    count = _width(insert.expression)
    listed = columns if count is None else columns[:count]
    identifiers = [exp.to_identifier(name, quoted=True) for name in listed]
    insert.set("this", exp.Schema(this=insert.this, expressions=identifiers))


def _name_merged_columns(merge: exp.Merge, connection: duckdb.DuckDBPyConnection) -> None:
    """sqlglot reads INSERT VALUES (...) without a list of columns as a call of values()."""
    for insert in merge.find_all(exp.Insert):
        (call, *others) = insert.this.expressions if insert.this else [None]
        if insert.expression or not isinstance(call, exp.Anonymous) or others:
            continue
        columns = insertable_columns(connection, duckdb_sql(merge.this.copy()))
        names = [exp.column(name, quoted=True) for name in columns[: len(call.expressions)]]
        insert.set("expression", exp.Tuple(expressions=call.expressions))
        insert.set("this", exp.Tuple(expressions=names))


def _keep_defaults(update: exp.Update) -> None:
    """SET column = DEFAULT names no column."""
    for pair in update.expressions:
        value = pair.expression
        if isinstance(value, exp.Column) and value.name == "default" and not value.table:
            value.replace(exp.var("DEFAULT"))


def insertable_columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The table's columns that take values, in order; `table` is quoted as in SQL."""
    rows = connection.execute(f"pragma table_info({_text(table)})").fetchall()
    return [row[1] for row in rows if not (row[4] and IDENTITY in row[4])]


def _width(source: exp.Expr) -> int | None:
    """How many values a row of the source has; None where only the database knows."""
    if isinstance(source, exp.Subquery):
        return _width(source.this)
    if isinstance(source, exp.Values):
        return len(source.expressions[0].expressions)
    if isinstance(source, exp.Select) and not any(p.is_star for p in source.expressions):
        return len(source.expressions)
    return None


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
