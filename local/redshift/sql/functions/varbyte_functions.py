"""Functions of VARBYTE values, given the operands' types.

LEN, SUBSTRING and the like are functions of texts, too: those are marked only in statements in
which a VARBYTE may occur.
https://docs.aws.amazon.com/redshift/latest/dg/varbyte-functions.html
"""

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.coercion import CHAR_AS_VARBYTE, VARBYTE, coerced, may_be_char, shown_type
from local.redshift.sql.marks import built

_OF_BYTES = {"getbit": 2, "from_varbyte": 2}  # with the numbers of arguments
_OF_TEXT = {"to_varbyte": 2, "from_hex": 1}
_OF_BOTH = {  # by name and number of arguments: the macro, and what it returns
    ("len", 1): ("byte_length", "INTEGER"),
    ("length", 1): ("byte_length", "INTEGER"),
    ("octet_length", 1): ("byte_length", "INTEGER"),
    ("substr", 2): ("bytes_part_from", VARBYTE),
    ("substr", 3): ("bytes_part_for", VARBYTE),
    ("to_hex", 1): ("bytes_hex", "VARCHAR"),
}
MAKERS = frozenset((*_OF_BYTES, *_OF_TEXT))  # functions of or to VARBYTE alone
OVERLOADED = frozenset((*(name for name, _ in _OF_BOTH), "hll"))  # HLL takes all but VARBYTE
_FORMATS = {
    **{"hex": "hex", "binary": "binary", "base64": "base64"},
    **dict.fromkeys(("utf8", "utf-8", "utf_8"), "text"),
}
_TEXTS = ("VARCHAR", '"NULL"')

Settled = tuple[exp.Expr, str | None]


def check_count(call: exp.Anonymous) -> None:
    """Raise a SqlError where a function of VARBYTE alone has too few or too many arguments."""
    name = call.name.lower()
    if len(call.expressions) != (_OF_BYTES | _OF_TEXT)[name]:
        count = len(call.expressions)
        raise SqlError(f"function {name}() with {count} arguments does not exist")


def varbyte_call(call: exp.Anonymous, type: str) -> Settled:
    """A function of or to VARBYTE; `type` is its first argument's."""
    name, (value, *others) = call.name.lower(), call.expressions
    if name in _OF_TEXT:
        if may_be_char(value):
            raise NotSupported(*CHAR_AS_VARBYTE)
        if type not in _TEXTS:
            raise NotSupported(f"function {name}({shown_type(type)})", "cast it to VARCHAR")
        format = "hex" if name == "from_hex" else _format(name, others[0])
        return built(f"bytes_of_{format}", exp.cast(value, "text")), VARBYTE
    if type not in (VARBYTE, '"NULL"'):
        raise NotSupported(f"function {name}({shown_type(type)})", "cast it to VARBYTE")
    value = coerced(value, type, VARBYTE)
    if name == "getbit":
        return built("bit_of_bytes", value, *others), "INTEGER"
    return built(f"bytes_{_format(name, others[0])}", value), "VARCHAR"


def overloaded_call(call: exp.Anonymous) -> Settled:
    """A function of a VARBYTE that exists for texts, too."""
    name, arguments = call.name.lower(), call.expressions
    if (name, len(arguments)) not in _OF_BOTH:
        words = ", ".join(["VARBYTE", *("..." for _ in arguments[1:])])
        raise NotSupported(f"function {name}({words})", "cast it")
    macro, type = _OF_BOTH[name, len(arguments)]
    return built(macro, *arguments), type


def concatenated(left: exp.Expr, right: exp.Expr, types: list[str]) -> Settled:
    """`||`, `+` and CONCAT of two VARBYTE values, or of one and NULL."""
    if not set(types) <= {VARBYTE, '"NULL"'}:
        words = map(shown_type, types)
        raise NotSupported(f"the concatenation of {' and '.join(words)}", "cast one of them")
    first, second = (
        coerced(value, type, VARBYTE) for value, type in zip((left, right), types, strict=True)
    )
    return exp.paren(exp.DPipe(this=first, expression=second)), VARBYTE


def _format(name: str, format: exp.Expr) -> str:
    if not format.is_string:
        raise NotSupported(f"{name.upper()} with a format that is not a literal")
    found = _FORMATS.get(format.name.lower())
    if found is None:
        raise SqlError(f"{name.upper()} has no format '{format.name}'")
    return found
