"""SUPER values in functions, casts and comparisons, given the operands' types.

SUPER is DuckDB's JSON. Where Redshift's answer for a value is not documented (a number as VARCHAR,
say) the statement fails when it meets such a value.
https://docs.aws.amazon.com/redshift/latest/dg/operators-functions.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql import numeric
from local.redshift.sql.marks import built

SUPER = "JSON"  # as DuckDB names the carrier
_TEXT, _UNKNOWN = "VARCHAR", '"NULL"'

Types = list[str]
Settled = tuple[exp.Expr, str | None]
Arguments = list[exp.Expr]

_OF_SUPER: dict[
    str, tuple[str, list[str | int], str]
] = {  # name: the macro, its further arguments, what it returns
    "json_typeof": ("super_typeof", [], _TEXT),
    "json_serialize": ("super_serialize", [], _TEXT),
    "get_array_length": ("super_length", [], "INTEGER"),
    "array_flatten": ("super_flat", [], SUPER),
    "is_array": ("super_is", ["array"], "BOOLEAN"),
    "is_object": ("super_is", ["object"], "BOOLEAN"),
    "is_varchar": ("super_is", ["string"], "BOOLEAN"),
    "is_char": ("super_is_ascii", [], "BOOLEAN"),
    "is_boolean": ("super_is", ["boolean"], "BOOLEAN"),
    "is_decimal": ("super_is", ["number"], "BOOLEAN"),  # no number here is a float
    "is_float": ("super_is", ["float"], "BOOLEAN"),
    "is_scalar": ("super_is_scalar", [], "BOOLEAN"),
    "is_smallint": ("super_is_whole", [15], "BOOLEAN"),
    "is_integer": ("super_is_whole", [31], "BOOLEAN"),
    "is_bigint": ("super_is_whole", [63], "BOOLEAN"),
}
_OF_TEXT = {"json_parse": ("super_parse", SUPER), "can_json_parse": ("is_json", "BOOLEAN")}
NAMES = frozenset(
    (*_OF_SUPER, *_OF_TEXT, "array", "object", "array_concat", "subarray", "split_to_array")
)
_STRING = re.compile(r'"(\\.|[^"\\])*"')
_ODD_NUMBER = re.compile(r"[0-9][eE]|\.[0-9]*0(?![0-9])|[0-9]{16}|[0-9.]{17}|-0(?![.0-9])")
_NUMBER, _WHOLE = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "[+-]?[0-9]+"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
_MOMENTS = {
    "DATE": _DATE,
    "TIME": _TIME,
    "TIMESTAMP": f"{_DATE}([ T]{_TIME})?",
    "TIMESTAMPTZ": f"{_DATE}([ T]{_TIME}(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)?)?",
}
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def settled_call(call: exp.Anonymous, types: Types) -> Settled:
    """A function of SUPER values, its arguments' types known."""
    name, arguments = call.name.lower(), call.expressions
    if name in _OF_SUPER:
        macro, further, type = _OF_SUPER[name]
        _check(name, types, [SUPER])
        literals = [exp.Literal.string(x) if isinstance(x, str) else _number(x) for x in further]
        return built(macro, _null_as_super(arguments[0], types[0]), *literals), type
    if name in _OF_TEXT:
        macro, type = _OF_TEXT[name]
        _check(name, types, [_TEXT])
        if name == "json_parse" and _is_plain(arguments[0]):
            return _call("json", arguments[0]), SUPER
        return built(macro, exp.cast(arguments[0], "text")), type
    return _BUILDERS[name](arguments, types), SUPER


def _is_plain(text: exp.Expr) -> bool:
    """Whether a literal is JSON that DuckDB may read unchecked; rows of them are common."""
    if not text.is_string or _ODD_NUMBER.search(_STRING.sub("", text.name)):
        return False
    try:
        value = json.loads(text.name, object_pairs_hook=_distinct, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return value is not None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an attribute is there twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _check(name: str, types: Types, wanted: Types) -> None:
    fits = len(types) == len(wanted) and all(
        type in (expected, _UNKNOWN) for type, expected in zip(types, wanted, strict=True)
    )
    if not fits:
        listed = ", ".join("SUPER" if type == SUPER else type for type in types)
        raise NotSupported(f"function {name}({listed})")


def _null_as_super(value: exp.Expr, type: str) -> exp.Expr:
    return _super(exp.null()) if type == _UNKNOWN else value


def _array(arguments: Arguments, types: Types) -> exp.Expr:
    values = [to_super(*pair) for pair in zip(arguments, types, strict=True)]
    return _call("json_array", *values)


def _object(arguments: Arguments, types: Types) -> exp.Expr:
    keys = [key.name for key in arguments[::2]]
    if len(arguments) % 2 or not all(key.is_string for key in arguments[::2]):
        raise NotSupported("OBJECT with names that are not literals")
    if len(set(keys)) < len(keys):
        raise NotSupported("OBJECT with a name twice")
    pairs = [
        (exp.Literal.string(key), to_super(value, type))
        for key, value, type in zip(keys, arguments[1::2], types[1::2], strict=True)
    ]
    return _call("json_object", *(part for pair in pairs for part in pair))


def _concatenated(arguments: Arguments, types: Types) -> exp.Expr:
    _check("array_concat", types, [SUPER, SUPER])
    return built("super_concat", *map(_null_as_super, arguments, types))


def _slice(arguments: Arguments, types: Types) -> exp.Expr:
    if len(types) != 3 or not all(map(numeric.is_integer, types[1:])):
        raise NotSupported(f"function subarray({', '.join(types)})")
    _check("subarray", types[:1], [SUPER])
    return built("super_slice", _null_as_super(arguments[0], types[0]), *arguments[1:])


def _split(arguments: Arguments, types: Types) -> exp.Expr:
    _check("split_to_array", types, [_TEXT, _TEXT][: max(len(types), 1)])
    delimiter = arguments[1] if len(arguments) == 2 else exp.Literal.string(",")
    return built("super_split", exp.cast(arguments[0], "text"), delimiter)


_BUILDERS: dict[str, Callable[[Arguments, Types], exp.Expr]] = {
    "array": _array,
    "object": _object,
    "array_concat": _concatenated,
    "subarray": _slice,
    "split_to_array": _split,
}


def to_super(value: exp.Expr, type: str) -> exp.Expr:
    """A value of any type that SUPER can have."""
    if type == SUPER:
        return value
    if type == _UNKNOWN:
        return _super(exp.null())
    if numeric.decimal(type) is not None and not numeric.is_integer(type):
        return built("super_decimal", value)
    if numeric.is_integer(type) or type in (_TEXT, "BOOLEAN"):
        return _call("to_json", value)
    raise NotSupported(f"{type} as SUPER", "cast it to DECIMAL or VARCHAR")


def cast_super(node: exp.Cast, length: int | None) -> Settled:
    """A SUPER value as another type: NULL where its own type does not fit."""
    value, type = node.this, node.to.sql(dialect="duckdb")
    if type == SUPER:
        return value, SUPER
    if type == "TEXT":
        text: exp.Expr = built("super_as_text", value)
        if length is not None:
            text = built("text_prefix", text, _number(length))
        return text, _TEXT
    node.set("this", _read(value, node.to, type))
    return node, None


def _read(value: exp.Expr, to: exp.DataType, type: str) -> exp.Expr:
    if to.this in exp.DataType.INTEGER_TYPES:
        return built("super_as_number", value, exp.Literal.string(_WHOLE))
    if to.this in exp.DataType.NUMERIC_TYPES:
        return built("super_as_number", value, exp.Literal.string(_NUMBER))
    if type == "BOOLEAN":
        return built("super_as_boolean", value)
    if type in _MOMENTS:
        return built("super_as_moment", value, exp.Literal.string(_MOMENTS[type]))
    raise NotSupported(f"CAST of SUPER to {type}")


def compare_super(node: exp.Binary, types: Types) -> Settled:
    """A comparison with a SUPER value; of different dynamic types it is false, an order NULL."""
    left, right = to_super(node.this, types[0]), to_super(node.expression, types[1])
    if isinstance(node, exp.EQ):
        return built("super_equal", left, right), "BOOLEAN"
    if isinstance(node, exp.NEQ):
        return built("super_different", left, right), "BOOLEAN"
    order = built("super_compared", left, right)
    compared = type(node)(this=order, expression=_number(0))
    return exp.paren(compared), "BOOLEAN"


def check_operands(node: exp.Expr, types: Types) -> None:
    """Refuse an operator or function that Redshift has for SUPER and we have not."""
    if SUPER in types:
        name = node.name if isinstance(node, exp.Anonymous) else type(node).__name__
        raise NotSupported(f"a SUPER value in {name.upper()}", "cast it")


def check_count(name: str, arguments: Arguments) -> None:
    """Raise a SqlError where a function has too few or too many arguments."""
    least, most = {
        "array": (0, 1000),
        "object": (0, 1000),
        "array_concat": (2, 2),
        "subarray": (3, 3),
        "split_to_array": (1, 2),
    }.get(name, (1, 1))
    if not least <= len(arguments) <= most:
        raise SqlError(f"function {name}() with {len(arguments)} arguments does not exist")


def _super(value: exp.Expr) -> exp.Expr:
    return exp.cast(value, "json")


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)
