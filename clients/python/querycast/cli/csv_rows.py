"""Rows as CSV (RFC 4180): NULL is empty, and a value is as it is.

On a terminal no control character gets through. A spreadsheet runs a text that looks like a
formula: `formula_safe` puts an apostrophe before it, as an export does.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from querycast.cli.terminal import plain
from querycast.cli.values import text
from querycast.result import Column, Row

FORMULA_STARTS = tuple("=+-@＝＋－＠\t\n\r")  # noqa: RUF001  # spreadsheets take the wide ones, too
TEXTS = ("varchar", "text", "char", "bpchar")


def write_csv(
    out: TextIO, columns: Sequence[Column], rows: Iterable[Row], formula_safe: bool
) -> None:
    """As the rows are read; CRLF, and quotes where they are needed."""
    writer = csv.writer(out)
    shown = plain if out.isatty() else str
    texts = [formula_safe and column.type in TEXTS for column in columns]
    writer.writerow([shown(_harmless(each.name, formula_safe)) for each in columns])
    for row in rows:
        writer.writerow(
            [
                None if value is None else shown(_harmless(text(value), is_text))
                for value, is_text in zip(row, texts, strict=True)
            ]
        )


def _harmless(written: Any, wanted: bool) -> str:
    return f"'{written}" if wanted and written.startswith(FORMULA_STARTS) else written
