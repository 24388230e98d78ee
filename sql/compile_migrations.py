"""What a deployment carries of sql/migrations: `python -m sql.compile_migrations`.

Statements are cut apart here and not in the Lambda that runs them, which would have to import
sqlglot for it. All problems of all files are told, and nothing is written where there are any.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.migration import Migration, migrations_to_json
from sql.command import exit_code
from sql.errors import MigrationProblems
from sql.migration_file import read_migration

ROOT = Path(__file__).parents[1]
MIGRATIONS = ROOT / "sql" / "migrations"
COMPILED = ROOT / "build" / "migrations.json"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sql.compile_migrations", description="Compile migrations."
    )
    parser.add_argument("--migrations", type=Path, default=MIGRATIONS, help="folder of migrations")
    parser.add_argument("--output", type=Path, default=COMPILED, help="where they go")
    options = parser.parse_args(arguments)
    return exit_code(lambda: write_migrations(options.migrations, options.output))


def write_migrations(folder: Path, output: Path) -> None:
    migrations = compile_migrations(folder)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(migrations_to_json(migrations), indent=1), encoding="utf-8")
    print(f"Compiled {len(migrations)} migrations into {os.path.relpath(output)}")


def compile_migrations(folder: Path) -> list[Migration]:
    """Those of a folder, and of sample_data/ in it.

    Raises:
        MigrationProblems: with the problems of every file.
    """
    if not folder.is_dir():
        raise MigrationProblems(f"{folder}: no folder; name the one with the migrations")
    migrations, problems = [], []
    for file in sorted(folder.rglob("*.sql")):
        try:
            migrations.append(read_migration(file, folder))
        except MigrationProblems as problem:
            problems.append(str(problem))
    numbers = Counter(_number(migration) for migration in migrations)
    for migration in migrations:
        if numbers[_number(migration)] > 1:
            file = folder / f"{migration.name}.sql"
            problems.append(f"{file}: number {_number(migration)[1]} is taken twice; renumber one")
    if problems:
        raise MigrationProblems("\n".join(problems))
    return migrations


def _number(migration: Migration) -> tuple[str, str]:
    """It counts in its folder."""
    return migration.folder, migration.name.rpartition("/")[2][:4]


if __name__ == "__main__":
    raise SystemExit(main())
