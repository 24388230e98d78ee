"""Bring the warehouse to where the migrations say, however many try it at once or die halfway.

A migration is one transaction: it locks `querycast_migrations`, adds its row there, then runs its
statements. The row comes first because it is also the guard: Redshift enforces no unique key, but
it does refuse NULL, so the name is NULL where the row is there already. Whoever comes second waits
for the lock, is refused by that, and finds the migration applied. Nothing else must be remembered:
a killed attempt either committed, row included, or left nothing.
https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import MigrationFailed
from core.migration import Migration, pending

SHOWN_SQL = 300  # characters of a failed statement
HISTORY = "select name, checksum from querycast_migrations"
BOOKKEEPING = """\
create table if not exists querycast_migrations (
    name varchar(256) not null,
    checksum varchar(64) not null,
    applied_at timestamp not null
)"""
LOCK = "lock querycast_migrations"
ANOTHER = "another migration, which holds the lock on querycast_migrations"

HasTime = Callable[[], bool]


@dataclass(frozen=True)
class Ended:
    """How a batch of statements ended: `error` is None where it took effect.

    failed: the number of the statement that failed, from 0; None where Redshift does not say.
    """

    error: str | None = None
    failed: int | None = None
    rows: Sequence[Sequence[Any]] = ()


class MigrationWarehouse(Protocol):
    """Redshift, with patience."""

    def read(self, sql: str, has_time: HasTime) -> Ended | None:
        """Run one statement to its end; None where that does not come in time."""

    def run(self, sqls: Sequence[str], name: str, token: str, has_time: HasTime) -> Ended | None:
        """Run statements in one transaction; None where it still runs when time is up.

        A repeated `token` is the same run: it starts nothing, and waits for what it started.
        """


@dataclass(frozen=True)
class Progress:
    """before: what was applied already; applied: what was not, and now is.

    waits_for: what still runs when time is up, and goes on; None where all is applied.
    """

    before: list[str]
    applied: list[str]
    waits_for: str | None = None


def migrate(
    warehouse: MigrationWarehouse, migrations: Sequence[Migration], attempt: str, has_time: HasTime
) -> Progress:
    """Apply what is not applied yet, in order, while there is time.

    attempt: the same for a call that goes on with what an earlier one began.

    Raises:
        MigrationRefused: nothing was applied, for files and history disagree.
        MigrationFailed: with Redshift's message; nothing of that migration has happened.
    """
    if not migrations:  # who has none needs no rights in the warehouse
        return Progress([], [])
    history = _history(warehouse, has_time)
    if history is None:
        return Progress([], [], ANOTHER)
    before = [each.name for each in migrations if each.name in history]
    applied: list[str] = []
    for migration in pending(migrations, history):
        if not has_time():
            return Progress(before, applied, migration.name)
        name, token = f"querycast {migration.name}", f"{attempt} {migration.name}"
        ended = warehouse.run(transaction(migration), name, token, has_time)
        if ended is None:
            return Progress(before, applied, migration.name)
        if ended.error is not None:
            _check_applied_by_another(warehouse, migration, ended, has_time)
        applied.append(migration.name)
    return Progress(before, applied)


def transaction(migration: Migration) -> list[str]:
    """The statements that apply it, unless it is applied."""
    name, checksum = migration.name, migration.checksum  # neither can hold a quote
    row = (
        "insert into querycast_migrations (name, checksum, applied_at)"
        f" select case count(*) when 0 then '{name}' end, '{checksum}', getdate()"
        f" from querycast_migrations where name = '{name}'"
    )
    return [LOCK, row, *migration.statements]


def _history(warehouse: MigrationWarehouse, has_time: HasTime) -> Mapping[str, str] | None:
    """The checksum of each applied migration; None where someone holds the lock for too long.

    Reading is tried first: who may read the table need not be allowed to make one.
    """
    read = warehouse.read(HISTORY, has_time)
    if read is not None and read.error is not None:
        made = warehouse.read(BOOKKEEPING, has_time)
        read = made and warehouse.read(HISTORY, has_time)
        if made is not None and read is not None and read.error is not None:
            raise MigrationFailed(
                f"querycast_migrations, where applied migrations are recorded, cannot be read:"
                f" {made.error or read.error}. See docs/operations.md, Migrations."
            )
    if read is None:
        return None
    return {str(name): str(checksum) for name, checksum in read.rows}


def _check_applied_by_another(
    warehouse: MigrationWarehouse, migration: Migration, ended: Ended, has_time: HasTime
) -> None:
    """
    Raises:
        MigrationRefused: another has applied it, from another text.
        MigrationFailed: nobody has.
    """
    history = _history(warehouse, has_time)
    if history is not None and migration.name in history:
        pending([migration], history)
        return
    where = ""
    if ended.failed is not None:
        sql = " ".join(transaction(migration)[ended.failed].split())
        where = f" In the statement: {sql[:SHOWN_SQL]}{'...' if len(sql) > SHOWN_SQL else ''}."
    raise MigrationFailed(
        f"{migration.file} failed, and nothing of it has happened: {_told(ended)}.{where}"
        " Mend the file, or what it needs, and migrate again."
    )


def _told(ended: Ended) -> str:
    """The error without a full stop of its own."""
    return (ended.error or "").strip().rstrip(".")
