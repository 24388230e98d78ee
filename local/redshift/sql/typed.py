"""What depends on the types of operands: division, SUM, AVG, MEDIAN, TRUNC, DATEADD, casts to text.

DuckDB's own binder is asked for the types: one DESCRIBE with all operands of a SELECT over the same
FROM. Inner SELECTs come before outer ones, so that every type asked for is already Redshift's.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql import numeric
from local.redshift.sql.dates import dateadd
from local.redshift.sql.functions import AGGREGATES, macro
from local.redshift.sql.marks import is_marked, unmark
from local.redshift.sql.probe import probe
from local.redshift.sql.types import INTEGERS

TEXT, UNKNOWN = "VARCHAR", '"NULL"'

Describe = Callable[[exp.Expr], list[str]]  # the column types of a query

_TRANSPARENT = (exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_SAME_TYPE = ("min", "max", "any_value")  # aggregates whose type is their argument's
_MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


def settle(root: exp.Expr, describe: Describe) -> None:
    """Replace every marked node by what Redshift would compute."""
    for select in _selects(root):
        _Scope(select, describe).settle()
    if not isinstance(root, exp.Select):
        _Scope(root, describe).settle()


def _selects(node: exp.Expr) -> Iterator[exp.Select]:
    """Every SELECT, the ones it depends on first."""
    parts = sorted(node.args, key=lambda part: {"with_": 0, "from_": 1, "joins": 2}.get(part, 3))
    for part in parts:
        children = node.args[part]
        for child in children if isinstance(children, list) else [children]:
            if isinstance(child, exp.Expr):
                yield from _selects(child)
    if isinstance(node, exp.Select):
        yield node


class _Scope:
    """One SELECT (or the rest of a statement); its inner marked nodes are settled first."""

    def __init__(self, root: exp.Expr, describe: Describe) -> None:
        self._root = root
        self._describe = describe
        self._types: dict[int, str] = {}  # by the node's identity
        self._kept: list[exp.Expr] = []  # keeps identities from being used again

    def settle(self) -> None:
        while pending := [node for node in self._own_nodes() if is_marked(node)]:
            ready = [node for node in pending if not any(map(_has_marks, self._leaves(node)))]
            plain = [node for node in ready if not any(map(_aggregates, self._leaves(node)))]
            chosen = plain or ready
            self._ask([leaf for node in chosen for leaf in self._leaves(node)])
            for node in chosen:
                self._settle_node(node)

    def _own_nodes(self) -> list[exp.Expr]:
        """Children before parents; nothing of an inner SELECT."""
        nodes = []
        stack = [self._root]
        while stack:
            node = stack.pop()
            nodes.append(node)
            stack += [
                child for child in node.iter_expressions() if not isinstance(child, exp.Select)
            ]
        return nodes[::-1]

    def _leaves(self, node: exp.Expr) -> list[exp.Expr]:
        """The operands whose types the node's type follows from."""
        leaves: list[exp.Expr] = []
        stack = list(_operands(node))
        while stack:
            operand = stack.pop()
            if isinstance(operand, _TRANSPARENT) or (is_marked(operand) and _operands(operand)):
                stack += _operands(operand)
            elif _is_same_type(operand):
                stack += operand.expressions
            elif id(operand) not in self._types:
                leaves.append(operand)
        return leaves

    def _ask(self, leaves: list[exp.Expr]) -> None:
        """Learn the types of operands that no rule gives."""
        unknown = []
        for leaf in leaves:
            type = _own_type(leaf)
            if type is None:
                unknown.append(leaf)
            else:
                self._remember(leaf, type)
        if unknown:
            for leaf, type in zip(unknown, probe(self._root, unknown, self._describe), strict=True):
                self._remember(leaf, type)

    def _remember(self, node: exp.Expr, type: str) -> None:
        self._kept.append(node)
        self._types[id(node)] = type

    def _type(self, node: exp.Expr) -> str:
        if id(node) in self._types:
            return self._types[id(node)]
        if isinstance(node, exp.Paren | exp.Neg):
            return self._type(node.this)
        if _is_same_type(node):
            return self._type(node.expressions[0])
        type = _own_type(node) or (
            self._arithmetic_type(node) if isinstance(node, exp.Binary) else None
        )
        if type is None:
            (type,) = probe(self._root, [node], self._describe)
        self._remember(node, type)
        return type

    def _arithmetic_type(self, node: exp.Binary) -> str | None:
        left, right = self._type(node.this), self._type(node.expression)
        if not (numeric.is_numeric(left) and numeric.is_numeric(right)):
            return None
        if numeric.is_float(left) or numeric.is_float(right):
            return numeric.wider(left, right)
        if numeric.is_integer(left) and numeric.is_integer(right):
            return numeric.wider(left, right)
        rule = numeric.product_type if isinstance(node, exp.Mul) else numeric.sum_type
        first, second = numeric.decimal(left), numeric.decimal(right)
        return str(rule(first, second)) if first and second else None

    def _settle_node(self, node: exp.Expr) -> None:
        types = [self._type(operand) for operand in _operands(node)]
        unmark(node)
        target, wrap = _place(node)
        settled, type = _rule(node)(node, types, wrap)
        if type is not None:
            self._remember(settled, type)
        if settled is not target:
            target.replace(settled)


Wrap = Callable[[exp.Expr], exp.Expr]
Settled = tuple[exp.Expr, str | None]  # and its type, where the rule knows it


def _place(node: exp.Expr) -> tuple[exp.Expr, Wrap]:
    """What is replaced, and how each call in the replacement is dressed: OVER goes with it."""
    window = node.parent
    if not isinstance(window, exp.Window) or window.this is not node:
        return node, lambda call: call

    def over(call: exp.Expr) -> exp.Expr:
        dressed = window.copy()
        dressed.set("this", call)
        return dressed

    return window, over


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
    type = numeric.quotient_type(dividend, divisor)
    return _quotient(left, right, dividend, divisor, type), str(type)


def _infer(node: exp.Binary, types: list[str]) -> list[str]:
    """A literal text or a parameter beside a number is such a number."""
    left, right = types
    if left in (TEXT, UNKNOWN) and _is_untyped(node.this) and numeric.is_numeric(right):
        node.set("this", _cast(node.this, right))
        return [right, right]
    if right in (TEXT, UNKNOWN) and _is_untyped(node.expression) and numeric.is_numeric(left):
        node.set("expression", _cast(node.expression, left))
        return [left, left]
    return types


def _is_untyped(node: exp.Expr) -> bool:
    return isinstance(node, exp.Placeholder | exp.Null) or bool(node.is_string)


def _quotient(
    left: exp.Expr,
    right: exp.Expr,
    dividend: numeric.Decimal,
    divisor: numeric.Decimal,
    type: numeric.Decimal,
) -> exp.Expr:
    """Exact decimal division in integers of 38 digits, cut (not rounded) at the result's scale."""
    shift = type.scale + divisor.scale - dividend.scale
    numerator = _unscaled(left, dividend)
    if shift > 0:
        numerator = exp.Mul(this=numerator, expression=_power(shift))
    denominator = _unscaled(right, divisor)
    if shift < 0:
        denominator = exp.Mul(this=denominator, expression=_power(-shift))
    whole = exp.paren(exp.IntDiv(this=exp.paren(numerator), expression=exp.paren(denominator)))
    return _cast(_scaled(whole, type.scale), str(type))


def _unscaled(value: exp.Expr, type: numeric.Decimal) -> exp.Expr:
    """A decimal as the integer of its digits."""
    if type.scale:
        value = exp.Mul(this=value, expression=_power(type.scale, f"DECIMAL({type.scale + 1},0)"))
    return _cast(exp.paren(value), "HUGEINT")


def _scaled(digits: exp.Expr, scale: int) -> exp.Expr:
    """An integer as a decimal with that many digits after the point."""
    unit = _cast(exp.Literal.string(f"1e-{scale}"), f"DECIMAL({min(scale + 1, 38)},{scale})")
    return exp.paren(exp.Mul(this=_cast(digits, "DECIMAL(38,0)"), expression=unit))


def _power(exponent: int, type: str = "HUGEINT") -> exp.Expr:
    return _cast(exp.Literal.string("1" + "0" * exponent), type)


def _arithmetic(node: exp.Binary, types: list[str], wrap: Wrap) -> Settled:
    """DuckDB agrees but for a FLOAT4 with another type, which is FLOAT8, and untyped texts."""
    types = _infer(node, types)
    if numeric.is_float(types[0]) or numeric.is_float(types[1]):
        return _widened(node, *types)
    return node, None


def _widened(node: exp.Binary, first: str, second: str) -> Settled:
    if not (numeric.is_numeric(first) and numeric.is_numeric(second)):
        return node, None
    wider = numeric.wider(first, second)
    if wider == "DOUBLE" and "FLOAT" in (first, second):
        left, right = _cast(_operand(node.this), wider), _cast(_operand(node.expression), wider)
        node = type(node)(this=left, expression=right)
    return (exp.paren(node) if isinstance(node, exp.Div) else node), wider


def _concatenate(node: exp.DPipe, types: list[str], wrap: Wrap) -> Settled:
    node.set("this", _text(node.this, types[0]))
    node.set("expression", _text(node.expression, types[1]))
    return node, TEXT


def _cast_node(node: exp.Cast, types: list[str], wrap: Wrap) -> Settled:
    (type,) = types
    if node.to.this in INTEGERS:
        if type == TEXT:
            node.set("this", macro("integer_text", node.this))
        return node, None
    text = _cast(_text(node.this, type), TEXT)
    length = node.meta.get("length")
    if length is None:
        return text, TEXT
    fit = "text_prefix" if type in (TEXT, UNKNOWN) else "number_text"
    return macro(fit, text, exp.Literal.number(length)), TEXT


def _text(value: exp.Expr, type: str) -> exp.Expr:
    """A value as the text that Redshift would write."""
    if type == "BOOLEAN":
        raise SqlError("cannot cast type boolean to character varying")
    if numeric.is_float(type):
        return macro("float8_text" if type == "DOUBLE" else "float4_text", value)
    return value


def _sum(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    (type,) = types
    if not numeric.is_numeric(type) and type != UNKNOWN:
        raise SqlError(f"function sum({type.lower()}) does not exist")
    total = wrap(_call("sum", node.expressions))
    if numeric.is_integer(type):
        return _cast(total, "BIGINT"), "BIGINT"
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
        return _cast(exp.IntDiv(this=total, expression=divisor), "BIGINT"), "BIGINT"
    digits = exp.IntDiv(this=_unscaled(total, found), expression=divisor)
    average = f"DECIMAL(38,{found.scale})"
    return _cast(_scaled(exp.paren(digits), found.scale), average), average


def _median(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """The middle of two decimals has one digit more than they have."""
    (type,), (value,) = types, node.expressions
    found = numeric.decimal(type)
    if found is not None:
        if found.precision >= numeric.MAX_PRECISION:
            raise NotSupported(f"MEDIAN of {type}", "cast it to a smaller DECIMAL")
        value = _cast(value, str(numeric.Decimal(found.precision + 1, found.scale + 1)))
    elif type == "FLOAT":
        value = _cast(value, "DOUBLE")
    return wrap(_call("median", [value])), None


def _truncate(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    """TRUNC of a moment is its date; of a number it is without (or with fewer) decimals."""
    if types[0] in _MOMENTS:
        return _cast(node.expressions[0], "DATE"), "DATE"
    if not numeric.is_numeric(types[0]):
        raise SqlError(f"function trunc({types[0].lower()}) does not exist")
    return _call("trunc", node.expressions), None


def _add_to_date(node: exp.Anonymous, types: list[str], wrap: Wrap) -> Settled:
    part, count, moment = node.expressions
    if types[0] == "TIMESTAMP WITH TIME ZONE":
        return dateadd(part, count, moment), types[0]
    return dateadd(part, count, _cast(moment, "TIMESTAMP")), "TIMESTAMP"


_CALLS = {
    "sum": _sum,
    "avg": _average,
    "median": _median,
    "trunc": _truncate,
    "dateadd": _add_to_date,
    "date_add": _add_to_date,
}
_NODES: dict[type, Callable[..., Settled]] = {
    exp.Div: _divide,
    exp.Add: _arithmetic,
    exp.Sub: _arithmetic,
    exp.Mul: _arithmetic,
    exp.DPipe: _concatenate,
    exp.Cast: _cast_node,
}


def _rule(node: exp.Expr) -> Callable[..., Settled]:
    return _CALLS[node.name] if isinstance(node, exp.Anonymous) else _NODES[type(node)]


def _operands(node: exp.Expr) -> list[exp.Expr]:
    """The operands whose types matter to the node."""
    match node:
        case exp.Anonymous(name="dateadd" | "date_add"):
            return [node.expressions[2]]
        case exp.Anonymous():
            return [_value(argument) for argument in node.expressions[:1]]
        case exp.Binary():
            return [node.this, node.expression]
        case exp.Cast() | exp.Paren() | exp.Neg():
            return [node.this]
    return []


def _value(argument: exp.Expr) -> exp.Expr:
    return argument.expressions[0] if isinstance(argument, exp.Distinct) else argument


def _is_same_type(node: exp.Expr) -> bool:
    return (
        isinstance(node, exp.Anonymous) and node.name in _SAME_TYPE and len(node.expressions) == 1
    )


def _has_marks(node: exp.Expr) -> bool:
    return any(is_marked(inner) for inner in node.walk() if not isinstance(inner, exp.Select))


def _aggregates(node: exp.Expr) -> bool:
    return any(call.name.lower() in AGGREGATES for call in node.find_all(exp.Anonymous))


def _own_type(node: exp.Expr) -> str | None:
    """The type of what carries it along; None where DuckDB must be asked."""
    match node:
        case exp.Placeholder() | exp.Literal(is_string=True):
            return TEXT
        case exp.Null():
            return UNKNOWN
        case exp.Boolean():
            return "BOOLEAN"
        case exp.Literal():
            return _number_type(node.name)
        case exp.Cast() if not is_marked(node) or node.to.this not in (exp.DType.TEXT,):
            return _cast_type(node.to)
        case exp.Anonymous(name="count" | "row_number"):
            return "BIGINT"
    return None


def _cast_type(type: exp.DataType) -> str:
    text = type.sql(dialect="duckdb").replace(", ", ",")
    return {"INT": "INTEGER", "TEXT": TEXT, "REAL": "FLOAT", "TIMESTAMPTZ": _MOMENTS[2]}.get(
        text, text
    )


def _number_type(digits: str) -> str | None:
    if "." in digits and "e" not in digits.lower():
        whole, _, fraction = digits.partition(".")
        return str(numeric.Decimal(max(len(whole.lstrip("0")) + len(fraction), 1), len(fraction)))
    if not digits.isdigit():
        return "DOUBLE"
    if int(digits) < 2**31:
        return "INTEGER"
    return "BIGINT" if int(digits) < 2**63 else None


def _operand(node: exp.Expr) -> exp.Expr:
    return exp.paren(node) if isinstance(node, exp.Binary | exp.Neg) else node


def _cast(value: exp.Expr, type: str) -> exp.Cast:
    return exp.Cast(this=value, to=_data_type(type).copy())


@lru_cache(maxsize=1000)
def _data_type(type: str) -> exp.DataType:
    return exp.DataType.build(type, dialect="duckdb")


def _call(name: str, arguments: list[exp.Expr]) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])
