"""Migrations: what a file's statements are, which are applied, and which are refused."""

import re
from pathlib import Path

import pytest

from sql.errors import MigrationRefused
from sql.migrate import MIGRATIONS, Migration, pending, read_migration

SETTINGS = {"data_bucket": "trips", "copy_role": "default"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "0001_first.sql"


def migration(name: str, checksum: str = "same") -> Migration:
    return Migration(name, checksum, ["select 1"])


def test_statements_are_split_by_tokens(file: Path) -> None:
    file.write_text(
        "-- a; b\ninsert into t values ('x;''y', \"c;d\"); /* ; */\n\n"
        "create procedure p() as $$ begin; delete from t; end; $$ language plpgsql;\n"
        "call p('a;b');; -- the end;\n"
    )
    assert read_migration(file, SETTINGS).statements == [
        "insert into t values ('x;''y', \"c;d\")",
        "create procedure p() as $$ begin; delete from t; end; $$ language plpgsql",
        "call p('a;b')",
    ]


def test_settings_are_filled_in_and_the_checksum_does_not_depend_on_them(file: Path) -> None:
    file.write_text("copy t from 's3://${data_bucket}/t/' iam_role ${copy_role};")
    here = read_migration(file, SETTINGS)
    there = read_migration(file, {"data_bucket": "other", "copy_role": "'arn'"})
    assert here.statements == ["copy t from 's3://trips/t/' iam_role default"]
    assert here.checksum == there.checksum


REFUSED = {
    "select '${secret}'": ":1: no setting 'secret'; there are data_bucket, copy_role",
    "-- nothing\n": ": 0 statements; a migration has 1 to 39",
    "select 1;" * 40: ": 40 statements; a migration has 1 to 39",
    "select 1;\ncommit;": ":2: commit: a migration is one transaction",
    "TRUNCATE t": ":1: TRUNCATE: a migration is one transaction",
    "vacuum t": ":1: vacuum: a migration is one transaction",
    "select 1;\nselect 'open": ":2: a string, comment or quoted identifier that begins here",
}


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_cannot_be_one_transaction_is_refused(file: Path, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(MigrationRefused, match=re.escape(f"{file}{words}")):
        read_migration(file, SETTINGS)


def test_a_file_without_a_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "add_zones.sql").write_text("select 1")
    with pytest.raises(MigrationRefused, match=r"call it like 0007_add_zones\.sql"):
        read_migration(tmp_path / "add_zones.sql", SETTINGS)


def test_only_what_was_not_applied_is_pending() -> None:
    migrations = [migration("0001_a"), migration("0002_b")]
    assert pending(migrations, {"0001_a": "same"}) == migrations[1:]
    assert pending(migrations, {"0001_a": "same", "0002_b": "same"}) == []


@pytest.mark.parametrize(
    ("names", "applied", "words"),
    [
        (["0001_a"], {"0001_a": "other"}, "0001_a: changed after it was applied; restore"),
        (["0001_a", "0002_b"], {"0002_b": "same"}, "0001_a: 0002_b is already applied"),
        (["0001_a", "0001_b"], {}, "0001_a: number 0001 is taken twice"),
        (["0001_a"], {"0001_a": "same", "0002_b": "same"}, "0002_b: applied, but its file is gone"),
    ],
)
def test_files_that_disagree_with_history_are_refused(
    names: list[str], applied: dict[str, str], words: str
) -> None:
    with pytest.raises(MigrationRefused, match=words):
        pending([migration(name) for name in names], applied)


def test_the_migrations_of_the_house_can_be_read() -> None:
    files = sorted(MIGRATIONS.glob("*.sql"))
    assert pending([read_migration(file, SETTINGS) for file in files], {})
