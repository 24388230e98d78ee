"""Bring the warehouse to where sql/migrations says: `python -m sql.migrate`, without a deployment.

The deployed function does it, as at a deployment, so that both are the same user of the warehouse
and what one made the other may change. It is asked again and again until all is applied, for a
Lambda lives 15 minutes and a migration may take hours.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from core.coercion import from_json
from core.migrate import ANOTHER, Progress
from core.migration import Migration, migrations_to_json, of_stage
from sql.command import exit_code
from sql.compile_migrations import MIGRATIONS, compile_migrations
from sql.errors import MigrationStopped
from sql.stack import Stack, find_stack

SECONDS = 20  # of each call


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sql.migrate", description="Apply migrations.")
    parser.add_argument("--migrations", type=Path, default=MIGRATIONS, help="folder of migrations")
    options = parser.parse_args(arguments)
    return exit_code(lambda: migrate(find_stack(), options.migrations))


def migrate(stack: Stack, folder: Path) -> None:
    """Apply what is not applied yet, and say so, a line a migration.

    Raises:
        MigrationProblems: a file does not compile.
        MigrationStopped: one was refused, or failed; what came before it is applied.
    """
    migrations = of_stage(compile_migrations(folder), has_sample_data=stack.has_sample_data)
    applied: list[str] = []
    for line, names in _steps(stack, migrations):
        applied += names
        print(line, flush=True)
    before = len(migrations) - len(applied)
    print(f"{len(migrations)} migrations: {len(applied)} applied now, {before} before.")


def _steps(stack: Stack, migrations: list[Migration]) -> Iterator[tuple[str, list[str]]]:
    """What to say of each step, and which migrations it applied."""
    known: set[str] | None = None
    told = None
    for progress in _progress(stack, migrations):
        known = set(progress.before) if known is None else known
        for name in [*progress.before, *progress.applied]:
            if name not in known:
                known.add(name)
                yield f"applied  {name}", [name]
        waits_for = progress.waits_for
        if waits_for not in (None, told) and not (told and waits_for == ANOTHER):
            told = waits_for  # ours holds that lock too, so it need not be another's
            yield f"waiting  for {waits_for}", []


def _progress(stack: Stack, migrations: list[Migration]) -> Iterator[Progress]:
    attempt, progress = str(uuid4()), None
    while progress is None or progress.waits_for is not None:
        event = {"attempt": attempt, "seconds": SECONDS, **migrations_to_json(migrations)}
        progress = _ask(stack, event)
        yield progress


def _ask(stack: Stack, event: dict[str, Any]) -> Progress:
    answer = stack.functions.invoke(
        FunctionName=stack.migrate_function, Payload=json.dumps(event).encode()
    )
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        reason = told.get("errorMessage", "no reason given")
        advice = f"see the log of {stack.migrate_function}, and run this again"
        raise MigrationStopped(f"The function that migrates failed: {reason}; {advice}")
    if "error" in told:
        raise MigrationStopped(told["error"]["message"])
    progress: Progress = from_json(Progress, told)
    return progress


if __name__ == "__main__":
    raise SystemExit(main())
