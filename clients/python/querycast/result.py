"""The result of a query: columns, and rows that are fetched a page at a time as they are read."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from querycast.arrow import check_installed, record_batches
from querycast.errors import InvalidArgument
from querycast.notebook import html_table
from querycast.values import read

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

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

    rows: int, float, Decimal, bool, str, date, time and datetime, with a time zone where the
        column has one; NULL is None.
    """

    columns: list[Column]
    rows: list[Row]
    next_token: str | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ResultPage":
        """The page that a GraphQL answer holds; its rows are a JSON text inside the JSON."""
        columns = [Column(column["name"], column["type"]) for column in document["columns"]]
        rows = json.loads(document["rows"])
        read(columns, rows)
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
        names = column_names(self.columns)
        for row in self.rows():
            yield dict(zip(names, row, strict=True))

    def to_arrow(self) -> "pyarrow.Table":
        """Every row as a table of Arrow, with the types of Redshift.

        Raises:
            InvalidArgument: pyarrow is not installed (the extra `arrow`); a value is none of its
                column's type as Arrow has it, as a date after the year 9999.
        """
        schema, batches = record_batches(self.columns, self.rows())
        import pyarrow  # only who needs it waits

        return pyarrow.Table.from_batches(batches, schema)

    def to_pandas(self) -> "pandas.DataFrame":
        """Every row as a DataFrame of pandas, whose types are those of Arrow: NULL is no NaN.

        Raises:
            InvalidArgument: as of `to_arrow`; pandas is not installed (the extra `pandas`).
        """
        check_installed("pandas")
        import pandas  # only who needs it waits

        frame: pandas.DataFrame = self.to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """Every row as a DataFrame of Polars.

        Raises:
            InvalidArgument: as of `to_arrow`; Polars is not installed (the extra `polars`).
        """
        check_installed("polars")
        import polars  # only who needs it waits

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)  # of a table, no Series
        return frame

    def _pages(self) -> Iterator[ResultPage]:
        page = self._first
        yield page
        while page.next_token:
            page = self._fetch(page.next_token)
            yield page

    def _repr_html_(self) -> str:
        """In a notebook: the first rows, of those that are here."""
        return html_table(self.columns, self._first.rows, self.query.result_rows)

    def __repr__(self) -> str:
        names = ", ".join(column.name for column in self.columns)
        return f"Result({self.query.report}: {names}; {self.query.result_rows} rows)"


def column_names(columns: Sequence[Column]) -> list[str]:
    """The names of columns, as keys.

    Raises:
        InvalidArgument: two columns have the same name, so that one would hide the other.
    """
    names = [column.name for column in columns]
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise InvalidArgument(
            f"The result has several columns named {repeated[0]!r}; read rows() instead, "
            "or name the columns apart in the report."
        )
    return names
