"""No VARBYTE or TIMETZ value where DuckDB would do something else with it than Redshift.

DuckDB reads a text beside a VARBYTE as \\x escapes, and has functions of its own for both types.
What is bound in the end is read from its plan.
"""

import re
from typing import Any

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql.coercion import COERCED, TIMETZ, VARBYTE, shown_type
from local.redshift.sql.plan import expressions, function, operands, queries, read

_TAKERS = {  # of such values; what coercion.py and macros.sql call, and what keeps the type
    VARBYTE: {"hex", "octet_length", "decode", "to_base64", "||"},
    TIMETZ: {"+", "hour", "minute", "second", "millisecond", "timetz_byte_comparable"},
}
_KEEPERS = {
    *("any_value", "arg_max", "arg_min", "constant_or_null", "count", "error", "first"),
    *("list_filter", "max", "min"),  # a lambda captures what it names
    *("=", "<>", "!=", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"),
}
_CASTS = {  # that mean the same in both
    *((VARBYTE, "BIT"), (TIMETZ, "TIME"), ("TIME", TIMETZ)),
    ("TIMESTAMP WITH TIME ZONE", TIMETZ),
}
_NO_FUNCTION = re.compile(r"No function matches .* argument types '([^(]+)\(")


def check_coerced(connection: duckdb.DuckDBPyConnection, root: exp.Expr) -> None:
    """Refuse VARBYTE and TIMETZ values at places where DuckDB would decide what they mean.

    Raises:
        NotSupported: with the place.
    """
    for query in queries(root):
        plan = read(connection, query)
        if plan["error"]:
            raise _refusal(str(plan["error_message"]))
        for node in expressions(plan):
            _check(node)


def _refusal(message: str) -> Exception:
    type = next((type for type in COERCED if type in message.splitlines()[0]), None)
    if type is None:
        return duckdb.BinderException(message)
    match = _NO_FUNCTION.search(message)
    place = f"in {match[1].upper()}" if match else "beside one of another type"
    return NotSupported(f"a {shown_type(type)} value {place}", "cast it")


def _check(node: dict[str, Any]) -> None:
    children = operands(node)
    name = function(node)
    if name == "__cast":
        _check_cast(_type(children[0]), _type(node))
        return
    for type in COERCED & set(map(_type, children)):
        if name and name not in _TAKERS[type] | _KEEPERS:
            raise NotSupported(f"a {shown_type(type)} value in {name.upper()}", "cast it")


def _check_cast(type: str, to: str) -> None:
    is_ours = type in COERCED or to in COERCED
    if is_ours and type not in (to, "NULL") and (type, to) not in _CASTS:
        found = type if type in COERCED else to
        raise NotSupported(f"a {shown_type(found)} value beside one of another type", "cast it")


def _type(node: dict[str, Any]) -> str:
    type = node.get("return_type") or (node.get("value") or {}).get("type") or {}
    return str(type.get("id"))
