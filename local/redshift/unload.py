"""UNLOAD: the rows of a query become objects in S3, all of them or none.

This server is a cluster of one slice: with PARALLEL ON its files are `<prefix>0000_part_00`, `01`
and so on, with PARALLEL OFF `<prefix>000`, `001`. Everything is written here before the first
object is sent, so a query that fails leaves nothing.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

import json
import shutil
import tempfile
import threading
from pathlib import Path

import duckdb

from local.redshift.errors import SqlError
from local.redshift.s3 import ObjectStore, S3Object, StagedFile
from local.redshift.sql.unload_command import COMPRESSIONS, UnloadCommand
from local.redshift.unload_text import TextUnload

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
    region = command.region or region
    there = objects.find(command.bucket, command.prefix, region)
    if there and not (command.may_overwrite or command.cleans_path):
        raise SqlError(NOT_EMPTY)
    directory = Path(tempfile.mkdtemp(dir=staging))
    try:
        if command.format == "PARQUET":
            files, rows = _parquet(connection, query, directory)
        else:
            files, rows = TextUnload(connection, command, directory, cancelled).run(query)
        staged = [
            StagedFile(S3Object(command.bucket, _key(command, number)), path)
            for number, path in enumerate(files)
        ]
        if command.has_manifest:
            staged.append(_manifest(command, staged, directory))
        if command.cleans_path:
            objects.delete(there, region)
        objects.send(staged, region, cancelled)
        return rows
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _parquet(
    connection: duckdb.DuckDBPyConnection, query: str, directory: Path
) -> tuple[list[Path], int]:
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
    return [path], int(found[0]) if found else 0


def _key(command: UnloadCommand, number: int) -> str:
    place = f"0000_part_{number:02}" if command.is_parallel else f"{number:03}"
    ending = ".parquet" if command.format == "PARQUET" else ""
    if command.compression:
        ending = COMPRESSIONS[command.compression]
    if command.extension is not None:
        ending = f".{command.extension.removeprefix('.')}"
    return f"{command.prefix}{place}{ending}"


def _manifest(command: UnloadCommand, staged: list[StagedFile], directory: Path) -> StagedFile:
    entries = [
        {
            "url": file.object.url,
            "meta": {"content_length": file.path.stat().st_size},
        }
        for file in staged
    ]
    path = directory / "manifest"
    path.write_text(json.dumps({"entries": entries}, indent=2))
    return StagedFile(S3Object(command.bucket, f"{command.prefix}manifest"), path)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
