"""TO_CHAR and TO_NUMBER with the pictures of numbers that PostgreSQL 8 and Redshift share.

A picture has 9, 0, a group separator (G or a comma), a decimal point (D or a point), FM, and a sign
in front (S) or behind (S, MI, PR). TO_NUMBER passes over a currency sign ($ or L), too.
https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_formating.html
"""

import re
from dataclasses import dataclass

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError

_PICTURE = re.compile(
    r"(?P<fill>FM)?(?P<before>S)?(?P<whole>[09,G]*)(?P<point>[.D](?P<fraction>[09]*))?"
    r"(?P<after>S|MI|PR)?",
    re.IGNORECASE,
)
_READ = {
    **{"9": "[0-9]?", "0": "[0-9]", ",": ",?", "G": ",?", ".": r"\.?", "D": r"\.?"},
    **{"S": "[-+]?", "$": r"\$?", "L": r"\$?", " ": r"\s*"},
}
_MAX_DIGITS = 38

Arguments = list[exp.Expr]


@dataclass(frozen=True)
class Picture:
    """How TO_CHAR writes a number; `sign` is S_, _S, _MI, _PR or nothing."""

    whole: str
    point: str
    fraction: str
    sign: str
    is_filled: bool

    @property
    def width(self) -> int:
        return len(self.whole + self.point + self.fraction)

    @property
    def zeros(self) -> int:
        """How many digits before the point are written in any case."""
        digits = self.whole.replace(",", "")
        return len(digits) - digits.index("0") if "0" in digits else 0


def to_char(value: exp.Expr, format: str) -> exp.Expr:
    """TO_CHAR of a number."""
    picture = _picture(format)
    scale = len(picture.fraction)
    rounded = exp.cast(
        _call("round", value.copy(), exp.Literal.number(scale)), f"decimal(38, {scale})"
    )
    text = _unsigned(picture, rounded)
    is_negative = exp.LT(this=rounded.copy(), expression=exp.Literal.number(0))
    return exp.paren(_signed(picture, text, is_negative))


def to_number(arguments: Arguments) -> exp.Expr:
    """TO_NUMBER gives a decimal with the digits of its picture."""
    if len(arguments) != 2:
        raise SqlError("function to_number() takes a text and a format")
    text, format = arguments
    if not format.is_string:
        raise NotSupported("TO_NUMBER with a format that is not a literal")
    picture = format.name.upper().replace("MI", "S")
    if refused := next((character for character in picture if character not in _READ), None):
        raise NotSupported(f"TO_NUMBER with the pattern {refused}")
    whole, _, fraction = picture.replace("D", ".").partition(".")
    scale = _digits(fraction)
    precision = _digits(whole) + scale
    if not 0 < precision <= _MAX_DIGITS:
        raise SqlError(f"TO_NUMBER with {precision} digits")
    pattern = exp.Literal.string(r"\s*" + "".join(map(_READ.__getitem__, picture)) + r"\s*")
    return exp.cast(_macro("number_from", text, pattern), f"decimal({precision}, {scale})")


def _digits(picture: str) -> int:
    return picture.count("9") + picture.count("0")


def _picture(format: str) -> Picture:
    found = _PICTURE.fullmatch(format)
    if not found or (found["before"] and found["after"]):
        raise NotSupported(f"TO_CHAR with the number format {format!r}")
    sign = f"{'S_' if found['before'] else ''}{'_' if found['after'] else ''}{found['after'] or ''}"
    picture = Picture(
        whole=found["whole"].upper().replace("G", ","),
        point="." if found["point"] else "",
        fraction=found["fraction"] or "",
        sign=sign.upper(),
        is_filled=not found["fill"],
    )
    if picture.whole.startswith(",") or not _digits(picture.whole):
        raise NotSupported(f"TO_CHAR with the number format {format!r}")
    return picture


def _unsigned(picture: Picture, rounded: exp.Expr) -> exp.Expr:
    """The digits, separators and point without sign and blanks."""
    digits = exp.cast(_call("abs", rounded.copy()), "varchar")
    zeros, scale = exp.Literal.number(picture.zeros), exp.Literal.number(len(picture.fraction))
    whole = _macro("picture_whole", digits, zeros, scale)
    text = _macro("picture_grouped", whole, exp.Literal.string(picture.whole))
    if not picture.point:
        return text
    fraction: exp.Expr = _call(
        "split_part", digits.copy(), exp.Literal.string("."), exp.Literal.number(2)
    )
    if not picture.is_filled:
        kept = picture.fraction.rindex("0") + 1 if "0" in picture.fraction else 0
        pattern = exp.Literal.string(f"^([0-9]{{{kept}}}[0-9]*?)0*$")
        fraction = _call("regexp_replace", fraction, pattern, exp.Literal.string("\\1"))
    return _joined(text, exp.Literal.string("."), fraction)


def _signed(picture: Picture, text: exp.Expr, is_negative: exp.Expr) -> exp.Expr:
    def sign(negative: str, positive: str) -> exp.Expr:
        case = exp.Case().when(is_negative.copy(), exp.Literal.string(negative))
        return case.else_(exp.Literal.string(positive))

    blank = " " if picture.is_filled else ""
    match picture.sign:
        case "S_":
            return _padded(picture, _joined(sign("-", "+"), text), 1)
        case "_S":
            return _joined(_padded(picture, text, 0), sign("-", "+"))
        case "_MI":
            return _joined(_padded(picture, text, 0), sign("-", blank))
        case "_PR":
            opened = _padded(picture, _joined(sign("<", ""), text), 1)
            return _joined(opened, sign(">", blank))
    return _padded(picture, _joined(sign("-", ""), text), 1)


def _padded(picture: Picture, text: exp.Expr, extra: int) -> exp.Expr:
    if not picture.is_filled:
        return text
    width = exp.Literal.number(picture.width + extra)
    return _call("lpad", text, width, exp.Literal.string(" "))


def _joined(first: exp.Expr, *others: exp.Expr) -> exp.Expr:
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    return exp.paren(first)


def _macro(name: str, *arguments: exp.Expr) -> exp.Expr:
    return _call(f"local_redshift.{name}", *arguments)


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
