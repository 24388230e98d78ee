"""UNLOAD: the rows of a query become objects in S3, all of them or none.

This server is a cluster of one slice: with PARALLEL ON its files are `<prefix>0000_part_00`, `01`
and so on, with PARALLEL OFF `<prefix>000`, `001`; each folder of PARTITION BY counts its own.
Everything is written here before the first object is sent, so a query that fails leaves nothing.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

import shutil
import tempfile
import threading
from pathlib import Path

import duckdb

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.coercion import coerced_type, shown_type
from local.redshift.sql.commands.unload_command import COMPRESSIONS, UnloadCommand
from local.redshift.transfer.s3 import ObjectStore, S3Object, StagedFile
from local.redshift.transfer.unload_manifest import Unloaded, write_manifest
from local.redshift.transfer.unload_partitions import Partition, partitions
from local.redshift.transfer.unload_text import TextUnload

NOT_EMPTY = (
    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix,"
    " manually removing the target files in S3, or using the ALLOWOVERWRITE option."
)


def unload(
    connection: duckdb.DuckDBPyConnection,
    command: UnloadCommand,
    query: str,
    objects: ObjectStore,
    region: str,
    staging: Path,
    cancelled: threading.Event,
) -> int:
    """Run an UNLOAD of a query in DuckDB's SQL; how many rows were written.

    `region` is where the bucket is if the command does not say.

    Raises:
        SqlError: the place is not empty, the query fails, or S3 refuses.
    """
    _check_types(connection, query)
    region = command.region or region
    there = objects.find(command.bucket, command.root, region)
    if there and not (command.may_overwrite or command.cleans_path):
        raise SqlError(NOT_EMPTY)
    directory = Path(tempfile.mkdtemp(dir=staging))
    try:
        parts = _partitions(connection, command, query, directory)
        files = _write(connection, command, parts, directory, cancelled)
        staged = [file.staged for file in files]
        manifest = S3Object(command.bucket, f"{command.root}manifest")
        if command.has_manifest:
            path = directory / "manifest"
            write_manifest(path, command, files, _columns(connection, command, query))
            staged.append(StagedFile(manifest, path))  # last: what it lists is there
        objects.delete(_outdated(command, there, parts, manifest), region)
        objects.send(staged, region, cancelled)
        return sum(file.rows for file in files)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _check_types(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    types = [type for _, type, *_ in connection.execute(f"describe {query}").fetchall()]
    if type := coerced_type(types):
        raise NotSupported(f"UNLOAD of a {shown_type(type)} column", "cast it to VARCHAR")


def _partitions(
    connection: duckdb.DuckDBPyConnection, command: UnloadCommand, query: str, directory: Path
) -> list[Partition]:
    if not command.partition_by:
        return [Partition("", query)]
    by, includes_keys = command.partition_by, command.includes_partition_columns
    return partitions(connection, query, by, includes_keys, directory)


def _write(
    connection: duckdb.DuckDBPyConnection,
    command: UnloadCommand,
    parts: list[Partition],
    directory: Path,
    cancelled: threading.Event,
) -> list[Unloaded]:
    """Each partition's files, in order."""
    found = []
    for index, part in enumerate(parts):
        own = directory / f"{index:06}"
        own.mkdir()
        if command.format == "PARQUET":
            files = _parquet(connection, part.query, own)
        else:
            files = TextUnload(connection, command, own, cancelled).run(part.query)
        for number, (path, rows) in enumerate(files):
            key = f"{command.root}{part.folder}{_name(command, number)}"
            found.append(Unloaded(StagedFile(S3Object(command.bucket, key), path), rows))
    return found


def _parquet(
    connection: duckdb.DuckDBPyConnection, query: str, directory: Path
) -> list[tuple[Path, int]]:
    path = directory / "000000"
    target = str(path.absolute()).replace("'", "''")
    columns = connection.execute(f"describe {query}").fetchall()
    casts = [
        f'"{index}"::bigint as {_identifier(name)}' if type == "HUGEINT"
        else f'"{index}" as {_identifier(name)}'
        for index, (name, type, *_) in enumerate(columns)
    ]  # fmt: skip
    names = ", ".join(f'"{index}"' for index in range(len(columns)))
    source = f"select {', '.join(casts)} from ({query}) as r({names})"
    found = connection.execute(f"copy ({source}) to '{target}' (format parquet)").fetchone()
    return [(path, int(found[0]) if found else 0)]


def _name(command: UnloadCommand, number: int) -> str:
    place = f"0000_part_{number:02}" if command.is_parallel else f"{number:03}"
    ending = ".parquet" if command.format == "PARQUET" else ""
    if command.compression:
        ending = COMPRESSIONS[command.compression]
    if command.extension is not None:
        ending = f".{command.extension.removeprefix('.')}"
    return f"{place}{ending}"


def _columns(
    connection: duckdb.DuckDBPyConnection, command: UnloadCommand, query: str
) -> list[tuple[str, str]]:
    """The names and DuckDB's types of the columns that files have."""
    columns = connection.execute(f"describe {query}").fetchall()
    left_out = [] if command.includes_partition_columns else command.partition_by
    return [(name, type) for name, type, *_ in columns if name not in left_out]


def _outdated(
    command: UnloadCommand, there: list[S3Object], parts: list[Partition], manifest: S3Object
) -> list[S3Object]:
    """What goes before anything is sent: what CLEANPATH removes, and a manifest to be replaced."""
    folders = tuple(f"{command.root}{part.folder}" for part in parts)
    return [
        object
        for object in there
        if (command.cleans_path and object.key.startswith(folders))
        or (command.has_manifest and object == manifest)
    ]


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
