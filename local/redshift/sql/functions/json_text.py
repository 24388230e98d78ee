"""Functions that read JSON in a VARCHAR, and what they say of JSON that is none.

What a path names is answered as it is written in the text; DuckDB writes it anew, so where the two
may differ (blanks, numbers such as 1.10) the statement fails.
https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html
"""

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError

_MAX_DEPTH = 5

Arguments = list[exp.Expr]


def json_extract_path_text(arguments: Arguments) -> exp.Expr:
    """JSON_EXTRACT_PATH_TEXT(text, element [, ...] [, null_if_invalid])"""
    (text, *elements), is_lenient = _lenient("json_extract_path_text", arguments)
    if not 1 <= len(elements) <= _MAX_DEPTH:
        raise SqlError(f"function json_extract_path_text() takes 1 to {_MAX_DEPTH} path elements")
    path: exp.Expr = exp.Literal.string("$")
    for element in elements:
        if element.is_string and '"' in element.name:
            raise NotSupported(f"the path element {element.name!r}")
        for piece in (exp.Literal.string('."'), element, exp.Literal.string('"')):
            path = exp.DPipe(this=path, expression=piece)
    valid = _valid(text, is_lenient)
    return _macro("json_node_text", text, _call("json_extract", valid, exp.paren(path)))


def json_extract_array_element_text(arguments: Arguments) -> exp.Expr:
    """JSON_EXTRACT_ARRAY_ELEMENT_TEXT(text, position [, null_if_invalid])"""
    (text, *rest), is_lenient = _lenient("json_extract_array_element_text", arguments)
    if len(rest) != 1:
        raise SqlError("function json_extract_array_element_text() takes a text and a position")
    (position,) = rest
    if isinstance(position, exp.Neg):  # DuckDB counts from the end
        return exp.cast(exp.null(), "text")
    index = _call("nullif", _call("greatest", position, exp.Literal.number(-1)), _minus_one())
    element = _call("json_extract", _array(text, is_lenient), exp.cast(index, "bigint"))
    return _macro("json_node_text", text, element)


def json_array_length(arguments: Arguments) -> exp.Expr:
    """JSON_ARRAY_LENGTH(text [, null_if_invalid])"""
    (text, *rest), is_lenient = _lenient("json_array_length", arguments)
    if rest:
        raise SqlError("function json_array_length() takes a text")
    return exp.cast(_call("json_array_length", _array(text, is_lenient)), "int")


def is_valid_json(arguments: Arguments) -> exp.Expr:
    """Whether a text is a JSON object."""
    return _is("OBJECT", "is_valid_json", arguments)


def is_valid_json_array(arguments: Arguments) -> exp.Expr:
    """Whether a text is a JSON array."""
    return _is("ARRAY", "is_valid_json_array", arguments)


def _lenient(function: str, arguments: Arguments) -> tuple[Arguments, bool]:
    """The arguments without `null_if_invalid`, and what that says."""
    if not arguments:
        raise SqlError(f"function {function}() takes a JSON text")
    if len(arguments) > 1 and isinstance(arguments[-1], exp.Boolean):
        return arguments[:-1], bool(arguments[-1].this)
    return arguments, False


def _valid(text: exp.Expr, is_lenient: bool) -> exp.Expr:
    if not is_lenient:
        return _macro("json_valid_text", text.copy())
    return exp.Case().when(_macro("is_json", text.copy()), text.copy())


def _array(text: exp.Expr, is_lenient: bool) -> exp.Expr:
    if not is_lenient:
        return _macro("json_array_text", text.copy())
    return exp.Case().when(_is("ARRAY", "", [text]), text.copy())


def _is(type: str, function: str, arguments: Arguments) -> exp.Expr:
    if len(arguments) != 1:
        raise SqlError(f"function {function}() takes a text")
    (text,) = arguments
    typed = exp.EQ(this=_call("json_type", text.copy()), expression=exp.Literal.string(type))
    valid = exp.Case().when(_macro("is_json", text.copy()), typed)
    missing = exp.Case().when(exp.Is(this=text.copy(), expression=exp.null()), exp.null())
    return missing.else_(valid.else_(exp.false()))


def _minus_one() -> exp.Expr:
    return exp.Neg(this=exp.Literal.number(1))


def _macro(name: str, *arguments: exp.Expr) -> exp.Expr:
    return _call(f"local_redshift.{name}", *arguments)


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
