"""A CSV or Parquet file as a relation of DuckDB, strictly: what is not clean is refused by line.

DuckDB can guess a CSV's dialect, but a guess hides errors: it skips lines or changes the delimiter
until ragged rows fit. So the first line decides the delimiter and the names, every other line must
have as many values, and a column has a type only if all of its values are of it.
"""

import csv
import gzip
import re
from pathlib import Path
from typing import IO

import duckdb

from sql.errors import LoadRefused
from sql.table_columns import quoted

CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
DELIMITERS = ",;\t|"
PARQUET_MAGIC = b"PAR1"
TYPES = {  # a column has the first whose pattern all its values match; 00501 is a text
    "boolean": "true|false",
    "bigint": r"[+-]?(0|[1-9]\d*)",
    "double": r"[+-]?((0|[1-9]\d{0,14})(\.\d*)?|\.\d+)([eE][+-]?\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
    "timestamp": r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?",
}


def open_table(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Make the file a relation of `connection`; returns its name.

    Raises:
        LoadRefused: there is no such file, it is neither CSV nor Parquet, empty or broken.
    """
    if not file.is_file():
        raise LoadRefused(f"{file}: there is no such file; check the path")
    if not file.stat().st_size:
        raise LoadRefused(f"{file}: the file is empty; nothing to load")
    try:
        if _is_parquet(file):
            connection.execute(f"create view given as from read_parquet({_literal(str(file))})")
        elif file.name.lower().endswith(CSV_ENDINGS):
            _open_csv(connection, file)
        else:
            wanted = f"load Parquet, or CSV named {', '.join(CSV_ENDINGS)}"
            raise LoadRefused(f"{file}: neither CSV nor Parquet; {wanted}")
        counted = connection.execute("select count(*) from given").fetchone()
    except duckdb.Error as error:
        raise _refusal(file, error) from None
    except (UnicodeDecodeError, OSError, EOFError, csv.Error) as error:
        raise LoadRefused(f"{file}: not a CSV of UTF-8 text ({error}); save it as one") from None
    if not counted or not counted[0]:
        raise LoadRefused(f"{file}: there are columns but no rows; nothing to load")
    return "given"


def _is_parquet(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC


def _open_csv(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    delimiter, names = _header(file)
    columns = ", ".join(f"{_literal(name)}: 'varchar'" for name in names)
    connection.execute(
        f"create table texts as from read_csv({_literal(str(file))}, auto_detect = false,"
        f" header = true, delim = {_literal(delimiter)}, quote = '\"', escape = '\"',"
        f" strict_mode = true, null_padding = false, columns = {{{columns}}})"
    )
    typed = ", ".join(f"{_value(connection, name)} as {quoted(name)}" for name in names)
    connection.execute(f"create view given as select {typed} from texts")


def _header(file: Path) -> tuple[str, list[str]]:
    """The delimiter that splits the first line into most names, and those names, all different."""
    with _text(file) as lines:
        first = lines.readline()
        delimiter = max(DELIMITERS, key=first.count)
        lines.seek(0)
        names = next(csv.reader(lines, delimiter=delimiter))
    if "\0" in first:
        raise LoadRefused(f"{file}: binary, not CSV; load CSV or Parquet")
    if all(re.fullmatch(r"[\d\s.,:/+-]*", name) for name in names):
        advice = "add a first line that names the columns"
        raise LoadRefused(f"{file}:1: the first line has values ({first.strip()[:60]}); {advice}")
    return delimiter, _distinct(names)


def _distinct(names: list[str]) -> list[str]:
    """As DuckDB needs them; how the table calls them is decided in sql/table_columns.py."""
    seen: list[str] = []
    for number, name in enumerate(names, start=1):
        name = name.strip() or f"column_{number}"
        while name.casefold() in (other.casefold() for other in seen):
            name = f"{name}_{number}"
        seen.append(name)
    return seen


def _text(file: Path) -> IO[str]:
    if file.suffix.lower() == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _value(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The column as the first type that all of its values are of, NULLs aside."""
    column = quoted(name)
    tests = ", ".join(
        f"bool_and(regexp_full_match({column}, '{pattern}') and try_cast({column} as {type})"
        f" is not null) filter (where {column} is not null)"
        for type, pattern in TYPES.items()
    )
    fits = connection.execute(f"select {tests} from texts").fetchone() or ()
    for type, fit in zip(TYPES, fits, strict=True):
        if fit:
            return f"{column}::{type}"
    return column


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _refusal(file: Path, error: duckdb.Error) -> LoadRefused:
    """DuckDB's words, cut down to the line and what is wrong with it."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    reason = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if line and reason:
        words = f"{reason[2]} values, but the first line names {reason[1]} columns; mend the line"
        return LoadRefused(f"{file}:{line[1]}: {words}")
    if line and "unterminated quote" in text:
        return LoadRefused(f"{file}:{line[1]}: a quote is opened and never closed; close it")
    if line:
        return LoadRefused(f"{file}:{line[1]}: this is no line of a CSV file; mend it")
    return LoadRefused(f"{file}: {text.splitlines()[0]}; mend the file")
