"""A migration: one change of the warehouse, applied once and whole, in one transaction.

Migrations are files in sql/migrations, compiled at build time (sql/compile_migrations.py) and read
at deployment as JSON. `querycast_migrations` in the warehouse says which were applied.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.coercion import from_json, to_json
from core.errors import MigrationRefused

SAMPLE_DATA = "sample_data"  # the folder of those that only a stage with sample data has
MAX_STATEMENTS = 38  # BatchExecuteStatement takes 40: the lock and the row are two
SETTING = re.compile(r"\$\{(.*?)\}")
SETTINGS = ("data_bucket", "copy_role")


@dataclass(frozen=True)
class Migration:
    """name: the path of its file below sql/migrations, without `.sql`; checksum: of its text."""

    name: str
    checksum: str
    statements: list[str]

    @property
    def folder(self) -> str:
        """Empty for those of every stage."""
        return self.name.rpartition("/")[0]

    @property
    def file(self) -> str:
        return f"sql/migrations/{self.name}.sql"


def pending(migrations: Iterable[Migration], applied: Mapping[str, str]) -> list[Migration]:
    """Those to apply, in order, given the checksums of those that were applied.

    What was applied and is not among `migrations` came with a later release, from which this one
    was rolled back to, or its file was deleted: neither stops a deployment.

    Raises:
        MigrationRefused: one was changed after it was applied, or comes too late.
    """
    ordered = sorted(migrations, key=lambda migration: (migration.folder, migration.name))
    for migration in ordered:
        _check_unchanged(migration, applied)
        _check_order(migration, applied)
    return [migration for migration in ordered if migration.name not in applied]


def of_stage(migrations: Iterable[Migration], *, has_sample_data: bool) -> list[Migration]:
    """Those that a stage has."""
    return [each for each in migrations if has_sample_data or each.folder != SAMPLE_DATA]


def filled_in(migrations: Iterable[Migration], settings: Mapping[str, str]) -> Iterator[Migration]:
    """With the stage's own values for `${data_bucket}` and `${copy_role}`."""
    for migration in migrations:
        sqls = [SETTING.sub(lambda found: settings[found[1]], sql) for sql in migration.statements]
        yield replace(migration, statements=sqls)


def migrations_from_json(document: Mapping[str, Any]) -> list[Migration]:
    """The content of migrations.json."""
    return [from_json(Migration, entry) for entry in document["migrations"]]


def migrations_to_json(migrations: list[Migration]) -> dict[str, Any]:
    """What `migrations_from_json` reads."""
    return {"migrations": to_json(migrations)}


def _check_unchanged(migration: Migration, applied: Mapping[str, str]) -> None:
    if applied.get(migration.name, migration.checksum) != migration.checksum:
        advice = "restore the file, and write the change as a new migration"
        raise MigrationRefused(f"{migration.file} was changed after it was applied; {advice}.")


def _check_order(migration: Migration, applied: Mapping[str, str]) -> None:
    same = [name for name in applied if name.rpartition("/")[0] == migration.folder]
    last = max(same, default="")
    if migration.name not in applied and migration.name < last:
        raise MigrationRefused(
            f"{migration.file} comes too late: {last} is already applied; give it a later number."
        )
