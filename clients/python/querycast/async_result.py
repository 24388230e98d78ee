"""The result of a query for coroutines: as querycast.result, without keeping the loop waiting."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from querycast.errors import Unavailable
from querycast.notebook import html_table
from querycast.result import Result, ResultPage, Row, column_names

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from querycast.query import QueryExecution

T = TypeVar("T")

Fetch = Callable[[str], Coroutine[Any, Any, ResultPage]]


class AsyncResult:
    """What a finished query found; only the page being read is in memory.

    Reading again fetches again, except the first page.
    """

    def __init__(self, query: "QueryExecution", first: ResultPage, fetch: Fetch) -> None:
        """`fetch`: the page that a `next_token` stands for."""
        self.query = query
        self.columns = first.columns
        self._first = first
        self._fetch = fetch

    async def rows(self) -> AsyncGenerator[Row]:
        """Every row, in the order of the report."""
        page = self._first
        for row in page.rows:
            yield row
        while page.next_token:
            page = await self._fetch(page.next_token)
            for row in page.rows:
                yield row

    async def dicts(self) -> AsyncGenerator[dict[str, Any]]:
        """Every row as an object by column name; what it raises as of `Result.dicts`."""
        names = column_names(self.columns)
        async for row in self.rows():
            yield dict(zip(names, row, strict=True))

    async def to_arrow(self) -> "pyarrow.Table":
        """As `Result.to_arrow`; made in a thread."""
        return await self._in_thread(Result.to_arrow)

    async def to_pandas(self) -> "pandas.DataFrame":
        """As `Result.to_pandas`; made in a thread."""
        return await self._in_thread(Result.to_pandas)

    async def to_polars(self) -> "polars.DataFrame":
        """As `Result.to_polars`; made in a thread."""
        return await self._in_thread(Result.to_polars)

    def blocking(self, call: Callable[[Coroutine[Any, Any, ResultPage]], ResultPage]) -> Result:
        """The same for plain code in another thread; `call`: has the loop run a coroutine."""
        return Result(self.query, self._first, lambda token: call(self._fetch(token)))

    async def _in_thread(self, read: Callable[[Result], T]) -> T:
        loop = asyncio.get_running_loop()
        is_left = Event()  # who waited for the thread does so no longer

        def call(page: Coroutine[Any, Any, ResultPage]) -> ResultPage:
            if is_left.is_set():
                page.close()
                raise Unavailable("The reading was cancelled.")
            return asyncio.run_coroutine_threadsafe(page, loop).result()

        try:
            return await asyncio.to_thread(read, self.blocking(call))
        finally:
            is_left.set()

    def _repr_html_(self) -> str:
        """In a notebook: the first rows, of those that are here."""
        return html_table(self.columns, self._first.rows, self.query.result_rows)

    def __repr__(self) -> str:
        names = ", ".join(column.name for column in self.columns)
        return f"AsyncResult({self.query.report}: {names}; {self.query.result_rows} rows)"
