"""No SUPER value where DuckDB would take it for its JSON text.

DuckDB casts JSON to VARCHAR wherever that fits, so a function or an operator nobody thought of
would see quotes and braces. What is bound in the end is read from DuckDB's plan; what is sorted or
grouped keys.py reads from the tree.
"""

import re
from collections.abc import Callable
from typing import Any

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql.plan import expressions, function, operands, queries, read
from local.redshift.sql.super.functions import NAMES, SUPER
from local.redshift.sql.super.keys import settle_keys
from local.redshift.sql.super.paths import paths

Describe = Callable[[exp.Expr], list[str]]

_TAKERS = {  # of SUPER values
    *("json_extract", "json_extract_string", "->>", "json_type", "json_array", "json_object"),
    *("to_json", "json", "json_keys", "json_array_length", "list_value", "list_concat"),
    *("list_transform", "list_filter"),  # what a lambda captures
    *("count", "any_value", "first", "constant_or_null", "error"),
}
_KEEPERS = ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "CASE_EXPR", "OPERATOR_COALESCE")
_NO_FUNCTION = re.compile(r"No function matches .* argument types '([^(]+)\(.*\bJSON\b.*\)'")
_WORDS = {
    "COMPARE_IN": "IN",
    "COMPARE_NOT_IN": "NOT IN",
    "COMPARE_BETWEEN": "BETWEEN",
    "COMPARE_EQUAL": "CASE or NULLIF",
}


def may_have_super(held: frozenset[str], root: exp.Expr) -> bool:
    """Whether a SUPER value may occur in the statement; `held` are the types of all columns."""
    if any(call.name.lower() in NAMES for call in root.find_all(exp.Anonymous)):
        return True
    if any(type.this is exp.DType.SUPER for type in root.find_all(exp.DataType)):
        return True
    return SUPER in held or next(paths(root), None) is not None


def check_super(connection: duckdb.DuckDBPyConnection, root: exp.Expr, describe: Describe) -> None:
    """Refuse SUPER values at places where they would be compared or read as text.

    Raises:
        NotSupported: with the place.
    """
    settle_keys(root, describe)
    if isinstance(root, exp.Merge):
        _check_merge(root, describe)
        return
    for query in queries(root):
        _check_plan(connection, query)


def _check_merge(merge: exp.Merge, describe: Describe) -> None:
    tables = exp.Select(expressions=[exp.Star()]).from_(merge.this.copy())
    if SUPER in describe(tables.join(merge.args["using"].copy(), join_type="cross")):
        raise NotSupported("MERGE of tables with SUPER columns")


def _check_plan(connection: duckdb.DuckDBPyConnection, query: exp.Expr) -> None:
    plan = read(connection, query)
    if plan["error"]:
        if match := _NO_FUNCTION.search(str(plan["error_message"])):
            raise NotSupported(f"a SUPER value in {match[1].upper()}", "cast it")
        raise duckdb.BinderException(plan["error_message"])
    for node in expressions(plan):
        _check_expression(node)


def _check_expression(node: dict[str, Any]) -> None:
    children = operands(node)
    name = function(node)
    if name == "__cast":
        _check_cast(node, children[0])
        return
    if name == "->>" and not _is_super(children[0]):
        raise NotSupported("navigation into a value that is not SUPER", "use JSON_PARSE")
    kind = node["type"]
    takes = name in _TAKERS or kind in _KEEPERS or kind in ("BOUND_REF", "BOUND_UNNEST")
    takes = takes or node["expression_class"] in (
        "BOUND_LAMBDA",
        "BOUND_LAMBDA_REF",
        "BOUND_WINDOW",
    )
    if not takes and any(map(_is_super, children)):
        place = name if name and name.isidentifier() else _WORDS.get(kind, name or kind)
        raise NotSupported(f"a SUPER value in {place.upper()}", "cast it")


def _check_cast(node: dict[str, Any], child: dict[str, Any]) -> None:
    if _is_super(node) == _is_super(child):
        return
    if _is_super(node):
        if (child.get("value") or {}).get("is_null") or function(child) == "error":
            return
        raise NotSupported("a SUPER value beside one of another type", "use JSON_PARSE or a cast")
    raise NotSupported("a SUPER value beside one of another type", "cast it")


def _is_super(node: dict[str, Any]) -> bool:
    type = node.get("return_type") or (node.get("value") or {}).get("type") or {}
    return ((type.get("type_info") or {}).get("alias")) == SUPER
