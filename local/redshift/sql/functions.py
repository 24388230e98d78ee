"""Redshift's functions in DuckDB's words: the table that decides which functions exist.

A line reads `name(parameters) = what DuckDB computes`. What depends on the types of the operands
(SUM, AVG, MEDIAN, TRUNC, DATEADD) is only marked here and settled in typed.py.
https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html
"""

import re
from collections.abc import Callable
from functools import cache

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql import dates, json_text, number_formats, regexps, super_functions
from local.redshift.sql.blanks import mark_comparison
from local.redshift.sql.dialect import DUCKDB
from local.redshift.sql.formats import to_char, to_date, to_timestamp
from local.redshift.sql.marks import is_built, mark, marked_call

_TEMPLATES = """
    abs(a) = abs(a)
    acos(a) = acos(a)
    ascii(a) = ascii(a)
    asin(a) = asin(a)
    atan(a) = atan(a)
    atan2(a, b) = atan2(a, b)
    btrim(a) = trim(a)
    btrim(a, b) = trim(a, b)
    cbrt(a) = local_redshift.cube_root(a)
    ceil(a) = ceil(a)
    ceiling(a) = ceil(a)
    char_length(a) = length(a)::int
    character_length(a) = length(a)::int
    charindex(a, b) = strpos(b, a)::int
    chr(a) = chr(a::int)
    cos(a) = cos(a)
    cot(a) = cot(a)
    crc32(a) = local_redshift.crc32(a)
    current_database() = current_database()
    current_schema() = current_schema()
    date(a) = cast(a as date)
    date_part_year(a) = year(a)::int
    degrees(a) = degrees(a)
    dexp(a) = exp(a)
    difference(a, b) = local_redshift.difference(a, b)
    dlog1(a) = local_redshift.logarithm(a)
    dlog10(a) = local_redshift.logarithm10(a)
    exp(a) = exp(a)
    floor(a) = floor(a)
    func_sha1(a) = sha1(a)
    fnv_hash(a) = local_redshift.fnv_hash(a, 14695981039346656037)
    generate_series(a, b) = cast(unnest(generate_series(a, b)) as int)
    generate_series(a, b, c) = cast(unnest(generate_series(a, b, c)) as int)
    getdate() = cast(date_trunc('second', current_timestamp) as timestamp)
    has_schema_privilege(a, b) = local_redshift.has_schema_privilege(a, b)
    has_table_privilege(a, b) = local_redshift.has_table_privilege(a, b)
    initcap(a) = local_redshift.capitals(a)
    last_day(a) = last_day(cast(a as timestamp))
    left(a, b) = left(a, b)
    len(a) = length(a)::int
    length(a) = length(a)::int
    ln(a) = local_redshift.logarithm(a)
    log(a) = local_redshift.logarithm10(a)
    lower(a) = lower(a)
    lpad(a, b) = lpad(a, b::int, ' ')
    lpad(a, b, c) = lpad(a, b::int, c)
    ltrim(a) = ltrim(a)
    ltrim(a, b) = ltrim(a, b)
    md5(a) = md5(a)
    mod(a, b) = a % b
    nvl2(a, b, c) = case when a is not null then b else c end
    octet_length(a) = strlen(a)::int
    octetindex(a, b) = local_redshift.octet_index(b, a)
    pg_backend_pid() = local_redshift.backend_pid()
    pg_get_viewdef(a) = local_redshift.view_definition(a)
    pg_get_viewdef(a, b) = local_redshift.view_definition(a)
    pg_last_copy_count() = local_redshift.last_copy_count()
    pg_last_copy_id() = local_redshift.last_copy_id()
    pi() = pi()
    pow(a, b) = power(a, b)
    power(a, b) = power(a, b)
    quote_literal(a) = '''' || replace(replace(a, '\\', '\\\\'), '''', '''''') || ''''
    quote_ident(a) = local_redshift.quote_ident(a)
    radians(a) = radians(a)
    random() = random()
    replace(a, b, c) = replace(a, b, c)
    right(a, b) = right(a, b)
    round(a) = round(a)
    round(a, b) = round(a, b::int)
    rpad(a, b) = rpad(a, b::int, ' ')
    rpad(a, b, c) = rpad(a, b::int, c)
    rtrim(a) = rtrim(a)
    rtrim(a, b) = rtrim(a, b)
    sha(a) = sha1(a)
    sha1(a) = sha1(a)
    sign(a) = sign(a)::int
    sin(a) = sin(a)
    soundex(a) = local_redshift.soundex(a)
    split_part(a, b, c) = local_redshift.split_part(a, b, c)
    sqrt(a) = local_redshift.square_root(a)
    strpos(a, b) = strpos(a, b)::int
    strtol(a, b) = local_redshift.strtol(a, b)
    substr(a, b) = local_redshift.substring_from(a, b)
    substr(a, b, c) = local_redshift.substring_for(a, b, c)
    tan(a) = tan(a)
    textlen(a) = length(a)::int
    to_hex(a) = lower(to_hex(a))
    translate(a, b, c) = translate(a, b, c)
    trim(a) = trim(a)
    upper(a) = upper(a)
    version() = local_redshift.version()

    any_value(a) = any_value(a)
    bit_and(a) = bit_and(a)
    bit_or(a) = bit_or(a)
    bool_and(a) = bool_and(a)
    bool_or(a) = bool_or(a)
    count(a) = count(a)
    max(a) = max(a)
    min(a) = min(a)
    stddev(a) = stddev_samp(a)
    stddev_pop(a) = stddev_pop(a)
    stddev_samp(a) = stddev_samp(a)
    var_pop(a) = var_pop(a)
    var_samp(a) = var_samp(a)
    variance(a) = var_samp(a)

    cume_dist() = cume_dist()
    dense_rank() = dense_rank()
    first_value(a) = first_value(a)
    lag(a) = lag(a)
    lag(a, b) = lag(a, b)
    last_value(a) = last_value(a)
    lead(a) = lead(a)
    lead(a, b) = lead(a, b)
    nth_value(a, b) = nth_value(a, b)
    ntile(a) = ntile(a)
    percent_rank() = percent_rank()
    percentile_cont(a) = percentile_cont(a)
    percentile_disc(a) = percentile_disc(a)
    rank() = rank()
    row_number() = row_number()
"""

TYPED = {
    **{"sum": 1, "avg": 1, "median": 1, "ratio_to_report": 1},
    **{"trunc": 2, "dateadd": 3, "date_add": 3, "datediff": 3, "date_diff": 3},
}
_THREE = ("dateadd", "datediff", "date_diff")  # these always have three arguments
AGGREGATES = frozenset(
    (
        *("any_value", "avg", "bit_and", "bit_or", "bool_and", "bool_or", "count", "listagg"),
        *("max", "median", "min", "percentile_cont", "percentile_disc", "quantile_cont"),
        *("quantile_disc", "stddev", "stddev_pop", "stddev_samp", "sum"),
        *("var_pop", "var_samp", "variance"),
    )
)
FRAMED = AGGREGATES - {
    "listagg",
    "median",
    "percentile_cont",
    "percentile_disc",
    "quantile_cont",
    "quantile_disc",
}  # windows that need a frame
_CALL = re.compile(r"(?!cast\b)([a-z_.0-9]+)\(([^()]*)\)")
_AGGREGATE_ARGUMENTS = (exp.Distinct, exp.Star)

Arguments = list[exp.Expr]


def translated(call: exp.Anonymous) -> exp.Expr:
    """The DuckDB expression of a call whose arguments are translated already.

    Raises:
        SqlError: there is no such function, here or at all.
    """
    name, arguments = call.name.lower(), call.expressions
    if is_built(call):
        return call
    if name in AGGREGATES - {"listagg"}:
        _check_distinct(name, arguments)
    if name in TYPED:
        if not 1 <= len(arguments) <= TYPED[name] or (name in _THREE and len(arguments) != 3):
            raise _unknown(name, arguments)
        if any(isinstance(argument, exp.Star) for argument in arguments):
            raise SqlError(f"function {name}(*) does not exist")
        return marked_call(name, arguments)
    if name in super_functions.NAMES:
        super_functions.check_count(name, arguments)
        return marked_call(name, arguments)
    if name in _RULES:
        return _RULES[name](arguments)
    template = _templates().get((name, len(arguments)))
    if template is None:
        raise _unknown(name, arguments)
    parameters, body = template
    if any(isinstance(argument, _AGGREGATE_ARGUMENTS) for argument in arguments):
        if name not in AGGREGATES:
            raise SqlError(f"DISTINCT or * is not allowed in {name}()")
        return exp.Anonymous(this=body.name, expressions=arguments)
    return _filled(body.copy(), dict(zip(parameters, arguments, strict=True)))


def _check_distinct(name: str, arguments: Arguments) -> None:
    for argument in arguments:
        if isinstance(argument, exp.Distinct) and len(argument.expressions) > 1:
            raise SqlError(f"function {name}() with DISTINCT takes one argument")


def macro(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A call of one of our own macros, see functions.sql."""
    return exp.Anonymous(this=f"local_redshift.{name}", expressions=list(arguments))


def is_built_in(name: str) -> bool:
    """Whether Redshift has a function of that name, as far as we know it."""
    return name in TYPED or name in _RULES or name in super_functions.NAMES or name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(name for name, _ in _templates())


@cache
def _templates() -> dict[tuple[str, int], tuple[list[str], exp.Expr]]:
    templates = {}
    for line in filter(None, map(str.strip, _TEMPLATES.splitlines())):
        head, _, body = line.partition(" = ")
        name, _, listed = head.rstrip(")").partition("(")
        parameters = [parameter.strip() for parameter in listed.split(",") if parameter]
        templates[name, len(parameters)] = parameters, _body(body)
    return templates


def _body(text: str) -> exp.Expr:
    """DuckDB's expression; a function stays as written, as in the other direction."""
    if match := _CALL.fullmatch(text):
        return exp.Anonymous(this=match[1], expressions=_parsed(f"[{match[2]}]").expressions)
    return _parsed(text)


def _parsed(text: str) -> exp.Expr:
    return exp.maybe_parse(text, dialect=DUCKDB)


def _filled(body: exp.Expr, arguments: dict[str, exp.Expr]) -> exp.Expr:
    for column in list(body.find_all(exp.Column)):
        argument = arguments[column.name].copy()
        value = exp.paren(argument) if isinstance(argument, exp.Binary) else argument
        if column is body:
            return value
        column.replace(value)
    return body


def _coalesce(arguments: Arguments) -> exp.Expr:
    if not arguments:
        raise _unknown("coalesce", arguments)
    return exp.Anonymous(this="coalesce", expressions=arguments)


def _extreme(name: str) -> Callable[[Arguments], exp.Expr]:
    def rule(arguments: Arguments) -> exp.Expr:
        return exp.Anonymous(this=name, expressions=arguments)

    return rule


def _decode(arguments: Arguments) -> exp.Expr:
    """DECODE matches NULL with NULL, unlike a plain CASE."""
    if len(arguments) < 3:
        raise _unknown("decode", arguments)
    operand, *rest = arguments
    case = exp.Case()
    while len(rest) >= 2:
        wanted, value, *rest = rest
        is_wanted = exp.NullSafeEQ(this=operand.copy(), expression=wanted)
        case = case.when(mark_comparison(is_wanted), value, copy=False)
    return case.else_(rest[0], copy=False) if rest else case


def _nullif(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 2:
        raise _unknown("nullif", arguments)
    return mark_comparison(exp.Anonymous(this="nullif", expressions=arguments))


def _concat(arguments: Arguments) -> exp.Expr:
    """CONCAT of two is `||`, so that NULL makes it NULL."""
    if len(arguments) != 2:
        raise _unknown("concat", arguments)
    return exp.paren(mark(exp.DPipe(this=arguments[0], expression=arguments[1])))


def _repeat(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 2:
        raise _unknown("repeat", arguments)
    return exp.Anonymous(this="repeat", expressions=[_text(arguments[0]), arguments[1]])


def _reverse(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 1:
        raise _unknown("reverse", arguments)
    return exp.Anonymous(this="reverse", expressions=[_text(arguments[0])])


def _text(value: exp.Expr) -> exp.Expr:
    """A value of any type as its text."""
    return mark(exp.cast(value, "text"))


def _grouping(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 1:
        raise _unknown("grouping", arguments)
    return exp.cast(exp.Anonymous(this="grouping", expressions=arguments), "int")


def _hll(arguments: Arguments) -> exp.Expr:
    """HLL estimates how many values differ; the exact number is within its bounds."""
    if len(arguments) != 1:
        raise _unknown("hll", arguments)
    return exp.Anonymous(this="count", expressions=[exp.Distinct(expressions=arguments)])


def _sha2(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 2 or arguments[1].name not in ("0", "256"):
        raise NotSupported("SHA2 of other than 256 bits")
    return exp.Anonymous(this="sha256", expressions=arguments[:1])


def _listagg(arguments: Arguments) -> exp.Expr:
    """sqlglot reads both arguments of LISTAGG(DISTINCT a, b) into the DISTINCT."""
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
        value, *separator = arguments[0].expressions
        arguments = [exp.Distinct(expressions=[value]), *separator]
    if not 1 <= len(arguments) <= 2:
        raise _unknown("listagg", arguments)
    delimiter = arguments[1] if len(arguments) == 2 else exp.Literal.string("")
    return exp.Anonymous(this="listagg", expressions=[arguments[0], delimiter])


_RULES: dict[str, Callable[[Arguments], exp.Expr]] = {
    "coalesce": _coalesce,
    "nvl": _coalesce,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "concat": _concat,
    "decode": _decode,
    "nullif": _nullif,
    "sha2": _sha2,
    "hll": _hll,
    "listagg": _listagg,
    "to_char": to_char,
    "to_date": to_date,
    "to_timestamp": to_timestamp,
    "to_number": number_formats.to_number,
    "date_part": dates.date_part,
    "date_trunc": dates.date_trunc,
    "convert_timezone": dates.convert_timezone,
    "add_months": dates.add_months,
    "months_between": dates.months_between,
    "next_day": dates.next_day,
    "date_cmp": dates.compared("date", "date"),
    "date_cmp_timestamp": dates.compared("date", "timestamp"),
    "date_cmp_timestamptz": dates.compared("date", "timestamptz"),
    "timestamp_cmp": dates.compared("timestamp", "timestamp"),
    "timestamp_cmp_date": dates.compared("timestamp", "date"),
    "timestamp_cmp_timestamptz": dates.compared("timestamp", "timestamptz"),
    "timestamptz_cmp": dates.compared("timestamptz", "timestamptz"),
    "timestamptz_cmp_date": dates.compared("timestamptz", "date"),
    "timestamptz_cmp_timestamp": dates.compared("timestamptz", "timestamp"),
    "interval_cmp": dates.compared("interval", "interval"),
    "repeat": _repeat,
    "replicate": _repeat,
    "reverse": _reverse,
    "grouping": _grouping,
    "regexp_count": regexps.regexp_count,
    "regexp_instr": regexps.regexp_instr,
    "regexp_replace": regexps.regexp_replace,
    "regexp_substr": regexps.regexp_substr,
    "json_extract_path_text": json_text.json_extract_path_text,
    "json_extract_array_element_text": json_text.json_extract_array_element_text,
    "json_array_length": json_text.json_array_length,
    "is_valid_json": json_text.is_valid_json,
    "is_valid_json_array": json_text.is_valid_json_array,
}


def _unknown(name: str, arguments: Arguments) -> SqlError:
    count = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
    return NotSupported(f"function {name}() with {count}")
