"""What DuckDB binds in the end: the expressions of a statement's plan, with their types.

It shows the casts and functions that nobody wrote, which the tree of a statement does not.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
from sqlglot import exp

from local.redshift.sql.dialect import duckdb_sql
from local.redshift.sql.super.values import is_default

_LITERALS = (exp.Literal, exp.Null, exp.Boolean)
_OPERANDS = ("children", "case_checks", "else_expr", "child", "input", "lower", "upper")


def queries(root: exp.Expr) -> Iterator[exp.Expr]:
    """The statement's queries; a change is read as a query of what it computes."""
    match root:
        case exp.Query():
            yield root
        case exp.Create() | exp.Insert() if isinstance(root.expression, exp.Values):
            yield _listed(root.expression)
        case exp.Create() | exp.Insert() if isinstance(root.expression, exp.Query):
            query = root.expression.copy()
            if with_ := root.args.get("with_"):
                query.set("with_", with_.copy())
            yield query
        case exp.Update() | exp.Delete():
            yield _changed(root)
        case exp.Merge():
            yield from _merged(root)


def selected(values: list[exp.Expr], source: exp.Expr) -> exp.Select:
    """A query of these values over a relation."""
    copies = [value.copy() for value in values]
    return exp.Select(expressions=copies or [exp.Literal.number(1)]).from_(source.copy())


def _merged(merge: exp.Merge) -> Iterator[exp.Expr]:
    """What is compared and set, which sees both tables, and what is inserted."""
    changes = [pair.expression for it in merge.find_all(exp.Update) for pair in it.expressions]
    query = selected([it for it in changes if not is_default(it)], merge.this)
    yield query.join(merge.args["using"].copy(), join_type="cross").where(merge.args["on"].copy())
    for insert in merge.find_all(exp.Insert):
        values = insert.expression.expressions if insert.expression else []
        yield selected([it for it in values if not is_default(it)], merge.args["using"])


def _listed(rows: exp.Values) -> exp.Expr:
    """All values but literals in one row, for those of a column may have several types."""
    values = [value for row in rows.expressions for value in row.expressions]
    told = [it for it in values if not (isinstance(it, _LITERALS) or is_default(it))]
    return exp.Select(expressions=[it.copy() for it in told] or [exp.Literal.number(1)])


def _changed(root: exp.Update | exp.Delete) -> exp.Expr:
    tables = root.args.get("tables") or []
    first = root.this if isinstance(root.this, exp.Table) else tables[0]
    values = [pair.expression for pair in root.expressions if not is_default(pair.expression)]
    query = selected(values, first)
    others = list(root.args.get("using") or [])
    if found := root.args.get("from_"):
        others.append(found.this)
        query.set("joins", [join.copy() for join in found.this.args.get("joins") or []])
    for other in others:
        query = query.join(other.copy(), join_type="cross")
    if where := root.args.get("where"):
        query = query.where(where.this.copy())
    if with_ := root.args.get("with_"):
        query.set("with_", with_.copy())
    return query


def read(connection: duckdb.DuckDBPyConnection, query: exp.Expr) -> dict[str, Any]:
    """The plan of a query; `error` and `error_message` where it cannot be bound."""
    query = query.copy()
    for place in list(query.find_all(exp.Placeholder)):
        place.replace(exp.cast(exp.null(), "text"))
    found = connection.execute("select json_serialize_plan(?)", [duckdb_sql(query)]).fetchone()
    plan: dict[str, Any] = json.loads(found[0]) if found else {}
    return plan or {"error": True, "error_message": "no plan"}


def expressions(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All expressions of a plan."""
    return (node for node in _nodes(plan["plans"]) if "expression_class" in node)


def operands(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The expressions that an expression is made of."""
    return [child for part in _OPERANDS for child in _children(node.get(part))]


def function(node: dict[str, Any]) -> str:
    """The function that the expression calls, if it calls one."""
    path = (node.get("qname") or {}).get("path") or [""]
    return str(path[-1])


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    stack = [plan]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            stack += value.values()
        elif isinstance(value, list):
            stack += value


def _children(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [child for item in value for child in _children(item)]
    if not isinstance(value, dict):
        return []
    if "expression_class" in value:
        return [value]
    return [child for part in value.values() for child in _children(part)]
