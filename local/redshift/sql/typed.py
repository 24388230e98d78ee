"""What depends on the types of operands: learning the types, and having the rules applied.

DuckDB's own binder is asked for the types: one DESCRIBE with all operands of a SELECT over the same
FROM. Inner SELECTs come before outer ones, so that every type asked for is already Redshift's.
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql import numeric
from local.redshift.sql.blanks import COMPARING, compared
from local.redshift.sql.functions import AGGREGATES
from local.redshift.sql.marks import is_marked, unmark
from local.redshift.sql.probe import probe
from local.redshift.sql.rules import TEXT, TIMESTAMPTZ, UNKNOWN, Wrap, rule
from local.redshift.sql.super_functions import NAMES

Describe = Callable[[exp.Expr], list[str]]  # the column types of a query

_TRANSPARENT = (exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_SAME_TYPE = ("min", "max", "any_value")  # aggregates whose type is their argument's


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
            if not chosen:
                raise NotSupported(f"{pending[0].sql(dialect='redshift')} at this place")
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
        settled, type = rule(node)(node, types, wrap)
        if type is not None:
            self._remember(settled, type)
        if settled is not target:
            target.replace(settled)


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


def _operands(node: exp.Expr) -> list[exp.Expr]:
    """The operands whose types matter to the node."""
    match node:
        case exp.Anonymous(name="dateadd" | "date_add"):
            return [node.expressions[2]]
        case exp.Anonymous(name="datediff" | "date_diff"):
            return node.expressions[1:]
        case exp.Anonymous(name="nullif"):
            return compared(node)
        case exp.Anonymous() if node.name in NAMES:
            return node.expressions
        case exp.Anonymous():
            return [_value(argument) for argument in node.expressions[:1]]
        case node if isinstance(node, COMPARING):
            return compared(node)
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
        case node if isinstance(node, COMPARING) and not isinstance(node, exp.Case):
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
    return {"INT": "INTEGER", "TEXT": TEXT, "REAL": "FLOAT", "TIMESTAMPTZ": TIMESTAMPTZ}.get(
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
