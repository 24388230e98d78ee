"""Files of migrations: what their statements are, and which cannot be a migration's."""

import re
from pathlib import Path

import pytest

from sql.errors import MigrationProblems
from sql.migration_file import read_migration


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "0001_first.sql"


def test_statements_are_split_by_tokens(file: Path) -> None:
    file.write_text(
        "-- a; b\ninsert into t values ('x;''y', \"c;d\"); /* ; */\n\n"
        "create procedure p() as $$ begin; delete from t; end; $$ language plpgsql;\n"
        "call p('a;b');; -- the end;\n"
    )
    assert read_migration(file, file.parent).statements == [
        "insert into t values ('x;''y', \"c;d\")",
        "create procedure p() as $$ begin; delete from t; end; $$ language plpgsql",
        "call p('a;b')",
    ]


def test_its_name_is_its_path_below_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "sample_data"
    folder.mkdir()
    (folder / "0001_trips.sql").write_text("select 1")
    assert read_migration(folder / "0001_trips.sql", tmp_path).name == "sample_data/0001_trips"


def test_the_checksum_is_of_the_text_whichever_way_its_lines_end(file: Path) -> None:
    checksums = []
    for text in (b"select 1;\nselect 2;\n", b"\xef\xbb\xbfselect 1;\r\nselect 2;\r\n", b"select 1"):
        file.write_bytes(text)
        checksums.append(read_migration(file, file.parent).checksum)
    assert checksums[0] == checksums[1] != checksums[2]


REFUSED = {
    "select '${secret}'": ":1: no setting 'secret'; there are data_bucket, copy_role",
    "-- nothing\n": ": 0 statements; a migration has 1 to 38",
    "select 1;" * 39: ": 39 statements; a migration has 1 to 38",
    "select 1;\nselect 'open": ":2: a string, comment or quoted identifier that begins here",
    f"select '{'x' * 100_000}'": ":1: select 'xxx",
}
OUTSIDE = (
    *("begin", "start transaction", "commit", "end", "rollback", "abort"),
    *("TRUNCATE t", "vacuum", "vacuum full t", "create database d", "drop database d"),
    "create external table s.t (a int) stored as parquet location 's3://b/'",
    "create external schema s from data catalog database 'd' create external database",
    *("create or replace library l language plpythonu from 's3://b/l.zip'", "drop library l"),
    "alter table t append from u",
    'alter table a.t alter column "b c" type varchar(20)',
)
INSIDE = (
    *("create table database (a int)", "create external schema s from data catalog database 'd'"),
    *("alter table t add column begin_at date", "drop schema s", "drop table t"),
    *("call commit_all()", "alter table t rename to append", "select 'vacuum'", "analyze t"),
)


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_cannot_be_a_migration_is_refused(file: Path, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(MigrationProblems, match=re.escape(f"{file}{words}")):
        read_migration(file, file.parent)


@pytest.mark.parametrize("statement", OUTSIDE)
def test_what_cannot_be_in_a_transaction_is_refused_by_name(file: Path, statement: str) -> None:
    file.write_text(f"select 1;\n{statement};")
    shown = re.escape(f"{file}:2: {' '.join(statement.split()[:12])}")
    with pytest.raises(MigrationProblems, match=rf"{shown}( \.\.\.)?: cannot be in a transaction"):
        read_migration(file, file.parent)


@pytest.mark.parametrize("statement", INSIDE)
def test_what_only_looks_like_it_is_not(file: Path, statement: str) -> None:
    file.write_text(statement)
    assert read_migration(file, file.parent).statements == [statement]


@pytest.mark.parametrize("name", ["add_zones", "0001", "0001_Zones", f"0001_{'x' * 96}"])
def test_a_file_without_a_migrations_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.sql").write_text("select 1")
    with pytest.raises(MigrationProblems, match=r"call it like 0007_add_zones\.sql"):
        read_migration(tmp_path / f"{name}.sql", tmp_path)


def test_a_file_in_another_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "0001_a.sql").write_text("select 1")
    with pytest.raises(MigrationProblems, match="itself, or in sample_data/"):
        read_migration(tmp_path / "old" / "0001_a.sql", tmp_path)


def test_a_file_that_is_not_utf_8_is_refused(file: Path) -> None:
    file.write_bytes(b"select '\xe9'")
    with pytest.raises(MigrationProblems, match="not UTF-8"):
        read_migration(file, file.parent)
