"""The last COPY of a session, which pg_last_copy_count() and pg_last_copy_id() tell.

https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html
"""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Copy:
    """A COPY by the statement it was in and its part; `rows` are those it loaded."""

    statement_id: str
    part: int
    rows: int


class LastCopy:
    """Forgets a COPY that is undone, unless it was its data that failed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._last: Copy | None = None
        self._kept: Copy | None = None

    def note(self, copy: Copy) -> None:
        """It has loaded; whether that stays is not known yet."""
        self._last = copy
        self.tell()

    def note_failure(self, copy: Copy) -> None:
        """It had begun to load when its data failed."""
        self._kept = copy

    def keep(self) -> None:
        """The transaction has committed."""
        self._kept = self._last

    def undo(self) -> None:
        """The transaction has been undone; SQL knows of it when it is told."""
        self._last = self._kept

    def tell(self) -> None:
        """Let SQL know."""
        copy = self._last
        for name, value in (
            ("copy_statement", f"'{copy.statement_id}'" if copy else "null"),
            ("copy_part", copy.part if copy else 0),
            ("copy_rows", copy.rows if copy else 0),
        ):
            self._connection.execute(f"set variable {name} = {value}")
