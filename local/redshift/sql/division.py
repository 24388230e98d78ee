"""Exact division of decimals, and the small steps it is built of.

DuckDB divides decimals as doubles. Here they are divided as integers of up to 38 digits, and the
quotient is cut (not rounded) at the scale that Redshift gives it.
https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from functools import lru_cache

from sqlglot import exp

from local.redshift.sql.numeric import LONG, MAX_PRECISION, Decimal, quotient_type


def quotient(
    left: exp.Expr, right: exp.Expr, dividend: Decimal, divisor: Decimal
) -> tuple[exp.Expr, Decimal]:
    """`left / right`, which have these types, and the type of that."""
    type = quotient_type(dividend, divisor)
    shift = type.scale + divisor.scale - dividend.scale
    numerator = unscaled(left, dividend)
    if shift > 0:
        numerator = exp.Mul(this=numerator, expression=_power(shift))
    denominator = unscaled(right, divisor)
    if shift < 0:
        denominator = exp.Mul(this=denominator, expression=_power(-shift))
    whole = exp.paren(exp.IntDiv(this=exp.paren(numerator), expression=exp.paren(denominator)))
    return cast(scaled(whole, type.scale), str(type)), type


def unscaled(value: exp.Expr, type: Decimal) -> exp.Expr:
    """A decimal as the integer of its digits."""
    if type.scale:
        value = cast(value, str(Decimal(max(type.precision, LONG), type.scale)))
        value = exp.Mul(this=value, expression=_power(type.scale, f"DECIMAL({type.scale + 1},0)"))
    return cast(exp.paren(value), "HUGEINT")


def scaled(digits: exp.Expr, scale: int) -> exp.Expr:
    """An integer as a decimal with that many digits after the point."""
    unit = cast(
        exp.Literal.string(f"1e-{scale}"), f"DECIMAL({min(scale + 1, MAX_PRECISION)},{scale})"
    )
    return exp.paren(exp.Mul(this=cast(digits, "DECIMAL(38,0)"), expression=unit))


def cast(value: exp.Expr, type: str) -> exp.Cast:
    return exp.Cast(this=value, to=_data_type(type).copy())


def _power(exponent: int, type: str = "HUGEINT") -> exp.Expr:
    return cast(exp.Literal.string("1" + "0" * exponent), type)


@lru_cache(maxsize=1000)
def _data_type(type: str) -> exp.DataType:
    return exp.DataType.build(type, dialect="duckdb")
