"""Rows as JSON: one array of objects, or an object a line (https://github.com/ndjson/ndjson-spec)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from querycast.cli.values import json_text
from querycast.errors import InvalidArgument
from querycast.result import Column, Row


def write_json(out: TextIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """As the rows are read."""
    separator = "["
    for written in _objects(columns, rows):
        out.write(f"{separator}\n{written}")
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def write_ndjson(out: TextIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """As the rows are read."""
    for written in _objects(columns, rows):
        out.write(f"{written}\n")


def _objects(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    names = [column.name for column in columns]
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise InvalidArgument(f"Two columns are named {repeated[0]!r}; use -o csv.")
    return (json_text(dict(zip(names, row, strict=True))) for row in rows)
