"""Asking DuckDB for the types of operands: a SELECT of them over the same FROM, only described.

An operand of a grouped SELECT is wrapped in any_value, which keeps its type. Where the operand
belongs to a correlated subquery, the question is nested in the SELECTs around it.
"""

from collections.abc import Callable
from functools import partial

import duckdb
from sqlglot import exp

from local.redshift.sql.functions.table import AGGREGATES

Describe = Callable[[exp.Expr], list[str]]


def probe(scope: exp.Expr, operands: list[exp.Expr], describe: Describe) -> list[str]:
    """The DuckDB types of operands that stand in `scope`.

    Raises:
        duckdb.Error: an operand cannot be bound; the error is the one the statement would give.
    """
    failure: duckdb.Error | None = None
    levels, attempt = _levels(scope), operands
    for is_spelled in (False, True):
        if is_spelled:
            attempt = [_without_aliases(scope, operand) for operand in operands]
        for depth in range(1, len(levels) + 1):
            try:
                return describe(_question(levels[:depth], attempt, is_spelled))
            except duckdb.BinderException as error:
                failure = failure or error
    assert failure is not None  # every attempt either returned or failed
    raise failure


def projection_types(select: exp.Select, describe: Describe) -> list[str]:
    """The DuckDB types of a SELECT's columns."""
    question = select.copy()
    for part in ("distinct", "order", "limit", "offset", "with_"):
        question.set(part, None)
    ctes, is_recursive = visible_ctes(select)
    if ctes:
        question.set("with_", exp.With(expressions=ctes, recursive=is_recursive))
    return describe(question)


def source_types(select: exp.Select, describe: Describe) -> list[str]:
    """The DuckDB types of all columns that the SELECT's FROM has."""
    question = _over(select, [])
    question.set("expressions", [exp.Star()])
    ctes, is_recursive = visible_ctes(select)
    if ctes:
        question.set("with_", exp.With(expressions=ctes, recursive=is_recursive))
    return describe(question)


def _levels(scope: exp.Expr) -> list[exp.Expr]:
    """The scope, then the SELECTs around it."""
    levels, node = [scope], scope.parent
    while node is not None:
        if isinstance(node, exp.Select | exp.Update | exp.Delete | exp.Merge):
            levels.append(node)
        node = node.parent
    return levels


def _question(levels: list[exp.Expr], operands: list[exp.Expr], is_spelled: bool) -> exp.Select:
    inner, *outer = levels
    if not outer:
        question = _over_group(inner, operands, is_spelled)
    else:
        singles = [_over_group(inner, [operand], is_spelled) for operand in operands]
        for level in outer[:-1]:
            singles = [_over(level, [exp.Subquery(this=single)]) for single in singles]
        question = _over(outer[-1], [exp.Subquery(this=single) for single in singles])
    ctes, is_recursive = visible_ctes(inner)
    if ctes:
        question.set("with_", exp.With(expressions=ctes, recursive=is_recursive))
    return question


def _over(scope: exp.Expr, projections: list[exp.Expr]) -> exp.Select:
    """The projections over the FROM of the scope; ON conditions do not matter to types."""
    named = [exp.alias_(value, f"t{index}") for index, value in enumerate(projections)]
    question = exp.Select(expressions=named)
    sources = _sources(scope)
    if sources:
        question.set("from_", exp.From(this=sources[0]))
        question.set("joins", sources[1:])
    return question


def _over_group(scope: exp.Expr, operands: list[exp.Expr], is_spelled: bool) -> exp.Select:
    """The operands over the FROM of the scope, grouped where one of them is an aggregate."""
    question = _over(scope, [_wrapped(scope, operand) for operand in operands])
    group = scope.args.get("group")
    if group and any(map(_is_aggregated, operands)):
        question.set("group", _group(scope, group, is_spelled))
    return question


def _sources(scope: exp.Expr) -> list[exp.Expr]:
    """What the scope reads: one relation, then joins."""
    joins: list[exp.Expr] = []
    if isinstance(scope, exp.Merge):
        return [scope.this.copy(), exp.Join(this=scope.args["using"].copy(), kind="CROSS")]
    if isinstance(scope, exp.Update | exp.Delete):
        first = (scope.this or scope.args["tables"][0]).copy()
        others = scope.args.get("using") or []
        if found := scope.args.get("from_"):
            others = [found.this]
        return [first, *(exp.Join(this=other.copy(), kind="CROSS") for other in others)]
    if not scope.args.get("from_"):
        return []
    for join in scope.args.get("joins") or []:
        copied = join.copy()
        if copied.args.get("on"):
            copied.set("on", exp.true())
        joins.append(copied)
    return [scope.args["from_"].this.copy(), *joins]


def _wrapped(scope: exp.Expr, operand: exp.Expr) -> exp.Expr:
    if _is_aggregated(operand) or not scope.args.get("from_"):
        return operand.copy()
    return exp.Anonymous(this="any_value", expressions=[operand.copy()])


def _is_aggregated(node: exp.Expr) -> bool:
    if node.find(exp.Window):
        return True
    return any(
        call.name.lower() in AGGREGATES
        for call in node.find_all(exp.Anonymous)
        if call.find_ancestor(exp.Select) is node.find_ancestor(exp.Select)
    )


def _group(scope: exp.Expr, group: exp.Group, is_spelled: bool) -> exp.Expr:
    """The GROUP BY with ordinals (and aliases) spelled out, for other projections."""
    copied: exp.Expr = group.copy()
    if is_spelled:
        copied = copied.transform(partial(_spelled_out, _named(scope)))
    for node in list(copied.expressions):
        if isinstance(node, exp.Literal) and node.name.isdigit():
            position = int(node.name) - 1
            if position < len(scope.expressions):
                node.replace(scope.expressions[position].unalias().copy())
    return copied


def _without_aliases(scope: exp.Expr, operand: exp.Expr) -> exp.Expr:
    """The operand with the SELECT's own aliases replaced by what they stand for.

    That may be an alias again, of a column before; one named as itself is a column of FROM.
    """
    spelled = operand.copy()
    for name, value in reversed(_named(scope).items()):
        spelled = spelled.transform(partial(_spelled_out, {name: value}))
    return spelled


def _named(scope: exp.Expr) -> dict[str, exp.Expr]:
    return {
        projection.alias: projection.this
        for projection in scope.expressions
        if isinstance(projection, exp.Alias)
    }


def _spelled_out(named: dict[str, exp.Expr], node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column) and not node.table and node.name in named:
        return exp.paren(named[node.name].copy())
    return node


def visible_ctes(scope: exp.Expr) -> tuple[list[exp.Expr], bool]:
    """The common table expressions that the scope may name, as far as they are settled."""
    ctes: list[exp.Expr] = []
    is_recursive = False
    child: exp.Expr | None = None
    node: exp.Expr | None = scope
    while node is not None:
        with_ = node if isinstance(node, exp.With) else node.args.get("with_")
        if isinstance(with_, exp.With) and with_ is not child:
            is_recursive = is_recursive or bool(with_.args.get("recursive"))
            ctes = [*_before(with_, child), *ctes]
        child, node = node, node.parent
    return ctes, is_recursive


def _before(with_: exp.With, inside: exp.Expr | None) -> list[exp.Expr]:
    """The definitions before the one we are inside of; of a recursive one, its first part."""
    visible: list[exp.Expr] = []
    for cte in with_.expressions:
        if inside is not None and cte is inside:
            start = cte.this.this if isinstance(cte.this, exp.Union) else None
            if start is not None and with_.args.get("recursive"):
                visible.append(exp.CTE(this=start.copy(), alias=cte.args["alias"].copy()))
            break
        visible.append(cte.copy())
    return visible
