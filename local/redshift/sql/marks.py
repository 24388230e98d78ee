"""Marks on nodes: whose translation depends on types (typed.py settles them), and what is done."""

from sqlglot import exp

_KEY = "depends_on_types"
_BUILT = "built"


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


def built(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A call of one of our own macros, made before the rewriting that it shall escape."""
    return duckdb_call(f"local_redshift.{name}", *arguments)


def duckdb_call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A call of a function of DuckDB's, made before the rewriting that it shall escape."""
    call = exp.Anonymous(this=name, expressions=list(arguments))
    call.meta[_BUILT] = True
    return call


def is_built(node: exp.Expr) -> bool:
    return bool(node.meta.get(_BUILT))
