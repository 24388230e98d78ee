"""Comparisons of texts: Redshift disregards the blanks that they end with, DuckDB does not.

https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

from collections.abc import Iterator

from sqlglot import exp

from local.redshift.sql.marks import built, mark

_BINARY = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
COMPARING = (*_BINARY, exp.Between, exp.In, exp.Case)  # besides NULLIF
_UNTYPED = (exp.Tuple, exp.Query, exp.Any, exp.All)  # operands that have no type of their own


def mark_comparison(node: exp.Expr) -> exp.Expr:
    """The same node, marked where it may compare texts."""
    operands = compared(node)
    is_assignment = isinstance(node, exp.EQ) and node.arg_key == "expressions"
    if not operands or is_assignment or any(map(_is_no_text, operands)):
        return node
    return mark(node)


def compared(node: exp.Expr) -> list[exp.Expr]:
    """The operands whose types tell whether the node compares texts."""
    return [value for value in _values(node) if not isinstance(value, _UNTYPED)]


def without_blanks(node: exp.Expr) -> None:
    """Have a comparison of texts disregard the blanks at their ends."""
    for value in list(_values(node)):
        if isinstance(value, exp.Subquery):
            _cut_query(value)
        elif not isinstance(value, _UNTYPED):
            value.replace(cut(value))


def cut(value: exp.Expr) -> exp.Expr:
    """The text without the blanks at its end."""
    if value.is_string:
        return exp.Literal.string(value.name.rstrip(" "))
    return value if isinstance(value, exp.Null) else built("without_blanks", value.copy())


def _values(node: exp.Expr) -> Iterator[exp.Expr]:
    match node:
        case exp.Between():
            yield from (node.this, node.args["low"], node.args["high"])
        case exp.In() if node.args.get("query"):
            yield from (node.this, node.args["query"])
        case exp.In():
            yield from (node.this, *node.expressions)
        case exp.Case() if node.this:
            yield node.this
            yield from (branch.this for branch in node.args["ifs"])
        case exp.Binary() if isinstance(node, _BINARY):
            yield from (node.this, node.expression)
        case exp.Anonymous(name="nullif"):
            yield from node.expressions


def _cut_query(query: exp.Subquery) -> None:
    """The one column of an IN's query without blanks."""
    column = exp.column("compared")
    inner = exp.Subquery(
        this=query.this.copy(),
        alias=exp.TableAlias(this=exp.to_identifier("listed"), columns=[column.this.copy()]),
    )
    query.set("this", exp.Select(expressions=[cut(column)]).from_(inner))


def _is_no_text(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return not node.is_string
    return isinstance(node, exp.Boolean | exp.Interval) or (
        isinstance(node, exp.Neg | exp.Paren) and _is_no_text(node.this)
    )
