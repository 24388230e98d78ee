"""Rows as a table of GitHub's Markdown (https://github.github.com/gfm/#tables-extension-)."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from querycast.cli.terminal import plain
from querycast.cli.values import text
from querycast.result import Column, Row
from querycast.values import NUMBERS

LINE_END = re.compile(r"\r\n|\r|\n")
MARKUP = re.compile(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))")  # within a line; < > & are entities


def write_markdown(out: TextIO, columns: Sequence[Column], rows: Iterable[Row], null: str) -> None:
    """As the rows are read; what would be markup stays text."""
    out.write(_line(_text(column.name) for column in columns))
    out.write(_line("---:" if column.type in NUMBERS else "---" for column in columns))
    for row in rows:
        out.write(_line(_cell(column, it, null) for column, it in zip(columns, row, strict=True)))


def _cell(column: Column, value: Any, null: str) -> str:
    if value is None:
        return null
    return text(value) if column.type in NUMBERS else _text(text(value))


def _text(written: str) -> str:
    lines = LINE_END.split(html.escape(written, quote=False))
    return "<br>".join(plain(MARKUP.sub(r"\\\1", line)) for line in lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
