"""What a statement with SUPER values needs before it is rewritten: paths, marks, values to store.

Every value that an INSERT or UPDATE puts in a SUPER column is cast to SUPER, so that a text becomes
a SUPER text; DuckDB alone would parse it.
"""

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql.dialect import duckdb_sql
from local.redshift.sql.marks import mark
from local.redshift.sql.super.functions import COMPARISONS, SUPER
from local.redshift.sql.super.paths import navigate

_UNTYPED = (exp.Tuple, exp.Query, exp.Any, exp.All)  # operands that have no type of their own


def prepare_super(connection: duckdb.DuckDBPyConnection, root: exp.Expr) -> None:
    """Spell out paths, and mark what depends on whether a value is SUPER."""
    if isinstance(root, exp.Insert):
        _store(root, column_types(connection, root))
    if isinstance(root, exp.Update):
        _set(root, column_types(connection, root))
    for default in root.find_all(exp.DefaultColumnConstraint):
        column = default.find_ancestor(exp.ColumnDef)
        if column is not None and column.kind is not None and column.kind.this is exp.DType.SUPER:
            _cast(default.this)
    navigate(root)
    for node in root.walk():
        is_typed = isinstance(node, exp.Cast) or (
            isinstance(node, COMPARISONS)
            and not isinstance(node.this, _UNTYPED)
            and not isinstance(node.expression, _UNTYPED)
            and node.arg_key != "expressions"  # of an UPDATE's SET, or a projection
        )
        if is_typed:
            mark(node)


def column_types(connection: duckdb.DuckDBPyConnection, change: exp.Expr) -> dict[str, str]:
    """The columns of the changed table, in order, with DuckDB's types."""
    table = change.this.this if isinstance(change.this, exp.Schema) else change.this
    named = exp.Table(**{part: table.args.get(part) for part in ("this", "db", "catalog")}).copy()
    for identifier in named.find_all(exp.Identifier):
        identifier.set("this", identifier.name.lower())
    name = duckdb_sql(named).replace("'", "''")
    rows = connection.execute(f"pragma table_info('{name}')").fetchall()
    return {row[1]: row[2] for row in rows}


def _store(insert: exp.Insert, types: dict[str, str]) -> None:
    if SUPER not in types.values() or insert.args.get("default"):
        return
    names = list(types)
    if isinstance(insert.this, exp.Schema):
        names = [column.name.lower() for column in insert.this.expressions]
    places = [place for place, name in enumerate(names) if types.get(name) == SUPER]
    for row in _rows(insert.expression):
        for place in places:
            if place < len(row):
                _cast(row[place])


def _rows(source: exp.Expr) -> list[list[exp.Expr]]:
    """The lists of values that the source gives."""
    match source:
        case exp.Values():
            return [row.expressions for row in source.expressions]
        case exp.Subquery():
            return _rows(source.this)
        case exp.Select() if not any(value.is_star for value in source.expressions):
            return [source.expressions]
        case exp.SetOperation():
            return [*_rows(source.this), *_rows(source.expression)]
    raise NotSupported("INSERT ... SELECT * into a table with SUPER columns", "name the columns")


def _set(update: exp.Update, types: dict[str, str]) -> None:
    for pair in update.expressions:
        if types.get(pair.this.name.lower()) == SUPER:
            _cast(pair.expression)


def _cast(value: exp.Expr) -> None:
    inner = value.unalias()
    if not is_default(inner):
        inner.replace(exp.Cast(this=inner.copy(), to=exp.DataType(this=exp.DType.SUPER)))


def is_default(value: exp.Expr) -> bool:
    """Whether the word DEFAULT stands for a value; in UPDATE sqlglot reads it as a column."""
    is_word = isinstance(value, exp.Var) or (isinstance(value, exp.Column) and not value.table)
    return is_word and value.name.lower() == "default"
