"""Marks on nodes whose translation depends on their operands' types; typed.py settles them."""

from sqlglot import exp

_KEY = "depends_on_types"


def mark(node: exp.Expr) -> exp.Expr:
    """The same node, to be settled when the types of its operands are known."""
    node.meta[_KEY] = True
    return node


def marked_call(name: str, arguments: list[exp.Expr]) -> exp.Expr:
    """A call of a Redshift function that DuckDB may not have."""
    return mark(exp.Anonymous(this=name, expressions=arguments))


def unmark(node: exp.Expr) -> None:
    node.meta.pop(_KEY, None)


def is_marked(node: exp.Expr) -> bool:
    return bool(node.meta.get(_KEY))
