"""Rows as a table, for people."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from querycast.cli.terminal import plain, say
from querycast.cli.values import text
from querycast.result import Column, Row
from querycast.values import NUMBERS

if TYPE_CHECKING:
    from rich.table import Table

TABLE_ROWS = 1_000  # that a table shows; nobody reads on
UUID = "uuid"  # no type of Redshift's: what we list has it, to be copied as a whole


def write_table(out: TextIO, columns: Sequence[Column], rows: Iterable[Row], null: str) -> None:
    """As wide as the terminal; elsewhere no column is cut or wrapped."""
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
        table.add_row(*(Text(null, "dim") if it is None else Text(plain(text(it))) for it in row))
    _print(out, table)
    if next(left, None) is not None:
        say(f"Only the first {TABLE_ROWS:,} rows are shown; -o csv or -o json writes all.")


def _print(out: TextIO, table: "Table") -> None:
    from rich.console import Console

    console = Console(file=out, highlight=False)
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(file=out, highlight=False, width=10_000)
    with wide.capture() as captured:
        wide.print(table)
    for line in captured.get().splitlines():
        out.write(f"{line.rstrip()}\n")
