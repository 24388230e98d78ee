"""Texts that are grouped or told apart: those that differ only in blanks at their ends are one.

A group of such texts is shown as its first in order, which has the fewest blanks.
https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from local.redshift.sql.blanks import cut
from local.redshift.sql.functions.table import AGGREGATES
from local.redshift.sql.marks import built
from local.redshift.sql.probe import Describe, probe, projection_types
from local.redshift.sql.rules import TEXT

_SETS = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)
_AFTER_GROUPS = ("expressions", "having", "qualify", "order")  # what is computed of groups


@dataclass
class _Key:
    """A place in the SELECT, and the value that is compared there."""

    place: exp.Expr
    value: exp.Expr

    def is_repeated_by(self, node: exp.Expr) -> bool:
        """Whether the node is the same value, a column's table named or not."""
        if isinstance(node, exp.Column) and isinstance(self.value, exp.Column):
            return node.name == self.value.name and (
                not (node.table and self.value.table) or node.table == self.value.table
            )
        return node == self.value


def settle_text_keys(root: exp.Expr, describe: Describe) -> None:
    """Have GROUP BY, DISTINCT, COUNT(DISTINCT) and PARTITION BY disregard blanks at the ends."""
    for select in list(root.find_all(exp.Select)):
        for key in _texts(select, list(_compared(select)), describe):
            key.place.replace(cut(key.value))
        for key in _texts(select, list(_grouped(select, describe)), describe):
            _group(select, key)
        _distinct(select, describe)


def _texts(select: exp.Select, keys: list[_Key], describe: Describe) -> list[_Key]:
    values = [key.value for key in keys]
    types = _types(select, values, describe)
    return [key for key, type in zip(keys, types, strict=True) if type == TEXT]


def _types(select: exp.Select, values: list[exp.Expr], describe: Describe) -> list[str]:
    if all(map(_is_no_text, values)):
        return [""] * len(values)
    try:
        return probe(select, values, describe)
    except duckdb.BinderException:
        return [""] * len(values)  # the statement itself tells what is wrong with it


def _is_no_text(value: exp.Expr) -> bool:
    is_cast = isinstance(value, exp.Cast) and value.to.this is not exp.DType.TEXT
    return is_cast or isinstance(value, exp.Literal)


def _compared(select: exp.Select) -> Iterator[_Key]:
    for window in _own(select, exp.Window):
        for value in window.args.get("partition_by") or []:
            yield _Key(value, value)
    for distinct in _own(select, exp.Distinct):
        if isinstance(distinct.parent, exp.Anonymous) and distinct.parent.name == "count":
            yield from (_Key(value, value) for value in distinct.expressions)


def _grouped(select: exp.Select, describe: Describe) -> Iterator[_Key]:
    group = select.args.get("group")
    for item in group.expressions if group else []:
        if isinstance(item, _SETS):
            yield from (_Key(column, column) for column in item.find_all(exp.Column))
        else:
            yield _Key(item, _meant(select, item, describe))


def _meant(select: exp.Select, item: exp.Expr, describe: Describe) -> exp.Expr:
    """What a key numbers or names; a column goes before a heading of the same name."""
    if isinstance(item, exp.Literal) and item.name.isdigit():
        position = int(item.name) - 1
        if position < len(select.expressions):
            meant: exp.Expr = select.expressions[position].unalias()
            return meant
    named: dict[str, exp.Expr] = {
        it.alias: it.this for it in select.expressions if isinstance(it, exp.Alias)
    }
    if not isinstance(item, exp.Column) or item.table or item.name not in named:
        return item
    bare = select.copy()
    bare.set("expressions", [])
    return item if _types(bare, [item], describe) != [""] else named[item.name]


def _group(select: exp.Select, key: _Key) -> None:
    """Group by the text without blanks; whatever repeats the key shows the group's first text."""
    if _is_correlated(select, key):
        ends = exp.Anonymous(this="suffix", expressions=[key.value.copy(), _literal(" ")])
        place = _literal("GROUP BY beside a query that reads its key")
        select.where(built("unless_blank_end", ends, exp.true(), place), copy=False)
        return
    in_set, without = isinstance(key.place.parent, _SETS), cut(key.value)
    key = _Key(key.place, key.value.copy())  # its own copy: the SELECT is about to change
    first = exp.Anonymous(this="min", expressions=[key.value])
    for part in _AFTER_GROUPS:
        for item in _listed(select.args.get(part)):
            for node in [it for it in _outside_aggregates(item) if key.is_repeated_by(it)]:
                is_key = in_set or _is_grouping(node.parent)
                _show(node, without.copy() if is_key else first.copy())
    key.place.replace(without)


def _literal(text: str) -> exp.Expr:
    return exp.Literal.string(text)


def _show(node: exp.Expr, value: exp.Expr) -> None:
    if isinstance(node.parent, exp.Select):  # a projection keeps its heading
        value = exp.alias_(value, node.output_name, quoted=True)
    node.replace(value)


def _is_grouping(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Anonymous) and node.name == "grouping"


def _outside_aggregates(root: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes that are computed of groups: those of arguments of aggregates are not."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        is_window = isinstance(node.parent, exp.Window) and node.arg_key == "this"
        is_aggregate = isinstance(node, exp.Anonymous) and node.name in AGGREGATES
        if not isinstance(node, exp.Query) and (is_window or not is_aggregate):
            stack += list(node.iter_expressions())


def _is_correlated(select: exp.Select, key: _Key) -> bool:
    """Whether a query inside of the SELECT reads the key."""
    if not isinstance(key.value, exp.Column):
        return False
    return any(
        column.table and key.is_repeated_by(column)
        for part in _AFTER_GROUPS
        for item in _listed(select.args.get(part))
        for query in item.find_all(exp.Query)
        for column in query.find_all(exp.Column)
    )


def _listed(value: exp.Expr | list[exp.Expr] | None) -> list[exp.Expr]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _distinct(select: exp.Select, describe: Describe) -> None:
    distinct = select.args.get("distinct")
    if not distinct or any(item.is_star for item in select.expressions):
        return
    values = [item.unalias() for item in select.expressions]
    try:
        types = projection_types(select, describe)
    except duckdb.BinderException:
        return  # it depends on a query around it, or cannot be at all
    if TEXT in types:
        keys = [
            cut(value) if type == TEXT else exp.Literal.number(position)
            for position, (value, type) in enumerate(zip(values, types, strict=True), start=1)
        ]
        distinct.set("on", exp.Tuple(expressions=keys))


def _own(select: exp.Select, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    return (node for node in list(select.find_all(kind)) if node.parent_select is select)
