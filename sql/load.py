"""Load a file as a table: `python -m sql.load FILE TABLE [--replace]`.

The file travels as Parquet, so that one COPY serves all and no value is read twice; table and rows
appear in one transaction. Select is granted to everyone in the warehouse, as for the tables of the
migrations: who may see what is decided by the reports' groups.
"""

import argparse
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb

from sql.command import exit_code
from sql.copy_settings import copy_settings
from sql.errors import LoadRefused, StatementFailed
from sql.stack import Stack, find_stack
from sql.statements import execute, execute_batch
from sql.table_columns import MAX_NAME_LENGTH, RESERVED, Column, table_columns
from sql.table_file import open_table

OURS = "querycast_"  # tables of our own begin so


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sql.load", description="Load a table.")
    parser.add_argument("file", type=Path, help="CSV (first line names the columns) or Parquet")
    parser.add_argument("table", help="name of the new table")
    parser.add_argument("--replace", action="store_true", help="drop a table of that name first")
    options = parser.parse_args(arguments)
    return exit_code(
        lambda: load(find_stack(), options.file, options.table, replace=options.replace)
    )


def load(stack: Stack, file: Path, table: str, *, replace: bool) -> None:
    """Make `table` from `file` and say what it became.

    Raises:
        LoadRefused: the file or the name cannot be a table, or there is one already.
        StatementFailed: Redshift refused it; nothing has changed.
    """
    check_table_name(table)
    with tempfile.TemporaryDirectory() as folder:
        parquet = Path(folder) / "data.parquet"
        columns, rows = convert(file, parquet)
        for column in columns:
            renamed = "" if column.name == column.source else f"  (was {column.source})"
            print(f"  {column.name} {column.type}{renamed}")
        with _uploaded(stack, parquet, table) as prefix:
            print(f"Loading {rows:,} rows ...", flush=True)
            _copy(stack, table, columns, prefix, replace=replace)
    loaded = execute(stack, f"select count(*) from {table}", f"querycast load {table}")[0][0]
    if loaded != rows:
        raise LoadRefused(f"{table} has {loaded:,} rows, {file} has {rows:,}; load with --replace")
    print(f"Loaded {rows:,} rows into {table}; a report can read it now.")


def check_table_name(table: str) -> None:
    """Raises LoadRefused unless the name needs no quotes and is free for users."""
    rule = f"take lower-case letters, digits and _, a letter first, at most {MAX_NAME_LENGTH}"
    if not re.fullmatch(rf"[a-z][a-z0-9_]{{0,{MAX_NAME_LENGTH - 1}}}", table):
        raise LoadRefused(f"{table!r} is no table name; {rule}")
    if table in RESERVED:
        raise LoadRefused(f"{table!r} is a word of Redshift's SQL; take another name")
    if table.startswith(OURS):
        raise LoadRefused(f"{table!r}: names in {OURS} are Querycast's own; take another name")


def convert(file: Path, parquet: Path) -> tuple[list[Column], int]:
    """Write the file's rows as Parquet that COPY can read; returns its columns and their count.

    Raises:
        LoadRefused: it is not a clean CSV or Parquet file.
    """
    # a file larger than memory spills beside the Parquet
    with duckdb.connect(config={"temp_directory": str(parquet.parent)}) as connection:
        relation = open_table(connection, file)
        columns = table_columns(connection, relation)
        selected = ", ".join(f"{column.expression} as {column.name}" for column in columns)
        try:
            copied = connection.execute(
                f"copy (select {selected} from {relation}) to '{parquet}' (format parquet)"
            ).fetchone()
        except duckdb.Error as error:
            raise LoadRefused(f"{file}: {str(error).splitlines()[0]}; mend the file") from None
    return columns, int((copied or (0,))[0])


@contextmanager
def _uploaded(stack: Stack, parquet: Path, table: str) -> Iterator[str]:
    """The file under a prefix of its own, for as long as COPY needs it."""
    prefix = f"loads/{table}/{uuid4()}/"
    stack.s3.upload_file(str(parquet), stack.data_bucket, f"{prefix}data.parquet")
    try:
        yield prefix
    finally:
        stack.s3.delete_object(Bucket=stack.data_bucket, Key=f"{prefix}data.parquet")


def _copy(
    stack: Stack, table: str, columns: Sequence[Column], prefix: str, *, replace: bool
) -> None:
    settings = copy_settings(stack)
    declared = ",\n    ".join(f"{column.name} {column.type}" for column in columns)
    sqls = [
        f"create table {table} (\n    {declared}\n)",
        f"copy {table} from 's3://{settings['data_bucket']}/{prefix}'"
        f" iam_role {settings['copy_role']} format as parquet",
        f"grant select on {table} to public",
    ]
    if replace:
        sqls.insert(0, f"drop table if exists {table}")
    try:
        execute_batch(stack, sqls, f"querycast load {table}")
    except StatementFailed as error:
        if "already exists" in error.message:
            raise LoadRefused(f"table {table} exists; load with --replace to drop it") from None
        raise


if __name__ == "__main__":
    raise SystemExit(main())
