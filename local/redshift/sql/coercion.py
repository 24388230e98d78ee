"""VARBYTE and TIMETZ: DuckDB has these types, but reads their texts in another way.

So nothing becomes such a value, and such a value nothing else, but by what stands here.
https://docs.aws.amazon.com/redshift/latest/dg/r_VARBYTE_type.html
https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html
"""

from collections.abc import Iterable

from sqlglot import exp

from local.redshift.errors import NotSupported
from local.redshift.sql.division import cast
from local.redshift.sql.marks import built
from local.redshift.sql.types import char_length, redshift_type

VARBYTE, TIMETZ = "BLOB", "TIME WITH TIME ZONE"  # as DuckDB names the types
_NAMES = {VARBYTE: "VARBYTE", TIMETZ: "TIMETZ"}  # as Redshift does
COERCED = frozenset(_NAMES)
CHAR_AS_VARBYTE = ("what may be a CHAR as VARBYTE", "cast it to VARCHAR, and that to VARBYTE")
_TEXT, _UNKNOWN = "VARCHAR", '"NULL"'
_HEX_DIGITS = {"SMALLINT": 4, "INTEGER": 8, "BIGINT": 16}  # of integers as VARBYTE

Settled = tuple[exp.Expr, str | None]


def coerced_type(types: Iterable[str]) -> str | None:
    """VARBYTE or TIMETZ, if one of the types is."""
    return next((type for type in types if type in COERCED), None)


def shown_type(type: str) -> str:
    """DuckDB's name of a type, but Redshift's of these."""
    return _NAMES.get(type, type)


def target(cast: exp.Cast) -> str | None:
    """VARBYTE or TIMETZ, if that is what is cast to."""
    name = cast.to.this
    return VARBYTE if name is exp.DType.VARBINARY else TIMETZ if name is exp.DType.TIMETZ else None


def coerced(value: exp.Expr, type: str, to: str) -> exp.Expr:
    """A value where a VARBYTE or TIMETZ is expected: a text is read as one.

    Raises:
        NotSupported: it is neither that nor a text.
    """
    if type == to:
        return value
    if type == _UNKNOWN:
        return cast(exp.null(), to)
    if (type, to) == ("TIME", TIMETZ):
        return cast(value, to)
    if type == _TEXT:
        return _read(value, to)
    raise NotSupported(f"{shown_type(type)} as {shown_type(to)}", "cast it")


def cast_to(node: exp.Cast, type: str, to: str) -> Settled:
    """A cast to VARBYTE or TIMETZ."""
    value = node.this
    if to == VARBYTE and type in _HEX_DIGITS:
        value = built("integer_bytes", value, exp.Literal.number(_HEX_DIGITS[type]))
    elif to == TIMETZ and type in ("TIME", "TIMESTAMP WITH TIME ZONE"):
        value = cast(value, to)
    elif type in (to, _TEXT, _UNKNOWN):
        value = coerced(value, type, to)
    else:
        raise NotSupported(f"CAST of {shown_type(type)} to {shown_type(to)}")
    length = node.meta.get("length")
    return value if length is None else built("fitting_bytes", value, _number(length)), to


def cast_from(node: exp.Cast, type: str) -> exp.Expr:
    """The operand of a cast of a VARBYTE or TIMETZ, as DuckDB can cast it.

    Raises:
        NotSupported: Redshift has no such cast, or we have not.
    """
    value: exp.Expr = node.this
    to, call = node.to.this, node.meta.get("call")
    if call and type == VARBYTE:
        raise NotSupported(f"a VARBYTE value in {call}", "cast it")
    if to is exp.DType.TEXT:
        return built("bytes_text" if type == VARBYTE else "timetz_text", value)
    if type == TIMETZ and to is exp.DType.TIME:
        return value
    name = redshift_type(node.to.sql(dialect="duckdb")).upper()
    raise NotSupported(f"CAST of {shown_type(type)} to {name}")


def may_be_char(value: exp.Expr) -> bool:
    """Whether the text may be a CHAR, whose blanks count in a VARBYTE but are not stored."""
    match value:
        case exp.Column():
            return bool(value.meta.get("may_be_char"))
        case exp.Cast():
            return char_length(value.to) is not None
        case exp.DPipe():
            return False
        case exp.Anonymous() if value.name.lower() not in _KEEPERS:
            return value.name == "local_redshift.char_text"
    return any(map(may_be_char, value.iter_expressions()))


_KEEPERS = (  # functions that give one of their arguments
    *("any_value", "coalesce", "first_value", "greatest", "lag", "last_value", "lead", "least"),
    *("max", "min", "nth_value", "local_redshift.without_blanks"),
    *("decode", "nullif", "nvl", "nvl2"),
)


def _read(text: exp.Expr, to: str) -> exp.Expr:
    if to == TIMETZ:
        return built("timetz_value", text)
    if may_be_char(text):
        raise NotSupported(*CHAR_AS_VARBYTE)
    return exp.Anonymous(this="encode", expressions=[text])


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)
