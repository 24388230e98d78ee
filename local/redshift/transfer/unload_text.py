"""Rows as UNLOAD writes them: lines that DuckDB renders, in files of a bounded size.

DuckDB also writes them, as a CSV file of one column without any quotes, which takes half the time;
what it cannot cut by size or compress is written here.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

import bz2
import contextlib
import csv
import gzip
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import zstandard

from local.redshift.errors import Cancelled
from local.redshift.sql.commands.fixed_width import check_widths
from local.redshift.sql.commands.unload_command import MAX_FILE_BYTES, UnloadCommand
from local.redshift.sql.numeric import with_whole_digit
from local.redshift.sql.super.functions import SUPER
from local.redshift.warehouse.catalog import quoted_name

_BATCH_ROWS = 2048
_WRITTEN_BY_DUCKDB: dict[str | None, str] = {None: "none", "GZIP": "gzip", "ZSTD": "zstd"}
_OPEN: dict[str | None, Callable[[Path], Any]] = {
    None: lambda path: path.open("wb"),
    "GZIP": lambda path: gzip.GzipFile(path, "wb", 6),
    "BZIP2": lambda path: bz2.BZ2File(path, "wb"),
    "ZSTD": lambda path: zstandard.open(path, "wb"),
}
_TYPED = {
    "BOOLEAN": "case when {0} then 't' when not {0} then 'f' end",
    "HUGEINT": "{0}::bigint::varchar",
    "FLOAT": "case when isnan({0}) then 'NaN' when isinf({0}) then"
    " case when {0} > 0 then 'Infinity' else '-Infinity' end else {0}::double::varchar end",
}
_TYPED["DOUBLE"] = _TYPED["FLOAT"]
_TYPED[SUPER] = "local_redshift.super_text({0})"
_CHARACTERS = ("VARCHAR", SUPER)


class TextUnload:
    """Writes the rows of one query to files in a directory."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        command: UnloadCommand,
        directory: Path,
        cancelled: threading.Event,
    ) -> None:
        self._connection = connection
        self._command = command
        self._directory = directory
        self._cancelled = cancelled

    def run(self, query: str) -> list[tuple[Path, int]]:
        """The files, in order, and how many rows each holds; one file at least."""
        columns = self._connection.execute(f"describe {query}").fetchall()
        check_widths(self._command.widths, len(columns))
        header = self._header([name for name, *_ in columns])
        lines = self._lines(query, [(name, type) for name, type, *_ in columns])
        is_cut = self._command.max_file_bytes < MAX_FILE_BYTES
        if not is_cut and self._command.compression in _WRITTEN_BY_DUCKDB:
            path, rows = self._written(lines, header)
            if path.stat().st_size <= MAX_FILE_BYTES:
                return [(path, rows)]
        return self._cut(lines, header)

    def _written(self, lines: str, header: bytes | None) -> tuple[Path, int]:
        """The one file of all lines; their column is named by the header."""
        path = self._directory / f"{0:06}"
        name = quoted_name([header.decode() if header else "line"])
        options = {
            "format": "csv",
            "header": "true" if header else "false",
            "quote": "''",
            "escape": "''",
            "compression": _WRITTEN_BY_DUCKDB[self._command.compression],
        }
        named = ", ".join(f"{option} {value}" for option, value in options.items())
        found = self._connection.execute(
            f"copy (select line as {name} from ({lines})) to {_quoted(str(path.absolute()))}"
            f" ({named})"
        ).fetchone()
        return path, int(found[0]) if found else 0

    def _cut(self, lines: str, header: bytes | None) -> list[tuple[Path, int]]:
        """Files of at most a batch more than the size that each may have."""
        self._connection.execute(lines)
        files: list[tuple[Path, int]] = []
        batches = self._batches()
        batch = next(batches, [])
        while batch or not files:
            path, rows = self._directory / f"{len(files):06}", 0
            with contextlib.closing(_OPEN[self._command.compression](path)) as file:
                size = file.write(b"" if header is None else header + b"\n")
                while batch and size < self._command.max_file_bytes:
                    size += file.write(b"".join(batch))
                    rows += len(batch)
                    batch = next(batches, [])
            files.append((path, rows))
        return files

    def _batches(self) -> Iterator[list[bytes]]:
        while batch := self._connection.fetchmany(_BATCH_ROWS):
            if self._cancelled.is_set():
                raise Cancelled
            yield [line.encode() + b"\n" for (line,) in batch]

    def _header(self, names: list[str]) -> bytes | None:
        """The line before the others, None where there is none."""
        if not self._command.has_header:
            return None
        if self._command.format == "CSV":
            line = io.StringIO()
            csv.writer(line, delimiter=self._delimiter, lineterminator="\n").writerow(names)
            return line.getvalue()[:-1].encode()
        if self._command.is_escaped:
            names = [self._escaped(name) for name in names]
        if self._command.has_quotes:
            names = [f'"{name}"' for name in names]
        return self._delimiter.join(names).encode()

    def _escaped(self, name: str) -> str:
        return "".join(f"\\{one}" if one in self._special() else one for one in name)

    def _special(self) -> list[str]:
        """What ESCAPE marks, the backslash first."""
        quotes = ['"', "'"] if self._command.has_quotes else []
        return list(dict.fromkeys(["\\", "\n", "\r", self._delimiter, *quotes]))

    @property
    def _delimiter(self) -> str:
        return self._command.delimiter or ("," if self._command.format == "CSV" else "|")

    def _lines(self, query: str, columns: list[tuple[str, str]]) -> str:
        """The query whose one column is each row as a line."""
        names = [f"c{index}" for index in range(len(columns))]
        if self._command.format == "JSON":
            members = ", ".join(
                f"{_quoted(name)}: {_json_value(alias, type)}"
                for alias, (name, type) in zip(names, columns, strict=True)
            )
            line = f"to_json({{{members}}})::varchar"
        elif self._command.widths:
            line = " || ".join(map(self._fixed, names, columns, self._command.widths))
        else:
            fields = [
                self._field(alias, type) for alias, (_, type) in zip(names, columns, strict=True)
            ]
            line = f"concat_ws({_quoted(self._delimiter)}, {', '.join(fields)})"
        return f"select {line} as line from ({query}) as r({', '.join(names)})"

    def _fixed(self, alias: str, column: tuple[str, str], width: int) -> str:
        """A field with blanks up to its width; nothing is cut off."""
        (name, type), null = column, self._command.null_as
        if len(null) > width and type not in _CHARACTERS:
            null = ""
        text = f"coalesce({_text(alias, type)}, {_quoted('null' if type == SUPER else null)})"
        reason = _quoted(f"A value of column {name} is longer than its FIXEDWIDTH of {width}")
        padded = f"{text} || repeat(' ', {width} - length({text}))"
        return f"case when length({text}) > {width} then error({reason}) else {padded} end"

    def _field(self, name: str, type: str) -> str:
        text = _text(name, type)
        if self._command.format == "CSV":
            if type in _CHARACTERS:
                text = _csv_text(text, self._delimiter)
        else:
            text = self._delimited(text, type)
        null = "null" if type == SUPER else self._command.null_as  # which NULL AS leaves alone
        return f"coalesce({text}, {_quoted(null)})"

    def _delimited(self, text: str, type: str) -> str:
        """A field of delimited text, escaped and quoted as the options say."""
        if self._command.is_escaped and type in _CHARACTERS:
            for character in self._special():
                text = f"replace({text}, {_quoted(character)}, {_quoted(chr(92) + character)})"
        return f"""'"' || {text} || '"'""" if self._command.has_quotes else text


def _text(name: str, type: str) -> str:
    """SQL: a value as UNLOAD writes it, NULL where it is."""
    shown = with_whole_digit(type)
    return _TYPED.get(type, "{0}::varchar").format(f"{name}::{shown}" if shown else name)


def _json_value(name: str, type: str) -> str:
    if type in ("FLOAT", "DOUBLE"):
        return f"case when isfinite({name}) then {name} end"  # JSON has neither NaN nor Infinity
    if type == "BOOLEAN":
        return _TYPED[type].format(name)  # t and f, which AWS says of this format too
    return f"{name}::bigint" if type == "HUGEINT" else name


def _csv_text(text: str, delimiter: str) -> str:
    """RFC 4180; an empty text is quoted, for NULL is nothing."""
    marks = (_quoted(delimiter), _quoted('"'), "chr(10)", "chr(13)")
    special = " or ".join(f"contains({text}, {mark})" for mark in marks)  # a regexp takes longer
    quoted = f"""'"' || replace({text}, '"', '""') || '"'"""
    return f"case when {text} = '' or {special} then {quoted} else {text} end"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
