"""How COPY turns the text of a field into a value of its column.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
"""

import re

from local.redshift.errors import NotSupported
from local.redshift.sql.commands.copy_command import CopyCommand
from local.redshift.sql.super.functions import SUPER
from local.redshift.warehouse.catalog import TableColumn

_DATE_FORMATS = (
    *("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%d.%m.%Y", "%d-%b-%Y", "%b-%d-%Y", "%b %d,%Y"),
    *("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%Y/%m/%d"),
)
_TIME_FORMATS = (
    "",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    " %H:%M",
    " %I:%M:%S %p",
    "T%H:%M:%S",
    "T%H:%M:%S.%f",
)
_PATTERNS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MONTH": "%B",
    "MON": "%b",
    "MM": "%m",
    "DD": "%d",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%H",  # of 24 hours here, unlike TO_CHAR
    "MI": "%M",
    "SS": "%S",
    "US": "%f",
    "AM": "%p",
    "PM": "%p",
}
_ITEM = re.compile(
    "|".join(sorted(_PATTERNS, key=len, reverse=True)) + r"|[^A-Za-z]+|T", re.IGNORECASE
)
_EPOCHS = {"epochsecs": "1000000", "epochmillisecs": "1000"}


def conversion(field: str, column: TableColumn, command: CopyCommand) -> str:
    """SQL that gives the column's value from the text in `field`."""
    value = _conversion(field, column, command)
    return f"try({value})" if takes_any_text(column, command) else value


def takes_any_text(column: TableColumn, command: CopyCommand) -> bool:
    """Whether what is no date or time is NULL, by ACCEPTANYDATE."""
    return command.accepts_any_date and column.type in ("DATE", "TIMESTAMP")


def _conversion(field: str, column: TableColumn, command: CopyCommand) -> str:
    if column.char_bytes is not None:
        text = character_text(field, column, command)
        return f"local_redshift.char_value({text}, {column.char_bytes})"
    if column.type == "VARCHAR":
        return _text(field, column, command)
    text = f"nullif(trim({field}), '')"
    if column.type == SUPER:
        return f"local_redshift.super_parse({text})"
    if column.type in ("SMALLINT", "INTEGER", "BIGINT"):
        return _number(field, _digits(text), column.type)
    if column.type.startswith("DECIMAL") and not command.rounds_decimals:
        return _number(field, _truncated(text, column.type), column.type)
    if column.type == "DATE" and command.date_format:
        return f"cast({_parsed(text, command.date_format, 'DATEFORMAT')} as date)"
    if column.type.startswith("TIMESTAMP") and command.time_format:
        return f"cast({_moment(text, command.time_format)} as {column.type})"
    return f"cast({text} as {column.type})"


def _number(field: str, text: str, type: str) -> str:
    """A number from a field that is as DuckDB writes it; from `text`, which takes long, if not."""
    value = f"try_cast({field} as {type})"
    return f"case when {value}::varchar = {field} then {value} else cast({text} as {type}) end"


def _digits(text: str) -> str:
    """Digits as they are; anything else so that DuckDB rounds no 1.5 to an integer but fails."""
    return f"case when regexp_full_match({text}, '[+-]?[0-9]+') then {text} else '?' || {text} end"


def _truncated(text: str, type: str) -> str:
    """A decimal's text without the digits that its type has no place for; other text fails."""
    scale = int(type.rstrip(")").partition(",")[2])
    exact = f"cast(cast({text} as decimal(38,{min(scale + 10, 37)})) as varchar)"
    plain = f"case when contains(lower({text}), 'e') then {exact} else {text} end"
    cut = rf"regexp_extract({plain}, '^[+-]?[0-9]*(?:\.[0-9]{{0,{scale}}})?')"
    is_number = rf"regexp_full_match({text}, '[+-]?[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?')"
    return f"case when {is_number} then {cut} else '?' || {text} end"


def character_text(field: str, column: TableColumn, command: CopyCommand) -> str:
    """SQL: what is to be stored as a CHAR, whether or not it fits."""
    return f"local_redshift.without_blanks({_text(field, column, command)})"


def _text(field: str, column: TableColumn, command: CopyCommand) -> str:
    if command.blanks_as_null:
        text = f"case when trim({field}) = '' then null else {field} end"
    else:
        text = f"nullif({field}, '')" if command.empty_as_null else field
    if command.trims_blanks:
        text = f"regexp_replace({text}, '\\s+$', '')"
    if command.truncates_columns and column.max_bytes is not None:
        text = f"local_redshift.text_prefix({text}, {column.max_bytes})"
    return text


def _moment(text: str, format: str) -> str:
    if unit := _EPOCHS.get(format.lower()):
        micros = f"cast(cast({text} as decimal(38,6)) * {unit} as bigint)"
        return f"make_timestamp({micros})"
    return _parsed(text, format, "TIMEFORMAT")


def _parsed(text: str, format: str, option: str) -> str:
    if format.lower() != "auto":
        return f"strptime({text}, '{_strptime(format, option)}')"
    times = _TIME_FORMATS if option == "TIMEFORMAT" else _TIME_FORMATS[:1]
    formats = ", ".join(f"'{date}{time}'" for date in _DATE_FORMATS for time in times)
    return f"strptime({text}, [{formats}])"


def _strptime(format: str, option: str) -> str:
    items, index = [], 0
    while index < len(format):
        match = _ITEM.match(format, index)
        if match is None:
            raise NotSupported(f"COPY {option} {format!r} (at {format[index:]!r})")
        items.append(
            _PATTERNS.get(match[0].upper(), match[0].replace("%", "%%").replace("'", "''"))
        )
        index = match.end()
    return "".join(items)
