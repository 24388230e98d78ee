"""All files of migrations as the one that a deployment carries."""

import json
from pathlib import Path

import pytest

from core.migration import migrations_from_json, pending
from sql.compile_migrations import MIGRATIONS, compile_migrations, main
from sql.errors import MigrationProblems


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    output = tmp_path / "build" / "migrations.json"
    assert main(["--output", str(output)]) == 0
    assert migrations_from_json(json.loads(output.read_text())) == compile_migrations(MIGRATIONS)


def test_every_problem_is_told_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("0001_a", "0002_b", "0002_c"):
        (tmp_path / f"{name}.sql").write_text("commit" if name == "0001_a" else "select 1")
    output = tmp_path / "migrations.json"
    assert main(["--migrations", str(tmp_path), "--output", str(output)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path}/0001_a.sql:1: commit: cannot be in a transaction, and a migration is one;"
        " take it out",
        f"{tmp_path}/0002_b.sql: number 0002 is taken twice; renumber one",
        f"{tmp_path}/0002_c.sql: number 0002 is taken twice; renumber one",
    ]
    assert not output.exists()


def test_numbers_count_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "sample_data").mkdir()
    for name in ("0001_a", "sample_data/0001_a"):
        (tmp_path / f"{name}.sql").write_text("select 1")
    migrations = compile_migrations(tmp_path)
    assert [each.name for each in pending(migrations, {})] == ["0001_a", "sample_data/0001_a"]


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationProblems, match="nowhere: no folder"):
        compile_migrations(tmp_path / "nowhere")
