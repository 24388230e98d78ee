"""Redshift's numeric types and the types of what is computed from them.

https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

import re
from dataclasses import dataclass

MAX_PRECISION = 38
LONG = 19  # the precision from which on DuckDB computes with 128 bits

_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_INTEGERS = {"TINYINT": 5, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 19}
_FLOATS = ("FLOAT", "DOUBLE")
_ORDER = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


@dataclass(frozen=True)
class Decimal:
    """DECIMAL(precision, scale)."""

    precision: int
    scale: int

    def __str__(self) -> str:
        return f"DECIMAL({self.precision},{self.scale})"


def is_integer(type: str) -> bool:
    return type in _INTEGERS


def is_float(type: str) -> bool:
    return type in _FLOATS


def is_numeric(type: str) -> bool:
    return is_integer(type) or is_float(type) or decimal(type) is not None


def decimal(type: str) -> Decimal | None:
    """The DECIMAL that a type is, or that an integer counts as; None for any other type."""
    if match := _DECIMAL.fullmatch(type):
        return Decimal(int(match[1]), int(match[2]))
    return Decimal(_INTEGERS[type], 0) if type in _INTEGERS else None


def with_whole_digit(type: str) -> str | None:
    """The type to write a DECIMAL's text from where DuckDB would write .50; None for any other."""
    found = decimal(type)
    if found is None or found.precision != found.scale or found.precision == MAX_PRECISION:
        return None
    return str(Decimal(found.precision + 1, found.scale))


def wider(left: str, right: str) -> str:
    """The type of `left` and `right` together, where one of them is an integer or a float."""
    if is_float(left) or is_float(right):
        return "FLOAT" if left == right == "FLOAT" else "DOUBLE"
    return max(left, right, key=_ORDER.index)


def sum_type(left: Decimal, right: Decimal) -> Decimal:
    """The type of a sum or a difference."""
    scale = max(left.scale, right.scale)
    whole = max(left.precision - left.scale, right.precision - right.scale)
    return Decimal(min(whole + 1 + scale, MAX_PRECISION), scale)


def product_type(left: Decimal, right: Decimal) -> Decimal:
    precision = min(left.precision + right.precision + 1, MAX_PRECISION)
    return Decimal(precision, left.scale + right.scale)


def quotient_type(left: Decimal, right: Decimal) -> Decimal:
    scale = max(4, left.scale + right.precision - right.scale + 1)
    precision = left.precision - left.scale + right.scale + scale
    if precision > MAX_PRECISION:
        scale = max(MAX_PRECISION + scale - precision, 4)
        precision = MAX_PRECISION
    return Decimal(precision, scale)
