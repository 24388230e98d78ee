"""SUPER values that are sorted, grouped or told apart: ordered and compared by dynamic type.

https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
"""

from collections.abc import Callable, Iterator

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql.marks import built, is_built
from local.redshift.sql.probe import probe, projection_types, source_types
from local.redshift.sql.super.functions import SUPER

_SETS = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)

Describe = Callable[[exp.Expr], list[str]]


def settle_keys(root: exp.Expr, describe: Describe) -> None:
    """Replace SUPER values in GROUP BY and ORDER BY by their keys, and refuse them elsewhere.

    Raises:
        NotSupported: with the place.
    """
    for select in list(root.find_all(exp.Select)):
        _group(select, describe)
        for place, keys in _keys(select):
            if keys and SUPER in probe(select, keys, describe):
                raise NotSupported(f"a SUPER value in {place}", "cast it")
        if _is_distinct(select) and SUPER in _types(select, describe):
            raise NotSupported("a SUPER value in DISTINCT, UNION, EXCEPT or INTERSECT", "cast it")
        _order(select, describe)
        is_natural = any(join.args.get("method") for join in select.args.get("joins") or [])
        if is_natural and SUPER in source_types(select, describe):
            raise NotSupported("NATURAL JOIN of tables with SUPER columns", "use USING")
    for operation in root.find_all(exp.SetOperation):
        if operation.args.get("order") and SUPER in projection_types(_first(operation), describe):
            raise NotSupported("ORDER BY of a UNION with SUPER columns")


def _types(select: exp.Select, describe: Describe) -> list[str]:
    """The types of the SELECT's columns, though it may depend on a query around it."""
    try:
        return projection_types(select, describe)
    except duckdb.BinderException:
        if any(item.is_star for item in select.expressions):
            raise
        return probe(select, [item.unalias() for item in select.expressions], describe)


def _first(operation: exp.Expr) -> exp.Select:
    while not isinstance(operation, exp.Select):
        operation = operation.this
    return operation


def _is_distinct(select: exp.Select) -> bool:
    node: exp.Expr | None = select
    while node is not None and not node.args.get("distinct"):
        node = node.parent if isinstance(node.parent, exp.SetOperation | exp.Subquery) else None
        if isinstance(node, exp.Subquery) and not isinstance(node.parent, exp.SetOperation):
            return False
    return node is not None


def _group(select: exp.Select, describe: Describe) -> None:
    """A key is replaced wherever the SELECT repeats it."""
    group = select.args.get("group")
    if not group or not group.expressions:
        return
    for item in list(group.expressions):
        if isinstance(item, _SETS):
            columns: list[exp.Expr] = list(item.find_all(exp.Column))
            if columns and SUPER in probe(select, columns, describe):
                raise NotSupported("a SUPER value in ROLLUP, CUBE or GROUPING SETS", "cast it")
            continue
        key = _spelled(select, item)
        if key.find(exp.Query) or SUPER not in probe(select, [key], describe):
            continue
        if any(select.args.get(part) for part in ("windows", "qualify")):
            raise NotSupported("a SUPER value in GROUP BY beside windows", "cast it")
        original, named = key.copy(), built("super_key", key.copy())
        item.replace(named.copy())
        for part in ("expressions", "having", "order"):
            value = select.args.get(part) or []
            for node in value if isinstance(value, list) else [value]:
                _replace(node, original, named)


def _replace(node: exp.Expr, original: exp.Expr, key: exp.Expr) -> None:
    for inner in [found for found in node.walk() if found == original]:
        alias = inner.output_name
        is_projection = isinstance(inner.parent, exp.Select)
        inner.replace(exp.alias_(key.copy(), alias, quoted=True) if is_projection else key.copy())


def _order(select: exp.Select, describe: Describe) -> None:
    order = select.args.get("order")
    for item in list(order.expressions) if order else []:
        key = _spelled(select, item.this)
        if SUPER in probe(select, [key], describe):
            item.set("this", built("super_order", key.copy()))


def _keys(select: exp.Select) -> Iterator[tuple[str, list[exp.Expr]]]:
    """What the SELECT tells apart other than by GROUP BY and ORDER BY."""
    for window in _own(select, exp.Window):
        keys = list(window.args.get("partition_by") or [])
        keys += [item.this for item in (window.args.get("order") or exp.Order()).expressions]
        if any(_is_checked(call) for key in keys for call in key.find_all(exp.Anonymous)):
            raise NotSupported("a cast of SUPER in OVER", "cast it in a subquery")
        yield "OVER", keys
    for distinct in _own(select, exp.Distinct):
        if isinstance(distinct.parent, exp.Anonymous):
            yield "an aggregate with DISTINCT", list(distinct.expressions)
    for node in _own(select, exp.In):
        if node.args.get("query"):
            yield "IN", [node.this]
    for join in select.args.get("joins") or []:
        if names := join.args.get("using"):
            yield "USING", [exp.column(name.name, quoted=True) for name in names]


def _is_checked(call: exp.Anonymous) -> bool:
    """Whether the call may fail for a value, which DuckDB does not allow in windows."""
    return is_built(call) and call.name.startswith("local_redshift.super_as_")


def _own(select: exp.Select, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    return (node for node in select.find_all(kind) if node.parent_select is select)


def _spelled(select: exp.Select, item: exp.Expr) -> exp.Expr:
    """A key, or the projection it names or numbers."""
    if isinstance(item, exp.Literal) and item.name.isdigit():
        position = int(item.name) - 1
        if position < len(select.expressions) and not select.expressions[position].is_star:
            item = select.expressions[position].unalias()
    if isinstance(item, exp.Column) and not item.table:
        for projection in select.expressions:
            if isinstance(projection, exp.Alias) and projection.alias == item.name:
                item = projection.this
                break
    return item
