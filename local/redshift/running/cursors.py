"""Cursors: the rows of a query kept in a temporary table, and how far they have been fetched.

https://docs.aws.amazon.com/redshift/latest/dg/declare.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from local.redshift.errors import SqlError


@dataclass
class _Cursor:
    table: str
    fetched: int = 0


class Cursors:
    """The cursors of a connection; they end with the transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._open: dict[str, _Cursor] = {}
        self._number = 0

    def open(self, name: str, sql: str, values: Mapping[str, str | None]) -> None:
        """Run DuckDB's query and keep its rows under the name."""
        if name in self._open:
            raise SqlError(f'cursor "{name}" already exists')
        self._number += 1
        table = f'temp.main."cursor {self._number}"'
        self._connection.execute(f"create temp table {table} as {sql}", values)
        self._open[name] = _Cursor(table)

    def rest(self, name: str) -> str:
        """A query for the rows of a cursor."""
        return f"select * from {self._get(name).table}"

    def fetch(self, name: str, count: int | None) -> str:
        """The query for the next rows, for all that are left if there is no count."""
        cursor = self._get(name)
        limit = "" if count is None else f" limit {count}"
        sql = f"select * from {cursor.table} order by rowid{limit} offset {cursor.fetched}"
        (left,) = self._connection.execute(
            f"select count(*) - {cursor.fetched} from {cursor.table}"
        ).fetchall()[0]
        cursor.fetched += left if count is None else min(count, left)
        return sql

    def close(self, name: str) -> None:
        cursor = self._get(name)
        del self._open[name]
        self._connection.execute(f"drop table {cursor.table}")

    def close_all(self) -> None:
        """The transaction ends."""
        for name in list(self._open):
            self.close(name)

    def forget(self) -> None:
        """The transaction has been undone, and the tables with it."""
        self._open.clear()

    def _get(self, name: str) -> _Cursor:
        if name not in self._open:
            raise SqlError(f'cursor "{name}" does not exist')
        return self._open[name]
