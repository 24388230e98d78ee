"""CHAR(n): stored without the blanks that fill it, shown with them.

So everything that is computed from a CHAR is computed from its text without blanks, as in Redshift.
DuckDB has no such type: which columns of a query are CHAR follows from its tree. What joins a CHAR
with anything else, a literal included, is a VARCHAR.
https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

from collections.abc import Callable, Iterable

from sqlglot import exp

from local.redshift.sql.dialect import duckdb_sql
from local.redshift.sql.super_values import is_default
from local.redshift.sql.types import char_length

Column = tuple[str, int | None]  # its name, and the length of a CHAR
ColumnsOf = Callable[[exp.Table], list[Column]]

_FIRST = ("any_value", "first_value", "lag", "last_value", "lead", "max", "min", "nth_value")
_ALL = ("coalesce", "greatest", "least", "nvl")
_TRANSPARENT = (exp.Alias, exp.Paren, exp.Window, exp.IgnoreNulls, exp.RespectNulls, exp.Distinct)


def characters(query: exp.Expr, columns_of: ColumnsOf) -> list[Column]:
    """The columns of a query that is not rewritten yet."""
    return _Reader(columns_of).query(query, {}, [])


def padded(sql: str, columns: list[Column]) -> str:
    """DuckDB's query with its CHAR columns filled with blanks."""
    names = [f"c{index}" for index in range(len(columns))]
    shown = [
        f"{name if length is None else fill(name, length)} as {_quoted(label)}"
        for name, (label, length) in zip(names, columns, strict=True)
    ]
    return f"select {', '.join(shown)} from ({sql}) as r({', '.join(names)})"


def fill(value: str, length: int) -> str:
    """DuckDB's SQL for a CHAR as it is shown."""
    return f"rpad({value}, {length}, ' ')"


def fit_stored(change: exp.Expr, lengths: dict[str, int]) -> None:
    """Have an INSERT, UPDATE or MERGE store what fits into the CHAR columns of its table."""
    if not lengths:
        return
    if isinstance(change, exp.Insert) and isinstance(change.this, exp.Schema):
        _fit_source(change, [lengths.get(column.name) for column in change.this.expressions])
    for update in change.find_all(exp.Update):
        for pair in update.expressions:
            _fit(pair.expression, lengths.get(pair.this.name))
    for insert in change.find_all(exp.Insert):
        if isinstance(insert.this, exp.Tuple) and isinstance(insert.expression, exp.Tuple):
            values = insert.expression.expressions
            for column, value in zip(insert.this.expressions, values, strict=False):
                _fit(value, lengths.get(column.name))


def _fit_source(insert: exp.Insert, lengths: list[int | None]) -> None:
    source = insert.expression
    if isinstance(source, exp.Values):
        for row in source.expressions:
            for value, length in zip(row.expressions, lengths, strict=False):
                _fit(value, length)
    elif source is not None and any(lengths):
        names = [exp.to_identifier(f"c{index}") for index in range(len(lengths))]
        columns = [exp.Column(this=name.copy()) for name in names]
        inner = source.this if isinstance(source, exp.Subquery) else source
        alias = exp.TableAlias(this=exp.to_identifier("r"), columns=names)
        chosen = exp.Select(expressions=columns).from_(exp.Subquery(this=inner, alias=alias))
        for column, length in zip(list(chosen.expressions), lengths, strict=True):
            _fit(column, length)
        insert.set("expression", chosen)


def _fit(value: exp.Expr, length: int | None) -> None:
    if length is not None and not is_default(value):
        text = exp.cast(value.copy(), "text")
        arguments = [text, exp.Literal.number(length)]
        value.replace(exp.Anonymous(this="local_redshift.char_value", expressions=arguments))


class _Reader:
    """Follows columns from the outside of a query to the tables they come from."""

    def __init__(self, columns_of: ColumnsOf) -> None:
        self._columns_of = columns_of

    def query(
        self, query: exp.Expr, ctes: dict[str, list[Column]], outer: list[tuple[str, list[Column]]]
    ) -> list[Column]:
        if with_ := query.args.get("with_"):
            ctes = dict(ctes)
            for cte in with_.expressions:
                is_recursive = with_.args.get("recursive") and isinstance(cte.this, exp.Union)
                start = cte.this.this if is_recursive else cte.this
                ctes[cte.alias.lower()] = _named(self.query(start, ctes, outer), cte)
        match query:
            case exp.Subquery():
                return self.query(query.this, ctes, outer)
            case exp.SetOperation():
                first = self.query(query.this, ctes, outer)
                second = self.query(query.expression, ctes, outer)
                pairs = zip(first, second, strict=False)
                return [(name, _common([length, other])) for (name, length), (_, other) in pairs]
            case exp.Select():
                return self._select(query, ctes, outer)
        return []

    def _select(
        self,
        select: exp.Select,
        ctes: dict[str, list[Column]],
        outer: list[tuple[str, list[Column]]],
    ) -> list[Column]:
        sources: list[tuple[str, list[Column]]] = []
        starred: list[tuple[str, list[Column]]] = []  # without what USING merges
        joins = select.args.get("joins") or []
        first = select.args.get("from_")
        for node in [*([first] if first else []), *joins]:
            found = self._source(node.this, ctes, [*sources, *outer])
            merged = {name.name.lower() for name in node.args.get("using") or []}
            sources.append((node.this.alias_or_name.lower(), found))
            shown = [column for column in found if column[0] not in merged]
            starred.append((node.this.alias_or_name.lower(), shown))
        columns: list[Column] = []
        scope = [*sources, *outer]
        for projection in select.expressions:
            if isinstance(projection, exp.Star):
                columns += [column for _, found in starred for column in found]
            elif projection.is_star:
                wanted = projection.table.lower()
                columns += next((found for name, found in sources if name == wanted), [])
            else:
                length = self._length(projection, ctes, scope)
                columns.append((projection.output_name.lower(), length))
        return columns

    def _source(
        self, node: exp.Expr, ctes: dict[str, list[Column]], outer: list[tuple[str, list[Column]]]
    ) -> list[Column]:
        if isinstance(node, exp.Table):
            name = node.name.lower()
            columns = ctes[name] if name in ctes and not node.db else self._columns_of(node)
            return _named(columns, node)
        if isinstance(node, exp.Subquery | exp.Lateral):
            return _named(self.query(node.this, ctes, outer), node)
        return []

    def _length(
        self, node: exp.Expr, ctes: dict[str, list[Column]], scope: list[tuple[str, list[Column]]]
    ) -> int | None:
        def of(values: Iterable[exp.Expr]) -> int | None:
            values = [value for value in values if not isinstance(value, exp.Null)]
            return _common([self._length(value, ctes, scope) for value in values])

        match node:
            case exp.Column():
                table, name = node.table.lower(), node.name.lower()
                found = (columns for alias, columns in scope if table in ("", alias))
                return next((n for columns in found for one, n in columns if one == name), None)
            case exp.Cast():
                return char_length(node.to)
            case exp.Case():
                default = node.args.get("default")
                branches = [branch.args["true"] for branch in node.args["ifs"]]
                return of([*branches, *([default] if default else [])])
            case exp.Anonymous() if node.name.lower() in _FIRST and node.expressions:
                return of(node.expressions[:1])
            case exp.Anonymous() if node.name.lower() in _ALL:
                return of(node.expressions)
            case exp.Distinct():
                return of(node.expressions[:1])
            case exp.Subquery():
                return next((length for _, length in self.query(node, ctes, scope)), None)
            case node if isinstance(node, _TRANSPARENT):
                return of([node.this])
        return None


def _named(columns: list[Column], node: exp.Expr) -> list[Column]:
    """The columns under the names that an alias gives them."""
    alias = node.args.get("alias")
    names = [name.name.lower() for name in (alias.args.get("columns") or [])] if alias else []
    lengths = [length for _, length in columns]
    return [*zip(names, lengths, strict=False), *columns[len(names) :]]


def _quoted(name: str) -> str:
    return duckdb_sql(exp.to_identifier(name))


def _common(lengths: list[int | None]) -> int | None:
    """The longest of CHARs; None where not all are."""
    known = [length for length in lengths if length is not None]
    return max(known) if known and len(known) == len(lengths) else None
