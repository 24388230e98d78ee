"""The result of a query: columns, and rows that are fetched a page at a time as they are read."""

import json
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from querycast.arrow import check_installed, pandas_frame, polars_frame
from querycast.errors import InvalidArgument
from querycast.notebook import html_table
from querycast.values import read

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from querycast.async_result import AsyncResult
    from querycast.loop import LoopThread

Row = list[Any]
By = Literal["pages", "export"]  # how a frame comes


@dataclass(frozen=True)
class Column:
    """A column of a result. `type`: Redshift's name of the type, such as int8, numeric or date."""

    name: str
    type: str


@dataclass(frozen=True)
class ResultPage:
    """Some rows of a result, and the token that continues after them.

    text: the rows as the service sends them, which are read when they are asked for.
    """

    columns: list[Column]
    text: str = field(repr=False)
    next_token: str | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ResultPage":
        """The page that a GraphQL answer holds; its rows are a JSON text inside the JSON."""
        columns = [Column(column["name"], column["type"]) for column in document["columns"]]
        return cls(columns, document["rows"], document["nextToken"])

    @cached_property
    def rows(self) -> list[Row]:
        """int, float, Decimal, bool, str, date, time and datetime, with a time zone where the
        column has one; NULL is None.
        """
        rows: list[Row] = json.loads(self.text)
        read(self.columns, rows)
        return rows


class Result:
    """What a finished query found; only the page being read and the next one are in memory.

    Reading again fetches again, except the first page.
    """

    def __init__(self, result: "AsyncResult", loop: "LoopThread") -> None:
        """The same for coroutines, whose loop it is."""
        self.query = result.query
        self.columns = result.columns
        self._result = result
        self._loop = loop

    def pages(self) -> Generator[ResultPage]:
        """Every page; while one is read, the next one is fetched, and none beyond that."""
        return self._loop.iterate(self._result.pages())

    def rows(self) -> Generator[Row]:
        """Every row, in the order of the report."""
        with closing(self.pages()) as pages:
            for page in pages:
                yield from page.rows

    def dicts(self) -> Generator[dict[str, Any]]:
        """Every row as an object by column name.

        Raises:
            InvalidArgument: two columns have the same name, so that one would hide the other.
        """
        names = column_names(self.columns)
        with closing(self.rows()) as rows:
            for row in rows:
                yield dict(zip(names, row, strict=True))

    def to_arrow(self, by: By | None = None) -> "pyarrow.Table":
        """Every row as a table of Arrow, with the types of Redshift.

        by: "pages": page by page. "export": as a Parquet file, which of many rows is faster and
            less work for the service. It runs the report again, with the same parameters, so that
            its rows are those of now: there may be more or fewer than `query.result_rows`. None:
            by an export above 200,000 rows, if every column's type is the same in a file and the
            report took no longer than its pages would (about 15,000 rows a second); else, and
            where the export fails, page by page.

        Raises:
            InvalidArgument: pyarrow is not installed (the extra `arrow`); a value is none of its
                column's type as Arrow has it, as a date after the year 9999.
            QueryFailed, QueryAborted, Refused, BadDownload: by="export", and it failed.
        """
        return self._loop.call(self._result.to_arrow(by))

    def to_pandas(self, by: By | None = None) -> "pandas.DataFrame":
        """Every row as a DataFrame of pandas, whose types are those of Arrow: NULL is no NaN.

        by: as of `to_arrow`.

        Raises:
            InvalidArgument: as of `to_arrow`; pandas is not installed (the extra `pandas`).
        """
        check_installed("pandas")
        return pandas_frame(self.to_arrow(by))

    def to_polars(self, by: By | None = None) -> "polars.DataFrame":
        """Every row as a DataFrame of Polars.

        by: as of `to_arrow`.

        Raises:
            InvalidArgument: as of `to_arrow`; Polars is not installed (the extra `polars`).
        """
        check_installed("polars")
        return polars_frame(self.to_arrow(by))

    def _repr_html_(self) -> str:
        """In a notebook: the first rows, of those that are here."""
        return html_table(self.columns, self._result.first.rows, self.query.result_rows)

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
