"""The result of a query: columns, and rows that are fetched a page at a time as they are read."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from querycast.errors import InvalidArgument

if TYPE_CHECKING:
    from querycast.query import QueryExecution

Row = list[Any]


@dataclass(frozen=True)
class Column:
    """A column of a result. `type`: Redshift's name of the type, such as int8, numeric or date."""

    name: str
    type: str


@dataclass(frozen=True)
class ResultPage:
    """Some rows of a result, and the token that continues after them.

    rows: integers and floating-point numbers as numbers, booleans as booleans, NULL as None;
        numeric, dates and times as texts.
    """

    columns: list[Column]
    rows: list[Row]
    next_token: str | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ResultPage":
        """The page that a GraphQL answer holds; its rows are a JSON text inside the JSON."""
        columns = [Column(column["name"], column["type"]) for column in document["columns"]]
        rows = json.loads(document["rows"])
        for place in (place for place, column in enumerate(columns) if column.type == "int8"):
            for row in rows:
                row[place] = None if row[place] is None else int(row[place])  # large ones are texts
        return cls(columns, rows, document["nextToken"])


class Result:
    """What a finished query found; only the page being read is in memory.

    Reading again fetches again, except the first page.
    """

    def __init__(
        self, query: "QueryExecution", first: ResultPage, fetch: Callable[[str], ResultPage]
    ) -> None:
        """`fetch`: the page that a `next_token` stands for."""
        self.query = query
        self.columns = first.columns
        self._first = first
        self._fetch = fetch

    def rows(self) -> Iterator[Row]:
        """Every row, in the order of the report."""
        for page in self._pages():
            yield from page.rows

    def dicts(self) -> Iterator[dict[str, Any]]:
        """Every row as an object by column name.

        Raises:
            InvalidArgument: two columns have the same name, so that one would hide the other.
        """
        names = [column.name for column in self.columns]
        repeated = [name for name, times in Counter(names).items() if times > 1]
        if repeated:
            raise InvalidArgument(
                f"The result has several columns named {repeated[0]!r}; read rows() instead, "
                "or name the columns apart in the report."
            )
        for row in self.rows():
            yield dict(zip(names, row, strict=True))

    def _pages(self) -> Iterator[ResultPage]:
        page = self._first
        yield page
        while page.next_token:
            page = self._fetch(page.next_token)
            yield page

    def __repr__(self) -> str:
        names = ", ".join(column.name for column in self.columns)
        return f"Result({self.query.report}: {names}; {self.query.result_rows} rows)"
