"""Where a VARBYTE or TIMETZ may occur in a statement, and what is stored as one.

Only statements that may have such values are marked and checked; others pay nothing.
"""

from collections.abc import Callable

from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql.characters import Column, outer_columns
from local.redshift.sql.coercion import (
    CHAR_AS_VARBYTE,
    COERCED,
    VARBYTE,
    coerced,
    may_be_char,
    shown_type,
)
from local.redshift.sql.functions.varbyte_functions import MAKERS, OVERLOADED
from local.redshift.sql.marks import mark
from local.redshift.sql.plan import queries, selected
from local.redshift.sql.probe import probe
from local.redshift.sql.super.values import is_default
from local.redshift.sql.types import char_length

Describe = Callable[[exp.Expr], list[str]]
ColumnsOf = Callable[[exp.Table], list[Column]]
Pair = tuple[exp.Expr, str]  # a value, and the column that it is stored in

_TYPES = (exp.DType.VARBINARY, exp.DType.TIMETZ)


def may_be_coerced(held: frozenset[str], root: exp.Expr) -> bool:
    """Whether a VARBYTE or TIMETZ may occur; `held` are the types of all columns."""
    if held & COERCED or any(type.this in _TYPES for type in root.find_all(exp.DataType)):
        return True
    return any(call.name.lower() in MAKERS for call in root.find_all(exp.Anonymous))


def mark_places(root: exp.Expr, columns_of: ColumnsOf) -> None:
    """Mark what depends on whether a value is a VARBYTE or TIMETZ, and what may be a CHAR."""
    for default in root.find_all(exp.DefaultColumnConstraint):
        column = default.find_ancestor(exp.ColumnDef)
        if column is not None and column.kind is not None and column.kind.this in _TYPES:
            default.set("this", exp.Cast(this=default.this, to=column.kind.copy()))
    for node in list(root.walk()):
        if isinstance(node, exp.Substring):
            _mark_substring(node)
        elif isinstance(node, exp.Cast) or (
            isinstance(node, exp.Anonymous) and node.name.lower() in OVERLOADED
        ):
            mark(node)
    _mark_characters(root, columns_of)


def _mark_substring(node: exp.Substring) -> None:
    start = node.args.get("start") or exp.Literal.number(1)
    length = node.args.get("length")
    arguments = [node.this, start, *([length] if length else [])]
    node.replace(mark(exp.Anonymous(this="substr", expressions=arguments)))


def _mark_characters(root: exp.Expr, columns_of: ColumnsOf) -> None:
    """Columns that are CHAR, or have the name that one was given."""
    names = {
        name
        for table in root.find_all(exp.Table)
        for name, length in columns_of(table)
        if length is not None
    }
    if not names and not any(map(char_length, root.find_all(exp.DataType))):
        return
    for renamed in root.find_all(exp.TableAlias):
        names |= {column.name.lower() for column in renamed.args.get("columns") or []}
    while True:
        for node in root.find_all(exp.Column, exp.Star):
            if node.is_star or node.name.lower() in names:
                node.meta["may_be_char"] = True
        aliases = [item for item in root.find_all(exp.Alias) if may_be_char(item.this)]
        found = {alias.alias.lower() for alias in aliases} - names
        if not found:
            return
        names |= found


def check_defaults(definition: exp.Expr, describe: Describe) -> None:
    """Refuse a DEFAULT that is a VARBYTE or TIMETZ of a column of another type."""
    for column in definition.find_all(exp.ColumnDef):
        default = column.find(exp.DefaultColumnConstraint)
        if default is not None and column.kind is not None and column.kind.this not in _TYPES:
            (type,) = describe(exp.Select(expressions=[default.this.copy()]))
            _check_stored(type, None)


def coerce_stored(change: exp.Expr, types: dict[str, str], describe: Describe) -> None:
    """Have an INSERT, UPDATE or MERGE store in VARBYTE and TIMETZ columns what Redshift does.

    types: of the changed table's columns, as DuckDB names them.
    """
    if isinstance(change, exp.Insert):
        if isinstance(change.expression, exp.Values):
            names = [column.name for column in change.this.expressions]
            rows = change.expression.expressions
            pairs = [pair for row in rows for pair in zip(row.expressions, names, strict=False)]
            _store(pairs, types, lambda values: probe(change, values, describe))
        elif change.expression is not None:
            _store_query(change, types, describe)
        return
    for update in change.find_all(exp.Update):
        pairs = [(pair.expression, pair.this.name) for pair in update.expressions]
        _store(pairs, types, lambda values: probe(change, values, describe))
    for insert in change.find_all(exp.Insert):  # of a MERGE: it sees the source alone
        if isinstance(insert.this, exp.Tuple) and isinstance(insert.expression, exp.Tuple):
            names = [column.name for column in insert.this.expressions]
            pairs = list(zip(insert.expression.expressions, names, strict=False))
            source = change.args["using"]
            _store(pairs, types, lambda values: describe(selected(values, source)))  # noqa: B023


def _store(
    pairs: list[Pair], types: dict[str, str], ask: Callable[[list[exp.Expr]], list[str]]
) -> None:
    pairs = [(value, column) for value, column in pairs if not is_default(value)]
    unknown = [value for value, _ in pairs if _literal_type(value) is None]
    found = dict(zip(map(id, unknown), ask(unknown) if unknown else [], strict=True))
    for value, column in pairs:
        type, to = found.get(id(value)) or _literal_type(value), types.get(column)
        assert type is not None  # each is a literal, or was asked for
        _check_stored(type, to)
        if to in COERCED and type != to:
            value.replace(coerced(value.copy(), type, to))


def _store_query(insert: exp.Insert, types: dict[str, str], describe: Describe) -> None:
    (query,) = queries(insert)
    wanted = [types.get(column.name) for column in insert.this.expressions]
    found = describe(query)
    if len(found) != len(wanted):
        return  # which DuckDB refuses
    pairs = list(zip(found, wanted, strict=True))
    for place, (type, to) in enumerate(pairs):
        _check_stored(type, to)
        if to == VARBYTE and type != to and _may_give_char(insert.expression, place):
            raise NotSupported(*CHAR_AS_VARBYTE)
    if any(to in COERCED and type != to for type, to in pairs):
        columns = outer_columns(insert, len(wanted))
        for column, (type, to) in zip(columns, pairs, strict=True):
            if to in COERCED:
                column.replace(coerced(column.copy(), type, to))


def _check_stored(type: str, to: str | None) -> None:
    if type in COERCED and type != to:
        raise NotSupported(f"a {shown_type(type)} stored in a column of another type", "cast it")


def _may_give_char(source: exp.Expr, place: int) -> bool:
    """Whether a column of the source may be a CHAR; only what one SELECT lists is looked at."""
    if isinstance(source, exp.Select) and not any(item.is_star for item in source.expressions):
        return may_be_char(source.expressions[place].unalias())
    return any(node.meta.get("may_be_char") for node in source.walk())


def _literal_type(value: exp.Expr) -> str | None:
    """The type of a literal; None of anything else."""
    if isinstance(value, exp.Literal):
        return "VARCHAR" if value.is_string else "a number"
    if isinstance(value, exp.Null):
        return '"NULL"'
    return "BOOLEAN" if isinstance(value, exp.Boolean) else None
