"""How a result looks in a notebook."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from querycast.values import NUMBERS

if TYPE_CHECKING:
    from querycast.result import Column, Row

SHOWN_ROWS = 20
SHOWN_CHARACTERS = 200  # of a value


def html_table(columns: Sequence["Column"], rows: Sequence["Row"], total: int | None) -> str:
    """The first rows as a table of HTML, in which no value is markup; total: of the result."""
    aligned = ["right" if column.type in NUMBERS else "left" for column in columns]
    head = "".join(
        _cell("th", side, f"{_text(column.name)}<br><small>{_text(column.type)}</small>")
        for column, side in zip(columns, aligned, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, aligned)}</tr>" for row in rows[:SHOWN_ROWS])
    shown = min(len(rows), SHOWN_ROWS)
    count = f"{shown:,} rows" if total in (None, shown) else f"{shown:,} of {total:,} rows"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{count}</p>"


def _cells(row: "Row", aligned: Sequence[str]) -> str:
    return "".join(_cell("td", side, _value(it)) for it, side in zip(row, aligned, strict=True))


def _cell(tag: str, side: str, content: str) -> str:
    return f'<{tag} style="text-align: {side}">{content}</{tag}>'


def _value(value: Any) -> str:
    return "<em>NULL</em>" if value is None else _text(str(value))


def _text(text: str) -> str:
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return escape(cut)
