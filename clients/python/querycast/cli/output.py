"""Data on stdout: a table for people, JSON and CSV for programs.

NULL is visible in a table, null in JSON and empty in CSV. On a terminal no format lets a control
character through; into a file or a pipe, CSV gives the values as they are (RFC 4180).
"""

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

from querycast.cli.terminal import CONTROL, plain, say
from querycast.errors import InvalidArgument
from querycast.result import Column, Row

TABLE_ROWS = 1_000  # that a table shows; nobody reads on
NULL = "NULL"
UUID = "uuid"  # no type of Redshift's: what we list has it, to be copied as a whole
NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric")


class Output(StrEnum):
    """How data is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def write(output: Output, columns: Sequence[Column], rows: Iterable[Row], null: str = NULL) -> None:
    """The rows on stdout; JSON and CSV as they are read, so that any number of them goes.

    null: what a table shows for None.
    """
    if output is Output.TABLE:
        _write_table(columns, rows, null)
    elif output is Output.JSON:
        _write_json(columns, rows)
    else:
        _write_csv(columns, rows)


def cell(value: Any) -> str:
    """A value that is not None as people read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(str(value))


def _write_table(columns: Sequence[Column], rows: Iterable[Row], null: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    left = iter(rows)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(
            Text(plain(column.name)),
            justify="right" if column.type in NUMBERS else "left",
            no_wrap=column.type in (*NUMBERS, UUID),
            overflow="fold",
        )
    for row in islice(left, TABLE_ROWS):
        table.add_row(*(Text(null, "dim") if it is None else Text(cell(it)) for it in row))
    _print(table)
    if next(left, None) is not None:
        say(f"Only the first {TABLE_ROWS:,} rows are shown; -o csv or -o json writes all.")


def _print(table: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(highlight=False, width=10_000)  # in a pipe no column is cut or wrapped
    with wide.capture() as captured:
        wide.print(table)
    out = _stream()
    for line in captured.get().splitlines():
        out.write(f"{line.rstrip()}\n")
    out.flush()


def _write_json(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    names = [column.name for column in columns]
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise InvalidArgument(f"Two columns are named {repeated[0]!r}; use -o csv.")
    out = _stream()
    separator = "["
    for row in rows:
        out.write(f"{separator}\n{json_text(dict(zip(names, row, strict=True)))}")
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")
    out.flush()


def json_text(document: Any) -> str:
    """As JSON, in which an escape means the same as the control character it stands for."""
    written = json.dumps(document, ensure_ascii=False)
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _write_csv(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    out = _stream()
    writer = csv.writer(out)  # CRLF, and quotes where they are needed
    shown = _shown if sys.stdout.isatty() else _exact
    writer.writerow([shown(column.name) for column in columns])
    for row in rows:
        writer.writerow([shown(value) for value in row])
    out.flush()


def _exact(value: Any) -> Any:
    return cell(value) if isinstance(value, bool) else value


def _shown(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else _exact(value)


def _stream() -> Any:
    """stdout in UTF-8 wherever we run, and with the line ends that are written."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout
