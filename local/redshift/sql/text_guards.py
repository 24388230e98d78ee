"""Texts that DuckDB would tell apart by the blanks at their ends, where Redshift does not.

What is grouped or compared is put right elsewhere (blanks.py, text_keys.py). Here a text that ends
with a blank is an error, for there are hardly any: in UNION, EXCEPT and INTERSECT, in SELECT
DISTINCT *, in LISTAGG(DISTINCT) and in what USING and NATURAL join by.
https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

from collections import Counter
from collections.abc import Callable, Iterator

import duckdb
from sqlglot import exp

from local.redshift.sql.marks import built
from local.redshift.sql.probe import probe, visible_ctes
from local.redshift.sql.rules import TEXT

Column = tuple[str, str]  # its name, and DuckDB's type
Columns = Callable[[exp.Expr], list[Column]]

_OF_ROWS = ("from_", "joins", "where", "group", "having", "qualify", "windows", "laterals")


def guard_texts(root: exp.Expr, columns: Columns) -> None:
    """Have texts that end with blanks fail where they would be told apart."""
    for select in list(root.find_all(exp.Select)):
        _guard_using(select, columns)
        _guard_listagg(select, columns)
        if select.args.get("distinct") and any(item.is_star for item in select.expressions):
            _guard_projections(select, "SELECT DISTINCT *", columns)
    for operation in list(root.find_all(exp.SetOperation)):
        if operation.args.get("distinct") and not _is_recursive(operation):
            name = type(operation).__name__.upper()
            for operand in list(_operands(operation)):
                _guard_projections(operand, name, columns)


def _operands(operation: exp.Expr) -> Iterator[exp.Select]:
    for side in (operation.this, operation.expression):
        query = side.this if isinstance(side, exp.Subquery) else side
        if isinstance(query, exp.SetOperation):
            yield from _operands(query)
        elif isinstance(query, exp.Select):
            yield query


def _is_recursive(operation: exp.SetOperation) -> bool:
    cte = operation.parent
    return isinstance(cte, exp.CTE) and bool(cte.parent and cte.parent.args.get("recursive"))


def _guard_projections(select: exp.Select, place: str, columns: Columns) -> None:
    found = _columns(select, select, columns)
    if TEXT not in [type for _, type in found]:
        return
    if any(item.is_star for item in select.expressions):
        _nest(select, found)
    for item, (_, type) in zip(list(select.expressions), found, strict=True):
        value = item.unalias()
        if type == TEXT and not (value.is_string and not value.name.endswith(" ")):
            guarded = exp.alias_(_guard(value, place), item.alias_or_name, quoted=True)
            item.replace(guarded)


def _nest(select: exp.Select, columns: list[Column]) -> None:
    """Have the SELECT name its columns, of a query within that has the star."""
    names = [f"c{index}" for index in range(len(columns))]
    within = exp.Select(expressions=select.expressions)
    for part in _OF_ROWS:
        within.set(part, select.args.get(part))
        select.set(part, None)
    alias = exp.TableAlias(
        this=exp.to_identifier("starred"), columns=[exp.to_identifier(name) for name in names]
    )
    select.set("from_", exp.From(this=exp.Subquery(this=within, alias=alias)))
    labels = [label for label, _ in columns]
    shown: list[exp.Expr] = [
        exp.alias_(exp.column(name), label, quoted=True)
        for name, label in zip(names, labels, strict=True)
    ]
    select.set("expressions", shown)
    order = select.args.get("order")
    for column in list(order.find_all(exp.Column)) if order else []:
        column.set("table", None)


def _guard_using(select: exp.Select, columns: Columns) -> None:
    joins = select.args.get("joins") or []
    first = select.args.get("from_")
    names = {name.name for join in joins for name in join.args.get("using") or []}
    is_natural = any(join.args.get("method") for join in joins)
    if first is None or not (names or is_natural):
        return
    texts: list[tuple[exp.Expr, list[str]]] = []
    for source in [first.this, *(join.this for join in joins)]:
        if isinstance(source, exp.Table | exp.Subquery):
            question = exp.Select(expressions=[exp.Star()]).from_(source.copy())
            found = _columns(select, question, columns)
            texts.append((source, [name for name, type in found if type == TEXT]))
    if is_natural:
        counts = Counter(name for _, own in texts for name in own)
        names |= {name for name, count in counts.items() if count > 1}
    for source, own in texts:
        if shared := [name for name in own if name in names]:
            source.replace(_guarded_source(source, shared))
            for column in select.find_all(exp.Column):
                if column.db and column.table == source.alias_or_name:
                    column.set("db", None)  # a query has no schema


def _guarded_source(source: exp.Expr, texts: list[str]) -> exp.Subquery:
    alias = source.alias_or_name
    bare = source.copy()
    replaced = [
        exp.alias_(_guard(exp.column(name, quoted=True), "JOIN ... USING"), name, quoted=True)
        for name in texts
    ]
    star = exp.Star(**{"replace": replaced})
    within = exp.Select(expressions=[star]).from_(bare)
    return exp.Subquery(this=within, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _guard_listagg(select: exp.Select, columns: Columns) -> None:
    """Beside the aggregate: its value and order must be alike, which calls that fail are not."""
    for call in list(select.find_all(exp.Anonymous)):
        listed = call.expressions[0] if call.expressions else None
        if call.name != "listagg" or not isinstance(listed, exp.Distinct):
            continue
        (value,) = listed.expressions
        if probe(select, [value], lambda query: [type for _, type in columns(query)]) == [TEXT]:
            last = exp.Anonymous(this="max", expressions=[_blank_end(value)])
            listed = exp.Anonymous(this="listagg", expressions=call.expressions)
            call.replace(
                built("unless_blank_end", last, listed, exp.Literal.string("LISTAGG(DISTINCT)"))
            )


def _guard(value: exp.Expr, place: str) -> exp.Expr:
    return built("without_blank_end", value.copy(), exp.Literal.string(place))


def _blank_end(value: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="suffix", expressions=[value.copy(), exp.Literal.string(" ")])


def _columns(select: exp.Select, question: exp.Select, columns: Columns) -> list[Column]:
    """The columns of a query that stands in the SELECT; none if they cannot be told."""
    asked = question.copy()
    for part in ("distinct", "order", "limit", "offset", "with_"):
        asked.set(part, None)
    ctes, is_recursive = visible_ctes(select)
    if ctes:
        asked.set("with_", exp.With(expressions=ctes, recursive=is_recursive))
    try:
        return columns(asked)
    except duckdb.BinderException:
        return []
