"""Bring the warehouse to where sql/migrations says: `python -m sql.migrate`.

Each file is applied once, in the order of its number, in one transaction with its row in
`querycast_migrations`: a migration has happened whole or not at all. What was applied is history: a
changed file is refused, the next change is a new file.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sql.command import exit_code
from sql.copy_settings import copy_settings
from sql.errors import MigrationRefused
from sql.stack import Stack, find_stack
from sql.statement_text import UnreadableSql, statements
from sql.statements import MAX_BATCH, execute, execute_batch

MIGRATIONS = Path(__file__).parent / "migrations"
NAME = re.compile(r"(\d{4})_[a-z0-9]+(_[a-z0-9]+)*")
OUTSIDE_TRANSACTIONS = frozenset({  # statements that end a transaction or cannot be part of one
    "abort", "begin", "commit", "end", "rollback", "start", "truncate", "vacuum",
})  # fmt: skip
BOOKKEEPING = """\
create table if not exists querycast_migrations (
    name varchar(256) not null,
    checksum varchar(64) not null,
    applied_at timestamp not null
)"""


@dataclass(frozen=True)
class Migration:
    """One file: its statements in order, and the checksum of its text."""

    name: str
    checksum: str
    statements: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sql.migrate", description="Apply migrations.")
    parser.add_argument("--migrations", type=Path, default=MIGRATIONS, help="folder of migrations")
    options = parser.parse_args(arguments)
    return exit_code(lambda: migrate(find_stack(), options.migrations))


def migrate(stack: Stack, folder: Path) -> None:
    """Apply what is not applied yet.

    Raises:
        MigrationRefused: a file is malformed, changed since it was applied, or comes too late.
        StatementFailed: a statement failed; nothing of its migration has happened.
    """
    settings = copy_settings(stack)
    migrations = [read_migration(file, settings) for file in sorted(folder.glob("*.sql"))]
    execute(stack, BOOKKEEPING, "querycast migrate")
    listed = execute(stack, "select name, checksum from querycast_migrations", "querycast migrate")
    waiting = pending(migrations, {str(name): str(checksum) for name, checksum in listed})
    for migration in waiting:
        print(f"Applying {migration.name} ...", flush=True)
        execute_batch(
            stack, [*migration.statements, _record(migration)], f"querycast {migration.name}"
        )
    print(f"{len(migrations)} migrations: {len(waiting)} applied now, the others before.")


def pending(migrations: Sequence[Migration], applied: Mapping[str, str]) -> list[Migration]:
    """The migrations to apply, given the checksums of those that were applied.

    Raises:
        MigrationRefused: files and history disagree.
    """
    numbers = [migration.name[:4] for migration in migrations]
    for migration in migrations:
        name = migration.name
        if numbers.count(name[:4]) > 1:
            raise MigrationRefused(f"{name}: number {name[:4]} is taken twice; renumber one file")
        if applied.get(name, migration.checksum) != migration.checksum:
            advice = "restore the file and write the change as a new migration"
            raise MigrationRefused(f"{name}: changed after it was applied; {advice}")
        if name not in applied and name < max(applied, default=""):
            last = max(applied)
            raise MigrationRefused(f"{name}: {last} is already applied; give it a later number")
    for name in sorted(applied.keys() - {migration.name for migration in migrations}):
        raise MigrationRefused(f"{name}: applied, but its file is gone; restore the file")
    return [migration for migration in migrations if migration.name not in applied]


def read_migration(file: Path, settings: Mapping[str, str]) -> Migration:
    """The migration of a file, with its settings filled in.

    Raises:
        MigrationRefused: its name or a statement cannot be a migration's.
    """
    if not NAME.fullmatch(file.stem):
        raise MigrationRefused(f"{file}: no migration's name; call it like 0007_add_zones.sql")
    text = file.read_text(encoding="utf-8")
    sql = _filled_in(text, settings, file)
    try:
        parts = statements(sql)
    except UnreadableSql as error:
        raise MigrationRefused(f"{file}:{error.line}: {error}") from None
    if not 0 < len(parts) < MAX_BATCH:
        limit = f"a migration has 1 to {MAX_BATCH - 1}, which fit into one transaction"
        raise MigrationRefused(f"{file}: {len(parts)} statements; {limit}; split the file")
    for tokens in parts:
        if tokens[0].text.lower() in OUTSIDE_TRANSACTIONS:
            reason = "a migration is one transaction of its own; take it out"
            raise MigrationRefused(f"{file}:{tokens[0].line}: {tokens[0].text}: {reason}")
    texts = [sql[tokens[0].start : tokens[-1].end + 1] for tokens in parts]
    return Migration(file.stem, sha256(text.encode()).hexdigest(), texts)


def _filled_in(text: str, settings: Mapping[str, str], file: Path) -> str:
    for found in re.finditer(r"\$\{(.*?)\}", text):
        if found[1] not in settings:
            line = text.count("\n", 0, found.start()) + 1
            known = ", ".join(settings)
            raise MigrationRefused(f"{file}:{line}: no setting {found[1]!r}; there are {known}")
    return re.sub(r"\$\{(.*?)\}", lambda found: settings[found[1]], text)


def _record(migration: Migration) -> str:
    values = f"'{migration.name}', '{migration.checksum}', getdate()"
    return f"insert into querycast_migrations (name, checksum, applied_at) values ({values})"


if __name__ == "__main__":
    raise SystemExit(main())
