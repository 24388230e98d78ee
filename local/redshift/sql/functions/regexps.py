"""REGEXP_COUNT, _INSTR, _REPLACE and _SUBSTR with their positions, occurrences and parameters.

What is a number or a parameter must be a literal, so that what is refused is refused before
anything runs. PCRE (the parameter 'p') has look-around, which DuckDB's expressions have not.
https://docs.aws.amazon.com/redshift/latest/dg/REGEXP_SUBSTR.html
"""

import re

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError

_BEGINNING = re.compile(r"(?<!\[)\^|\\[Ab]", re.IGNORECASE)

Arguments = list[exp.Expr]


def regexp_count(arguments: Arguments) -> exp.Expr:
    """REGEXP_COUNT(text, pattern [, position [, parameters]])"""
    text, pattern, position, parameters = _filled("REGEXP_COUNT", arguments, "1", "c")
    flags = _flags("REGEXP_COUNT", parameters)
    found = _macro("matches", text, _checked(pattern, position), position, flags)
    return exp.cast(_call("len", found), "int")


def regexp_substr(arguments: Arguments) -> exp.Expr:
    """REGEXP_SUBSTR(text, pattern [, position [, occurrence [, parameters]]])"""
    text, pattern, position, occurrence, parameters = _filled(
        "REGEXP_SUBSTR", arguments, "1", "1", "c"
    )
    flags = _flags("REGEXP_SUBSTR", parameters)
    return _macro("match", text, _checked(pattern, position), position, occurrence, flags)


def regexp_instr(arguments: Arguments) -> exp.Expr:
    """REGEXP_INSTR(text, pattern [, position [, occurrence [, option [, parameters]]]])"""
    text, pattern, position, occurrence, option, parameters = _filled(
        "REGEXP_INSTR", arguments, "1", "1", "0", "c"
    )
    if occurrence.name == "0":
        raise NotSupported("REGEXP_INSTR of occurrence 0")
    if option.name not in ("0", "1"):
        raise SqlError("the option of REGEXP_INSTR must be 0 or 1")
    flags = _flags("REGEXP_INSTR", parameters)
    pattern = _checked(pattern, position)
    return _macro("match_position", text, pattern, position, occurrence, option, flags)


def regexp_replace(arguments: Arguments) -> exp.Expr:
    """REGEXP_REPLACE(text, pattern [, replacement [, position [, parameters]]])"""
    text, pattern, replacement, position, parameters = _filled(
        "REGEXP_REPLACE", arguments, "", "1", "c"
    )
    flags = exp.Literal.string(f"{_flags('REGEXP_REPLACE', parameters).name}g")
    pattern, replacement = _checked(pattern, position), _macro("replacement", replacement)
    if position.name == "1":
        return _call("regexp_replace", text, pattern, replacement, flags)
    before = exp.Sub(this=position, expression=exp.Literal.number(1))
    kept, rest = _call("left", text.copy(), before), _call("substring", text, position.copy())
    replaced = _call("regexp_replace", rest, pattern, replacement, flags)
    return exp.paren(exp.DPipe(this=kept, expression=replaced))


def _filled(function: str, arguments: Arguments, *defaults: str) -> Arguments:
    """The arguments with what is left out; from the third on they are literals."""
    if not 2 <= len(arguments) <= len(defaults) + 2:
        raise SqlError(f"function {function.lower()}() with {len(arguments)} arguments")
    added = [_literal(text) for text in defaults[len(arguments) - 2 :]]
    filled = [*arguments, *added]
    for given, default in zip(filled[2:], defaults, strict=True):
        is_number = default.isdigit()
        if is_number and not (isinstance(given, exp.Literal) and given.name.isdigit()):
            raise NotSupported(f"{function} with a number that is not a literal of at least 0")
    return filled


def _literal(text: str) -> exp.Expr:
    return exp.Literal.number(text) if text.isdigit() else exp.Literal.string(text)


def _flags(function: str, parameters: exp.Expr) -> exp.Expr:
    """DuckDB's options: c and i mean the same there."""
    if not parameters.is_string:
        raise NotSupported(f"{function} with parameters that are not a literal")
    if refused := next((letter for letter in parameters.name if letter not in "ci"), None):
        raise NotSupported(f"{function} with the parameter {refused!r}")
    return exp.Literal.string(parameters.name[-1:] or "c")


def _checked(pattern: exp.Expr, position: exp.Expr) -> exp.Expr:
    """A search that begins later must not ask where the text begins."""
    if position.name in ("0", "1"):
        return pattern
    if not pattern.is_string or _BEGINNING.search(pattern.name):
        raise NotSupported("a regular expression with ^ (or not a literal) and a position")
    return pattern


def _macro(name: str, *arguments: exp.Expr) -> exp.Expr:
    return _call(f"local_redshift.{name}", *arguments)


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
