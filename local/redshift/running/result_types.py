"""The types of a result's columns: as ColumnMetadata tells them, and as records show their values.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ColumnMetadata.html
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Field.html
"""

import re
from dataclasses import dataclass
from typing import Any

from local.redshift.errors import NotSupported
from local.redshift.sql.characters import fill
from local.redshift.sql.numeric import with_whole_digit

_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_CHAR = re.compile(r"CHAR\((\d+)\)")


@dataclass(frozen=True)
class ResultType:
    """Facts of ColumnMetadata, and the SQL that shows a value: as a Field, and in a line of CSV."""

    name: str
    precision: int
    scale: int
    is_signed: bool
    is_case_sensitive: bool
    field: str
    csv: str


_LONG = """'{{"longValue":' || {0} || '}}'"""
_DOUBLE_TEXT = """case
    when isnan({0}) then 'NaN'
    when isinf({0}) then case when {0} > 0 then 'Infinity' else '-Infinity' end
    else {0}::double::varchar
    end"""
_DOUBLE = f"""case
    when isfinite({{0}}) then '{{{{"doubleValue":' || {{0}}::double || '}}}}'
    else '{{{{"doubleValue":"' || {_DOUBLE_TEXT} || '"}}}}'
    end"""
_PLAIN = """'{{"stringValue":"' || {0} || '"}}'"""
_TIME_TEXT = "{0} || case when contains({0}::varchar, '.') then '' else '.0' end"
_TIME = f"""'{{{{"stringValue":"' || {_TIME_TEXT} || '"}}}}'"""
_TEXT = """'{{"stringValue":' || to_json({0}) || '}}'"""
_SUPER_TEXT = "json({0})::varchar"
_SUPER = f"""'{{{{"stringValue":' || to_json({_SUPER_TEXT}) || '}}}}'"""
_QUOTED = """case
    when {0} = '' or regexp_matches({0}, '[",\\r\\n]') then '"' || replace({0}, '"', '""') || '"'
    else {0}
    end"""  # RFC 4180; an empty text is quoted, for NULL is nothing
_HEX_TEXT = "lower(hex({0}))"
_ITSELF = "{0}::varchar"
_TYPES = {
    "TINYINT": ResultType("int2", 5, 0, True, False, _LONG, _ITSELF),
    "SMALLINT": ResultType("int2", 5, 0, True, False, _LONG, _ITSELF),
    "INTEGER": ResultType("int4", 10, 0, True, False, _LONG, _ITSELF),
    "BIGINT": ResultType("int8", 19, 0, True, False, _LONG, _ITSELF),
    "HUGEINT": ResultType(
        "int8", 19, 0, True, False, _LONG.replace("{0}", "{0}::bigint"), "{0}::bigint::varchar"
    ),
    "FLOAT": ResultType("float4", 8, 8, True, False, _DOUBLE, _DOUBLE_TEXT),
    "DOUBLE": ResultType("float8", 17, 17, True, False, _DOUBLE, _DOUBLE_TEXT),
    "BOOLEAN": ResultType(
        "bool", 1, 0, False, False, """'{{"booleanValue":' || {0} || '}}'""", _ITSELF
    ),
    "VARCHAR": ResultType("varchar", 65535, 0, False, True, _TEXT, _QUOTED),
    '"NULL"': ResultType("varchar", 65535, 0, False, True, _TEXT, _ITSELF),
    "DATE": ResultType("date", 13, 0, False, False, _PLAIN, _ITSELF),
    "TIMESTAMP": ResultType("timestamp", 29, 6, False, False, _TIME, _TIME_TEXT),
    "TIMESTAMP WITH TIME ZONE": ResultType("timestamptz", 35, 6, False, False, _PLAIN, _ITSELF),
    "TIME WITH TIME ZONE": ResultType("timetz", 21, 6, False, False, _PLAIN, _ITSELF),
    "BLOB": ResultType(
        *("varbyte", 64000, 0, False, True),
        *(text.replace("{0}", _HEX_TEXT) for text in (_PLAIN, _QUOTED)),
    ),
    "BIT": ResultType("hllsketch", 0, 0, False, True, _PLAIN, _ITSELF),  # always NULL
    "JSON": ResultType(
        "super", 2147483647, 0, False, True, _SUPER, _QUOTED.replace("{0}", _SUPER_TEXT)
    ),
    "TIME": ResultType("time", 15, 6, False, False, _PLAIN, _ITSELF),
}


def result_type(type: str) -> ResultType:
    """How a result has DuckDB's type; raises NotSupported where it has not."""
    if match := _DECIMAL.fullmatch(type):
        shown = with_whole_digit(type)
        field, csv = (
            text.replace("{0}", f"{{0}}::{shown}") if shown else text for text in (_PLAIN, _ITSELF)
        )
        return ResultType("numeric", int(match[1]), int(match[2]), True, False, field, csv)
    if match := _CHAR.fullmatch(type):
        shown = fill("{0}", int(match[1]))
        field, csv = (text.replace("{0}", shown) for text in (_TEXT, _QUOTED))
        return ResultType("bpchar", int(match[1]), 0, False, True, field, csv)
    if type not in _TYPES:
        raise NotSupported(f"a result column of type {type}")
    return _TYPES[type]


def column_metadata(name: str, type: str) -> dict[str, Any]:
    """A column of DuckDB's type, as ColumnMetadata tells it."""
    found = result_type(type)
    return {
        "isCaseSensitive": found.is_case_sensitive,
        "isCurrency": False,
        "isSigned": found.is_signed,
        "label": name,
        "length": 0,
        "name": name,
        "nullable": 1,
        "precision": found.precision,
        "scale": found.scale,
        "schemaName": "",
        "tableName": "",
        "typeName": found.name,
    }
