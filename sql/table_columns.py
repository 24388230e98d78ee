"""The columns of a table made from a file: names that need no quotes, and Redshift's types.

What Redshift's COPY cannot take from Parquet (times of day, nested values, huge integers) becomes
text, which loses nothing; a moment with a time zone becomes a timestamp in UTC.
https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from sqlglot.dialects.redshift import Redshift

from sql.errors import LoadRefused

MAX_NAME_LENGTH = 127  # bytes, of an identifier
MAX_COLUMNS = 1600  # of a table
MAX_TEXT_BYTES = 65535  # of a varchar
RESERVED = frozenset(Redshift.Generator.RESERVED_KEYWORDS)
EXACT = {  # DuckDB's type: the type of Redshift that holds the same values
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
}


@dataclass(frozen=True)
class Column:
    """A column of the table: its name and type, and how DuckDB makes its values from the file's."""

    name: str
    type: str
    expression: str
    source: str


def table_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[Column]:
    """The columns for a relation of `connection`, in its order.

    Raises:
        LoadRefused: it has too many columns, or a text too long for Redshift.
    """
    described = connection.execute(f"describe from {relation}").fetchall()
    if len(described) > MAX_COLUMNS:
        limit = f"a Redshift table has at most {MAX_COLUMNS:,}"
        raise LoadRefused(f"{len(described):,} columns; {limit}; split the file")
    sources = [str(row[0]) for row in described]
    typed = [_typed(source, str(row[1])) for source, row in zip(sources, described, strict=True)]
    return [
        Column(name, type or _varchar(connection, relation, source, expression), expression, source)
        for name, source, (type, expression) in zip(
            column_names(sources), sources, typed, strict=True
        )
    ]


def column_names(sources: Sequence[str]) -> list[str]:
    """A valid and different name for each: `Größe (cm)` is grosse_cm, a second `id` is id_2."""
    names: list[str] = []
    for number, source in enumerate(sources, start=1):
        cleaned = _cleaned(source) or f"column_{number}"
        spellings = [cleaned, *(f"{cleaned}_{count}" for count in range(2, number + 1))]
        names.append(next(spelling for spelling in spellings if spelling not in names))
    return names


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cleaned(source: str) -> str:
    plain = unicodedata.normalize("NFKD", source.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: MAX_NAME_LENGTH - 6]
    if name[:1].isdigit():
        name = f"c_{name}"
    return f"{name}_" if name in RESERVED else name


def _typed(source: str, type: str) -> tuple[str | None, str]:
    """The Redshift type (None: a text, to be measured) and DuckDB's expression for the values."""
    name = quoted(source)
    if type in EXACT:
        return EXACT[type], f"{name}::timestamp" if EXACT[type] == "timestamp" else name
    if type.startswith("DECIMAL("):
        return type.lower(), name
    if type == "TIMESTAMP WITH TIME ZONE":
        return "timestamp", f"{name} at time zone 'UTC'"
    if type == "BLOB":
        return None, f"hex({name})"
    if type.endswith("]") or type.startswith(("STRUCT", "MAP", "UNION")):
        return None, f"to_json({name})::varchar"
    return None, f"{name}::varchar"


def _varchar(
    connection: duckdb.DuckDBPyConnection, relation: str, source: str, expression: str
) -> str:
    """A varchar with room for the longest value there is, rounded up to a power of two."""
    measured = connection.execute(f"select max(strlen({expression})) from {relation}").fetchone()
    longest = measured[0] if measured and measured[0] else 1
    if longest > MAX_TEXT_BYTES:
        limit = f"a Redshift varchar has at most {MAX_TEXT_BYTES:,}"
        raise LoadRefused(f"column {source}: a text of {longest:,} bytes; {limit}; shorten it")
    return f"varchar({min(max(16, 1 << (longest - 1).bit_length()), MAX_TEXT_BYTES)})"
