"""What Redshift computes where DuckDB would compute something else, given the operands' types.

One rule for each kind of marked node; a rule gives the replacement and its type, if it knows it.
"""

from collections.abc import Callable

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql import numeric
from local.redshift.sql.blanks import COMPARING, cut, without_blanks
from local.redshift.sql.dates import dateadd, datediff, extracted, part_name
from local.redshift.sql.division import cast, quotient, scaled, unscaled
from local.redshift.sql.functions import macro
from local.redshift.sql.super_functions import (
    COMPARISONS,
    NAMES,
    SUPER,
    cast_super,
    check_operands,
    compare_super,
    settled_call,
    to_super,
)
from local.redshift.sql.types import INTEGERS

TEXT, UNKNOWN = "VARCHAR", '"NULL"'
TIMESTAMPTZ = "TIMESTAMP WITH TIME ZONE"

Wrap = Callable[[exp.Expr], exp.Expr]  # dresses each call in the replacement: OVER goes with it
Settled = tuple[exp.Expr, str | None]
Rule = Callable[..., Settled]  # of the node, its operands' types, and the dress

_MOMENTS = ("DATE", "TIMESTAMP", TIMESTAMPTZ)
_TIME_PARTS = ("hour", "minute", "second", "millisecond", "microsecond")


def rule(node: exp.Expr) -> Rule:
    """The rule for a marked node."""
    found = _found(node)
    if found in _SUPER_RULES:
        return found

    def checked(node: exp.Expr, types: list[str], wrap: Wrap) -> Settled:
        check_operands(node, types)
        return found(node, types, wrap)

    return checked


def _found(node: exp.Expr) -> Rule:
    if isinstance(node, exp.Anonymous):
        return _super_call if node.name in NAMES else _CALLS[node.name]
    return _compare if isinstance(node, COMPARING) else _NODES[type(node)]


def _super_call(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    return settled_call(node, types)


def _compare(node: exp.Expr, types: list[str], wrap: Wrap) -> Settled:
    if SUPER in types and isinstance(node, COMPARISONS):
        return compare_super(node, types)
    check_operands(node, types)
    if TEXT in types and set(types) <= {TEXT, UNKNOWN}:
        without_blanks(node)
    return node, None if isinstance(node, exp.Case) else "BOOLEAN"


def _nullif(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    if TEXT in types and set(types) <= {TEXT, UNKNOWN}:
        value, other = (operand.copy() for operand in node.expressions)
        is_other = exp.EQ(this=cut(value), expression=cut(other))
        return exp.paren(exp.Case().when(is_other, exp.null()).else_(value)), TEXT
    return node, None


def _divide(node: exp.Div, types: list[str], wrap: Wrap) -> Settled:
    first, second = _infer(node, types)
    left, right = _operand(node.this), _operand(node.expression)
    if numeric.is_float(first) or numeric.is_float(second):
        return _widened(exp.Div(this=left, expression=right), first, second)
    if numeric.is_integer(first) and numeric.is_integer(second):
        return exp.paren(exp.IntDiv(this=left, expression=right)), numeric.wider(first, second)
    dividend, divisor = numeric.decimal(first), numeric.decimal(second)
    if dividend is None or divisor is None:
        raise SqlError(f"operator does not exist: {first.lower()} / {second.lower()}")
    divided, type = quotient(left, right, dividend, divisor)
    return divided, str(type)


def _infer(node: exp.Binary, types: list[str]) -> list[str]:
    """A literal text or a parameter beside a number is such a number."""
    left, right = types
    if left in (TEXT, UNKNOWN) and _is_untyped(node.this) and numeric.is_numeric(right):
        node.set("this", cast(node.this, right))
        return [right, right]
    if right in (TEXT, UNKNOWN) and _is_untyped(node.expression) and numeric.is_numeric(left):
        node.set("expression", cast(node.expression, left))
        return [left, left]
    return types


def _is_untyped(node: exp.Expr) -> bool:
    return isinstance(node, exp.Placeholder | exp.Null) or bool(node.is_string)


def _arithmetic(node: exp.Binary, types: list[str], wrap: Wrap) -> Settled:
    """DuckDB agrees but for a FLOAT4 with another type, which is FLOAT8, and untyped texts.

    Of two decimals of up to 18 digits it makes no longer one, unless one of them is cast to it.
    """
    types = _infer(node, types)
    if numeric.is_float(types[0]) or numeric.is_float(types[1]):
        return _widened(node, *types)
    first, second = numeric.decimal(types[0]), numeric.decimal(types[1])
    is_decimal = first and second and not all(map(numeric.is_integer, types))
    if first and second and is_decimal and not isinstance(node, exp.Mod):
        rule = numeric.product_type if isinstance(node, exp.Mul) else numeric.sum_type
        if rule(first, second).precision >= numeric.LONG > max(first.precision, second.precision):
            long = str(numeric.Decimal(numeric.LONG, first.scale))
            node.set("this", cast(_operand(node.this), long))
    return node, None


def _widened(node: exp.Binary, first: str, second: str) -> Settled:
    if not (numeric.is_numeric(first) and numeric.is_numeric(second)):
        return node, None
    wider = numeric.wider(first, second)
    if wider == "DOUBLE" and "FLOAT" in (first, second):
        left, right = cast(_operand(node.this), wider), cast(_operand(node.expression), wider)
        node = type(node)(this=left, expression=right)
    return (exp.paren(node) if isinstance(node, exp.Div) else node), wider


def _concatenate(node: exp.DPipe, types: list[str], wrap: Wrap) -> Settled:
    node.set("this", _text(node.this, types[0]))
    node.set("expression", _text(node.expression, types[1]))
    return node, TEXT


def _cast_node(node: exp.Cast, types: list[str], wrap: Wrap) -> Settled:
    (type,) = types
    if type == SUPER and node.meta.get("is_char"):
        raise NotSupported("a cast of SUPER to CHAR", "cast to VARCHAR first")
    if type == SUPER:
        return cast_super(node, node.meta.get("length"))
    if node.to.this is exp.DType.JSON:
        return to_super(node.this, type), SUPER
    if node.to.this in INTEGERS:
        if type == TEXT:
            node.set("this", macro("integer_text", node.this))
        return node, None
    if node.to.this is not exp.DType.TEXT:
        return node, None
    text = cast(_text(node.this, type), TEXT)
    length = node.meta.get("length")
    if length is None:
        return text, TEXT
    fit = "text_prefix" if type in (TEXT, UNKNOWN) else "number_text"
    fitting = macro(fit, text, exp.Literal.number(length))
    return macro("char_text", fitting) if node.meta.get("is_char") else fitting, TEXT


def _try_cast(node: exp.TryCast, types: list[str], wrap: Wrap) -> Settled:
    """TRY_CAST of a text is NULL where the cast would fail."""
    (type,) = types
    if type not in (TEXT, UNKNOWN):
        raise NotSupported(f"TRY_CAST of {type}")
    if node.to.this not in INTEGERS:
        return node, None
    whole = exp.Literal.string(r"\s*[+-]?[0-9]+\s*")
    is_whole = _call("regexp_full_match", [node.this, whole])
    return exp.paren(exp.Case().when(is_whole, node.copy())), None


def _text(value: exp.Expr, type: str) -> exp.Expr:
    """A value as the text that Redshift would write."""
    if type == "BOOLEAN":
        raise SqlError("cannot cast type boolean to character varying")
    if numeric.is_float(type):
        return macro("float8_text" if type == "DOUBLE" else "float4_text", value)
    shown = numeric.with_whole_digit(type)
    return cast(value, shown) if shown else value


def _sum(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    (type,) = types
    if not numeric.is_numeric(type) and type != UNKNOWN:
        raise SqlError(f"function sum({type.lower()}) does not exist")
    total = wrap(_call("sum", node.expressions))
    if numeric.is_integer(type):
        return cast(total, "BIGINT"), "BIGINT"
    found = numeric.decimal(type)
    return total, f"DECIMAL(38,{found.scale})" if found else "DOUBLE"


def _average(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """AVG of integers is cut to BIGINT; of decimals it keeps their scale."""
    (type,) = types
    if numeric.is_float(type) or type == UNKNOWN:
        return wrap(_call("avg", node.expressions)), "DOUBLE"
    found = numeric.decimal(type)
    if found is None:
        raise SqlError(f"function avg({type.lower()}) does not exist")
    total, count = wrap(_call("sum", node.expressions)), wrap(_call("count", node.expressions))
    divisor = _call("nullif", [count, exp.Literal.number(0)])
    if numeric.is_integer(type):
        return cast(exp.IntDiv(this=total, expression=divisor), "BIGINT"), "BIGINT"
    digits = exp.IntDiv(this=unscaled(total, found), expression=divisor)
    average = f"DECIMAL(38,{found.scale})"
    return cast(scaled(exp.paren(digits), found.scale), average), average


def _median(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """The middle of two decimals has one digit more than they have."""
    (type,), (value,) = types, node.expressions
    if isinstance(value, exp.Distinct):
        raise NotSupported("MEDIAN of DISTINCT values")
    found = numeric.decimal(type)
    if found is not None:
        if found.precision >= numeric.MAX_PRECISION:
            raise NotSupported(f"MEDIAN of {type}", "cast it to a smaller DECIMAL")
        value = cast(value, str(numeric.Decimal(found.precision + 1, found.scale + 1)))
    elif type == "FLOAT":
        value = cast(value, "DOUBLE")
    return wrap(_call("median", [value])), None


def _truncate(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """TRUNC of a moment is its date; of a number it is without (or with fewer) decimals."""
    if types[0] in _MOMENTS:
        return cast(node.expressions[0], "DATE"), "DATE"
    if not numeric.is_numeric(types[0]):
        raise SqlError(f"function trunc({types[0].lower()}) does not exist")
    return _call("trunc", node.expressions), None


def _percentile(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """PERCENTILE_CONT of decimals has a scale of its own, which is known for the median only."""
    (type,), (value, fraction) = types, node.expressions
    if numeric.is_float(type):
        arguments = [cast(value, "DOUBLE"), fraction]
        return wrap(_call("quantile_cont", arguments)), "DOUBLE"
    if numeric.is_numeric(type) and fraction.name in ("0.5", ".5", "0.50"):
        return _median(exp.Anonymous(this="median", expressions=[value]), types, wrap)
    raise NotSupported(f"PERCENTILE_CONT of {type}", "cast it to FLOAT")


def _ratio(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """RATIO_TO_REPORT is a value's share of the window's sum."""
    window = node.parent
    if not isinstance(window, exp.Window):
        raise SqlError("function ratio_to_report() requires an OVER clause")
    if window.args.get("order") or window.args.get("spec"):
        raise SqlError("RATIO_TO_REPORT takes no ORDER BY and no frame")
    if not numeric.is_numeric(types[0]):
        raise SqlError(f"function ratio_to_report({types[0].lower()}) does not exist")
    value = cast(node.expressions[0], "DOUBLE")
    total = wrap(_call("sum", [value]))
    return exp.paren(exp.Div(this=value, expression=total)), "DOUBLE"


def _extract(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    (type,), (value, part) = types, node.expressions
    part_type = "DOUBLE" if type == TIMESTAMPTZ else None
    return extracted(value, part.name, type == TIMESTAMPTZ), part_type


def _date_difference(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    part, *moments = node.expressions
    if types == ["TIME", "TIME"]:
        _check_time_part(part)
        return datediff(part, *moments), "BIGINT"
    starting, ending = (cast(moment, "TIMESTAMP") for moment in moments)
    return datediff(part, starting, ending), "BIGINT"


def _check_time_part(part: exp.Expr) -> None:
    if part_name(part) not in _TIME_PARTS:
        raise SqlError(f'"{part.name.lower()}" is not a part of a time')


def _add_to_date(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    part, count, moment = node.expressions
    if types[0] == "TIME":
        _check_time_part(part)
        return dateadd(part, count, moment), "TIME"
    if types[0] == TIMESTAMPTZ:
        return dateadd(part, count, moment), types[0]
    return dateadd(part, count, cast(moment, "TIMESTAMP")), "TIMESTAMP"


def _operand(node: exp.Expr) -> exp.Expr:
    return exp.paren(node) if isinstance(node, exp.Binary | exp.Neg) else node


def _call(name: str, arguments: list[exp.Expr]) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


_CALLS: dict[str, Rule] = {
    "sum": _sum,
    "avg": _average,
    "median": _median,
    "nullif": _nullif,
    "trunc": _truncate,
    "dateadd": _add_to_date,
    "date_add": _add_to_date,
    "datediff": _date_difference,
    "date_diff": _date_difference,
    "extract": _extract,
    "percentile_cont": _percentile,
    "ratio_to_report": _ratio,
}

_NODES: dict[type, Rule] = {
    exp.Div: _divide,
    exp.Add: _arithmetic,
    exp.Sub: _arithmetic,
    exp.Mul: _arithmetic,
    exp.DPipe: _concatenate,
    exp.Cast: _cast_node,
    exp.TryCast: _try_cast,
}

_SUPER_RULES = (_super_call, _compare, _cast_node)
