"""Comparisons of rows, spelled out: DuckDB compares rows with NULL in them as if NULL were a value.

`(a, b) = (1, 2)` is `a = 1 and b = 2`, and `(a, b) in (select c, d from t)` is an EXISTS. An EXISTS
is false where IN would be NULL, so such an IN stands only where the two do the same.
https://docs.aws.amazon.com/redshift/latest/dg/r_comparison_condition.html
"""

from functools import reduce

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
_CONDITIONS = (exp.Where, exp.And, exp.Or, exp.Paren)


def spell_out_rows(root: exp.Expr) -> None:
    """Replace every comparison of rows by comparisons of their values."""
    for node in list(root.find_all(exp.In, *_COMPARISONS)):
        if isinstance(node.this, exp.Tuple):
            node.replace(_spelled_out(node))


def _spelled_out(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.In() if node.args.get("query"):
            return _exists(node)
        case exp.In():
            return exp.paren(
                reduce(_either, [_equal(node.this, row) for row in node.expressions]), copy=False
            )
        case exp.EQ():
            return _equal(node.this, node.expression)
        case exp.NEQ():
            return exp.Not(this=_equal(node.this, node.expression))
    raise NotSupported("an order of rows in parentheses", "compare their values one by one")


def _equal(row: exp.Expr, other: exp.Expr) -> exp.Expr:
    if not isinstance(other, exp.Tuple):
        raise NotSupported(f"a comparison of {row.sql(dialect='redshift')} with what is no row")
    if len(row.expressions) != len(other.expressions):
        raise SqlError("unequal number of entries in row expressions")
    pairs = zip(row.expressions, other.expressions, strict=True)
    equal: list[exp.Expr] = [
        exp.EQ(this=value.copy(), expression=one.copy()) for value, one in pairs
    ]
    return exp.paren(reduce(_both, equal), copy=False)


def _exists(node: exp.In) -> exp.Expr:
    outer = node.parent
    while isinstance(outer, _CONDITIONS) and not isinstance(outer, exp.Where):
        outer = outer.parent
    if not isinstance(outer, exp.Where):
        raise NotSupported("IN of rows and a query, other than as a condition", "use EXISTS")
    names = [exp.to_identifier(f"row_value_{index}") for index in range(len(node.this.expressions))]
    listed = exp.Subquery(
        this=node.args["query"].this,
        alias=exp.TableAlias(this=exp.to_identifier("row_values"), columns=names),
    )
    columns = exp.Tuple(expressions=[exp.column(name.copy(), "row_values") for name in names])
    found = exp.Select(expressions=[exp.Literal.number(1)]).from_(listed)
    return exp.Exists(this=found.where(_equal(node.this, columns)))


def _both(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.And(this=left, expression=right)


def _either(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Or(this=left, expression=right)
