"""Text that COPY takes apart by its own rules, where DuckDB's reader has no option for them.

A file is written anew with every field in quotes and NULL as `\\N` without any, so that nothing is
left to decide. One more field tells what is wrong with a record.
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
"""

import contextlib
import gzip
import io
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import zstandard

from local.redshift.errors import Cancelled, LoadFailed, SqlError
from local.redshift.sql.commands.copy_command import CopyCommand
from local.redshift.transfer.load_error import LoadError
from local.redshift.transfer.load_text import TextLoad, delimiter, literal, null_text, paths
from local.redshift.transfer.s3 import StagedFile
from local.redshift.warehouse.catalog import TableColumn

MAX_ROW_BYTES = 4 * 1024 * 1024

_CHUNK_BYTES = 1024 * 1024
_OPEN: dict[str, Callable[[Path], Any]] = {
    "none": lambda path: path.open("rb"),
    "gzip": lambda path: gzip.GzipFile(path, "rb"),
    "zstd": lambda path: io.BufferedReader(zstandard.open(path, "rb")),
}
_BLANK_LINE = re.compile(b"\n\r?\n")
_INVALID = re.compile("[\udc80-\udcff]")  # each a byte that is no UTF-8, as surrogateescape has it
_WRONG = "wrong"  # the name of the last field


class RecordLoad(TextLoad):
    """One COPY from delimited text or CSV whose records are taken apart here."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        command: CopyCommand,
        columns: list[TableColumn],
        files: list[StagedFile],
        cancelled: threading.Event,
    ) -> None:
        super().__init__(connection, command, columns, files)
        self._cancelled = cancelled

    def run(self) -> list[LoadError]:
        records = _Records(self._command, self._columns, self._cancelled)
        self._files = [records.rewritten(file) for file in self._files]
        if records.wrong and not self._command.max_errors:
            reason, row = self._first_error(duckdb.Error(_WRONG))
            raise LoadFailed(self._table, reason, [row])
        return super().run()

    def _reason(self) -> str:
        return f"coalesce({_WRONG}, {super()._reason()})"

    def _unreadable(self) -> list[tuple[str, int, str, str]]:
        return []  # `wrong` tells

    def _raw(self, file: StagedFile) -> str:
        return "(select null::varchar as raw where false)"  # the file has been written anew

    def _source(self, files: list[StagedFile]) -> str:
        columns = ", ".join(f"'{field}': 'VARCHAR'" for field in [*self._fields, _WRONG])
        options = {
            "auto_detect": "false",
            "columns": f"{{{columns}}}",
            "delim": "','",
            "quote": literal('"'),
            "escape": literal('"'),
            "nullstr": literal("\\N"),
            "header": "false",
            "new_line": literal("\\n"),
            "allow_quoted_nulls": "false",
            "max_line_size": str(4 * MAX_ROW_BYTES),
        }
        named = ", ".join(f"{name} = {value}" for name, value in options.items())
        return f"read_csv({paths(files)}, {named})"


def needs_records(command: CopyCommand, file: StagedFile) -> bool:
    """Whether DuckDB's reader would see other records or fields in a file than COPY does.

    An option that nothing in the file calls for needs none, as ACCEPTINVCHARS for ASCII.
    """
    if command.fills_records or command.widths:
        return True
    before, has_pairs, has_bare_feeds = b"\n", False, False
    with opened(command, file) as packed:
        while chunk := packed.read(_CHUNK_BYTES):
            if chunk.endswith(b"\r"):
                chunk += packed.read(1)
            returns = chunk.count(b"\r") if b"\r" in chunk else 0  # to look is fast, to count slow
            has_lone_returns = returns > 0 and returns != chunk.count(b"\r\n")
            if has_lone_returns or _has_odd_marks(command, before + chunk):
                return True
            has_pairs = has_pairs or returns > 0
            has_bare_feeds = has_bare_feeds or chunk.count(b"\n") > returns
            before = chunk[-1:]
    return has_pairs and has_bare_feeds


def _has_odd_marks(command: CopyCommand, text: bytes) -> bool:
    """Whether a piece of a file has blank lines, NUL, or what an option is about."""
    if b"\0" in text or _BLANK_LINE.search(text):
        return True
    if command.format == "CSV" and b"\t" in text and delimiter(command) != "\t":
        quote = command.quote.encode()  # blanks around it are no part of a field
        return b"\t" + quote in text or quote + b"\t" in text
    if command.removes_quotes and (b'"' in text or b"'" in text):
        return True
    if command.is_escaped and (b"\\\r" in text or (command.ignore_header and b"\\\n" in text)):
        return True
    return command.replacement is not None and not text.isascii()


@contextlib.contextmanager
def opened(command: CopyCommand, file: StagedFile) -> Iterator[Any]:
    """The bytes of a file, unpacked; raises SqlError where they are not packed so."""
    try:
        with _OPEN[command.compression](file.path) as packed:
            yield packed
    except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError, EOFError) as error:
        name = command.compression.upper()
        raise SqlError(f"{file.object.url} cannot be read as {name}: {error}") from error


class _Records:
    """The records of files by one command's rules."""

    def __init__(
        self, command: CopyCommand, columns: list[TableColumn], cancelled: threading.Event
    ) -> None:
        self._command = command
        self._cancelled = cancelled
        self._null = null_text(command)
        self._fillings = ["" if column.type == "VARCHAR" else None for column in columns]
        self._delimiter = delimiter(command)
        self._field = _field(command, self._delimiter)
        self._fields = [_field_of(width) for width in command.widths]
        self.wrong = 0

    def rewritten(self, file: StagedFile) -> StagedFile:
        """The same records as `_source` reads them."""
        path = file.path.with_suffix(".records")
        with opened(self._command, file) as packed:
            text = packed.read().decode("utf-8", "surrogateescape")
        if self._command.replacement is not None:
            text = _INVALID.sub(lambda _: self._command.replacement or "", text)
        with path.open("w", encoding="utf-8", newline="") as target:
            records = self._records_by_width(text) if self._fields else self._records(text)
            for number, record in enumerate(records):
                if self._cancelled.is_set():
                    raise Cancelled
                is_blank = len(record) == 1 and not record[0][0]
                is_skipped = is_blank and self._command.ignores_blank_lines
                if number >= self._command.ignore_header and not is_skipped:
                    target.write(self._line(record))
        return replace(file, path=path)

    def _records(self, text: str) -> Iterator[list[re.Match[str]]]:
        at = 0
        while at < len(text):
            record: list[re.Match[str]] = []
            while not record or text.startswith(self._delimiter, at):
                at += bool(record)
                match = self._field.match(text, at)
                assert match is not None  # an empty field is one
                record.append(match)
                at = match.end()
            yield record
            at += 2 if text.startswith("\r\n", at) else 1

    def _records_by_width(self, text: str) -> Iterator[list[re.Match[str]]]:
        """Lines of fields that follow each other; the last one may be short."""
        at = 0
        while at < len(text):
            record: list[re.Match[str]] = []
            for field in [*self._fields, _REST]:
                match = field.match(text, at)
                assert match is not None  # an empty field is one
                record.append(match)
                at = match.end()
                if at == len(text) or text[at] in "\r\n":
                    break
            yield record
            at += 2 if text.startswith("\r\n", at) else 1

    def _line(self, record: list[re.Match[str]]) -> str:
        """A record as a line; one that is wrong has nothing but what is wrong with it."""
        wrong, values = self._wrong(record), [self._value(match) for match in record]
        self.wrong += wrong is not None
        width = len(self._fillings)
        fields = [None] * width if wrong else [*values, *self._fillings[len(values) :]]
        return ",".join(map(_quoted, [*fields, wrong])) + "\n"

    def _wrong(self, record: list[re.Match[str]]) -> str | None:
        text = "".join(match[0] for match in record)
        if any(match["open"] is not None for match in record):
            return "Missing closing quotation mark"
        if len(record) > len(self._fillings):
            return "Longer than FIXEDWIDTH" if self._fields else "Extra column(s) found"
        if len(record) < len(self._fillings) and not self._command.fills_records:
            return "Shorter than FIXEDWIDTH" if self._fields else "Delimiter not found"
        if _INVALID.search(text):
            return "String contains invalid or unsupported UTF8 codepoints"
        return "The record contains a NUL character" if "\0" in text else None

    def _value(self, match: re.Match[str]) -> str | None:
        plain, quoted = match["plain"], match["quoted"]
        if plain == self._null:
            return None
        if self._command.format == "CSV":
            quote = self._command.quote
            return plain if quoted is None else quoted.replace(quote * 2, quote)
        value = str(plain if quoted is None else quoted)
        if self._command.is_escaped:
            value = re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
        return None if quoted is None and value == self._null else value


def _field(command: CopyCommand, delimiter: str) -> re.Pattern[str]:
    """One field: `quoted`, `open` where a quotation mark has no end, or `plain`."""
    mark = re.escape(delimiter)
    end = rf"(?={mark}|[\r\n]|\Z)"
    escaped, other = (r"\\(?:.|\Z)|", r"\\") if command.is_escaped else ("", "")
    quoted, unclosed = "(?P<quoted>(?!))", "(?P<open>(?!))"
    if command.format == "CSV":
        quote, blank = re.escape(command.quote), rf"(?!{mark})[ \t]"
        inside = rf"(?P<quoted>(?:[^{quote}]|{quote}{quote})*)"
        quoted = rf"(?:{blank})*{quote}{inside}{quote}(?:{blank})*{end}"
        unclosed = rf"(?P<open>(?:{blank})*{quote}[^\r\n]*)"
    elif command.removes_quotes:
        inside = rf"(?:{escaped}(?!(?P=mark){end})[^{other}\r\n])*"
        quoted = rf"(?P<mark>[\"'])(?P<quoted>{inside})(?P=mark){end}"
        unclosed = rf"(?P<open>[\"'](?:{escaped}[^{other}\r\n])*)"
    plain = rf"(?P<plain>(?:{escaped}[^{other}\r\n{mark}])*)"
    return re.compile(f"{quoted}|{unclosed}|{plain}", re.DOTALL)


def _field_of(width: int | str) -> re.Pattern[str]:
    """A field of at most so many characters, as `plain`."""
    return re.compile(rf"(?P<plain>[^\r\n]{{0,{width}}})(?P<quoted>(?!))?(?P<open>(?!))?")


_REST = _field_of("")  # of a line


def _quoted(value: str | None) -> str:
    return "\\N" if value is None else '"' + value.replace('"', '""') + '"'
