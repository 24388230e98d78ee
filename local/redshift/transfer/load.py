"""COPY: objects fetched from S3 become rows of a table, all of them or none.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

import bz2
import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import duckdb

from local.redshift.errors import LoadFailed, NotSupported, SqlError
from local.redshift.sql.coercion import coerced_type, shown_type
from local.redshift.sql.commands.copy_command import CopyCommand
from local.redshift.sql.commands.fixed_width import check_widths
from local.redshift.sql.messages import redshift_message
from local.redshift.sql.super.functions import SUPER
from local.redshift.transfer.load_error import UNKNOWN, LoadError
from local.redshift.transfer.load_escapes import EscapedLoad
from local.redshift.transfer.load_json import JsonLoad, steps
from local.redshift.transfer.load_records import RecordLoad, needs_records
from local.redshift.transfer.load_text import BAD_ROWS, TextLoad, insert, paths
from local.redshift.transfer.manifest import listed
from local.redshift.transfer.s3 import ObjectStore, S3Object, StagedFile
from local.redshift.warehouse.catalog import TableColumn, table_columns

_KINDS = {
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    "float": ("FLOAT", "DOUBLE"),
    "text": ("VARCHAR", "BLOB", SUPER),  # which UNLOAD writes as text that says it is JSON
    "timestamp": (
        *("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"),
        "TIMESTAMP WITH TIME ZONE",
    ),
}


def load(
    connection: duckdb.DuckDBPyConnection,
    command: CopyCommand,
    objects: ObjectStore,
    region: str,
    staging: Path,
    cancelled: threading.Event,
) -> list[LoadError]:
    """Run a COPY, and give the rows it left out; `region` is the bucket's unless COPY says it.

    Raises:
        SqlError: the table or the objects do not exist, or a row cannot be loaded.
    """
    columns = _target_columns(connection, command)
    check_widths(command.widths, len(columns))
    if type := coerced_type(column.type for column in columns):
        raise NotSupported(f"COPY into a {shown_type(type)} column", "copy texts, and cast them")
    directory = Path(tempfile.mkdtemp(dir=staging))
    try:
        region = command.region or region
        sources = _sources(command, objects, region)
        files = objects.fetch(sources, region, directory, cancelled)
        if command.compression == "bzip2":
            files = [_unpacked(file) for file in files]
            command = replace(command, compression="none")
        if command.format == "PARQUET":
            return _load_parquet(connection, command, columns, files)
        if command.format == "JSON":
            places = steps(command, columns, objects, region)
            return JsonLoad(connection, command, columns, files, places).run()
        if any(needs_records(command, file) for file in files):
            return RecordLoad(connection, command, columns, files, cancelled).run()
        text_load = EscapedLoad if command.is_escaped else TextLoad
        return text_load(connection, command, columns, files).run()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _sources(command: CopyCommand, objects: ObjectStore, region: str) -> list[S3Object]:
    """What is to be loaded: what a manifest lists, or all that is under the prefix."""
    if command.has_manifest:
        return listed(objects, S3Object(command.bucket, command.prefix), region)
    found = objects.find(command.bucket, command.prefix, region)
    if not found:
        raise SqlError(f"The specified S3 prefix '{command.prefix}' does not exist")
    return found


def _target_columns(
    connection: duckdb.DuckDBPyConnection, command: CopyCommand
) -> list[TableColumn]:
    """The columns that the fields of a file fill, in their order."""
    columns = table_columns(connection, command.table)
    has_ids, ids = command.has_explicit_ids, {c.name for c in columns if c.is_identity}
    if not command.columns:
        return [column for column in columns if has_ids or column.name not in ids]
    named = {column.name: column for column in columns}
    for name in command.columns:
        if name not in named:
            raise SqlError(f'column "{name}" of relation "{command.table[-1]}" does not exist')
        if name in ids and not has_ids:
            raise NotSupported(f"COPY into the IDENTITY column {name}", "add EXPLICIT_IDS")
    if has_ids and not ids <= set(command.columns):
        raise SqlError("EXPLICIT_IDS needs the IDENTITY columns in the column list")
    return [named[name] for name in command.columns]


def _unpacked(file: StagedFile) -> StagedFile:
    path = file.path.with_suffix(".unpacked")
    try:
        with bz2.open(file.path) as packed, path.open("wb") as target:
            shutil.copyfileobj(packed, target)
    except (OSError, EOFError) as error:
        raise SqlError(f"{file.object.url} is not BZIP2: {error}") from error
    return replace(file, path=path)


def _load_parquet(
    connection: duckdb.DuckDBPyConnection,
    command: CopyCommand,
    columns: list[TableColumn],
    files: list[StagedFile],
) -> list[LoadError]:
    """Parquet columns fill the table's by position; their kinds must agree."""
    source = f"read_parquet({paths(files)})"
    found = connection.execute(f"describe select * from {source}").fetchall()
    if len(found) != len(columns):
        raise SqlError(
            "Unmatched number of columns between table and file. "
            f"Table columns: {len(columns)}, Data columns: {len(found)}"
        )
    for column, (name, type, *_) in zip(columns, found, strict=True):
        if _kind(type) != _kind(column.type):
            raise SqlError(
                f"Spectrum Scan Error. File '{files[0].object.url}' has an"
                f" incompatible Parquet schema for column '{name}': {type}, while the column"
                f" {column.name} of the table is {column.type}"
            )
    fields = [f"f{index}" for index in range(len(columns))]
    values = ", ".join(map(_parquet_value, fields, columns, [type for _, type, *_ in found]))
    query = f"select {values} from {source} as r({', '.join(fields)})"
    try:
        connection.execute(insert(command, columns, query))
    except BAD_ROWS as error:
        reason = redshift_message(error)
        file = next((file for file in files if str(file.path) in reason), files[0])
        reason = reason.replace(str(file.path), file.object.url)
        row = LoadError(file.object.url, UNKNOWN, reason)
        raise LoadFailed(command.table[-1], reason, [row]) from error
    return []


def _parquet_value(field: str, column: TableColumn, type: str) -> str:
    """SQL: a Parquet column's value for the table; old writers do not say that bytes are text."""
    text = f"decode({field})" if type == "BLOB" else field
    if column.char_bytes is not None:
        return f"local_redshift.char_value({text}, {column.char_bytes})"
    return f"local_redshift.super_parse({text}::varchar)" if column.type == SUPER else text


def _kind(type: str) -> str:
    if type.startswith("DECIMAL"):
        return "decimal"
    return next((kind for kind, types in _KINDS.items() if type in types), type)
