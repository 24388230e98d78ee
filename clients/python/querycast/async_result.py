"""The result of a query for coroutines: as querycast.result, without keeping the loop waiting."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, get_args

from querycast.arrow import Batches, check_installed, pandas_frame, polars_frame
from querycast.errors import InvalidArgument, NotSignedIn, QuerycastError
from querycast.notebook import html_table
from querycast.result import By, ResultPage, Row, column_names
from querycast.tasks import cancel

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from querycast.query import QueryExecution

log = logging.getLogger(__name__)

EXPORT_ROWS = 200_000  # above, a frame comes by an export
PAGED_ROWS = 15_000  # a second, about
# What a file of Parquet has as pages do; not so times, texts of a fixed length, SUPER, VARBYTE.
EXPORTED = frozenset(
    {"int2", "int4", "int8", "float4", "float8", "numeric", "bool"}
    | {"date", "timestamp", "timestamptz", "varchar"}
)

Fetch = Callable[[str], Coroutine[Any, Any, ResultPage]]
Export = Callable[[], Coroutine[Any, Any, "pyarrow.Table"]]


class AsyncResult:
    """What a finished query found; only the page being read and the next one are in memory.

    Reading again fetches again, except the first page.
    """

    def __init__(
        self, query: "QueryExecution", first: ResultPage, fetch: Fetch, export: Export
    ) -> None:
        """`fetch`: the page that a `next_token` stands for; `export`: all rows, run anew."""
        self.query = query
        self.columns = first.columns
        self.first = first
        self._fetch = fetch
        self._export = export

    async def pages(self) -> AsyncGenerator[ResultPage]:
        """Every page; while one is read, the next one is fetched, and none beyond that."""
        page, ahead = self.first, self._next_of(self.first)
        try:
            yield page
            while ahead:
                page = await ahead
                ahead = self._next_of(page)
                yield page
        finally:
            if ahead:
                await cancel(ahead)

    async def rows(self) -> AsyncGenerator[Row]:
        """Every row, in the order of the report."""
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for row in page.rows:
                    yield row

    async def dicts(self) -> AsyncGenerator[dict[str, Any]]:
        """Every row as an object by column name; what it raises as of `Result.dicts`."""
        names = column_names(self.columns)
        async with aclosing(self.rows()) as rows:
            async for row in rows:
                yield dict(zip(names, row, strict=True))

    async def to_arrow(self, by: By | None = None) -> "pyarrow.Table":
        """As `Result.to_arrow`; made in a thread."""
        check_installed("arrow", "pyarrow")
        if self._is_exported(by):
            try:
                return await self._export()
            except NotSignedIn:
                raise
            except QuerycastError as error:
                if by:
                    raise
                log.info("Reading page by page, for the export failed: %s", error.line)
        return await self._paged()

    async def to_pandas(self, by: By | None = None) -> "pandas.DataFrame":
        """As `Result.to_pandas`; made in a thread."""
        check_installed("pandas")
        return await asyncio.to_thread(pandas_frame, await self.to_arrow(by))

    async def to_polars(self, by: By | None = None) -> "polars.DataFrame":
        """As `Result.to_polars`; made in a thread."""
        check_installed("polars")
        return await asyncio.to_thread(polars_frame, await self.to_arrow(by))

    def _next_of(self, page: ResultPage) -> asyncio.Task[ResultPage] | None:
        return asyncio.create_task(self._fetch(page.next_token)) if page.next_token else None

    def _is_exported(self, by: By | None) -> bool:
        if by not in (None, *get_args(By)):
            raise InvalidArgument(f"{by!r} is no way to fetch rows; take 'pages' or 'export'.")
        if by == "export" and self.query.kind != "REPORT":
            raise InvalidArgument(
                f"Query {self.query.id} is no report but a {self.query.kind}, which cannot be "
                "exported; take 'pages'."
            )
        if by or self.query.kind != "REPORT":
            return by == "export"
        rows, took = self.query.result_rows or 0, (self.query.duration_ms or 0) / 1000
        is_sooner = rows > EXPORT_ROWS and took < rows / PAGED_ROWS  # it is run again
        return is_sooner and all(column.type in EXPORTED for column in self.columns)

    async def _paged(self) -> "pyarrow.Table":
        batches = Batches(self.columns)
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                await asyncio.to_thread(_add, batches, page)
        return await asyncio.to_thread(batches.table)

    def _repr_html_(self) -> str:
        """In a notebook: the first rows, of those that are here."""
        return html_table(self.columns, self.first.rows, self.query.result_rows)

    def __repr__(self) -> str:
        names = ", ".join(column.name for column in self.columns)
        return f"AsyncResult({self.query.report}: {names}; {self.query.result_rows} rows)"


def _add(batches: Batches, page: ResultPage) -> None:
    batches.add(page.rows)  # which are read here
