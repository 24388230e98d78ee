"""COPY and UNLOAD of many rows, beside DuckDB's own reading and writing of the same files.

There are two peers, because a table on disk takes DuckDB's compression and one in memory does not:
local/redshift keeps its tables on disk. What S3 takes for the same bytes is measured on its own.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import duckdb

from bench.appsync.servers import emulator
from bench.redshift.server import Redshift

ROWS = 2_000_000
TIMES = 5
CHUNK_BYTES = 1024 * 1024
FORMATS = {"CSV": "csv", "Parquet": "parquet"}

_TABLE = "(i bigint, price decimal(18, 2), at timestamp, name varchar(40))"
_ROWS = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)"
    " select i, i / 3.0::decimal(18, 2) as price, '2015-06-01'::timestamp as at,"
    " md5(i::varchar) as name from (select (a.i - 1) * 1000 + b.i as i"
    " from n as a cross join n as b where b.i <= 1000) as numbers"
)


@dataclass(frozen=True)
class Bulk:
    """Median seconds of a statement, of S3 alone, and of DuckDB with a table on disk or not."""

    name: str
    ours: float
    s3: float
    on_disk: float
    in_memory: float


@contextmanager
def s3() -> Iterator[Any]:
    """A client of an S3 with the bucket `bench`."""
    with emulator("s3") as (port, _):
        session = boto3.Session("AKIABENCH", "bench", region_name="us-east-1")
        client = session.client("s3", endpoint_url=f"http://127.0.0.1:{port}")
        client.create_bucket(Bucket="bench")
        yield client


def measured(redshift: Redshift, client: Any) -> Iterator[Bulk]:
    """UNLOAD and COPY in each format."""
    redshift.run(f"create table bulk {_TABLE}")
    redshift.run(f"insert into bulk {_ROWS}")
    redshift.run(f"create table back {_TABLE}")
    with tempfile.TemporaryDirectory() as directory:
        peers = [_peer(f"{directory}/peer.duckdb"), _peer(":memory:")]
        for name, format in FORMATS.items():
            place, path = f"s3://bench/{format}/", Path(directory) / format
            unload = f"unload ('select * from bulk') to '{place}' iam_role default {format}"
            copy = f"copy back from '{place}' iam_role default {format}"
            write = f"copy bulk to '{path}' (format {format})"
            read = f"copy back from '{path}' (format {format})"
            for peer in peers:
                peer.execute(write)
            yield Bulk(
                f"UNLOAD, {name}",
                *_medians(
                    partial(redshift.run, f"{unload} allowoverwrite"),
                    partial(_put, client, path),
                    *(partial(peer.execute, write) for peer in peers),
                ),
            )
            yield Bulk(
                f"COPY, {name}",
                *_medians(
                    partial(redshift.run, copy),
                    partial(_get, client, path.with_suffix(".fetched")),
                    *(partial(peer.execute, read) for peer in peers),
                ),
            )


def _peer(path: str) -> duckdb.DuckDBPyConnection:
    peer = duckdb.connect(path)
    peer.execute("set integer_division = true")
    peer.execute(f"create table bulk as {_ROWS}")
    peer.execute("create table back as from bulk limit 0")
    return peer


def _put(client: Any, path: Path) -> None:
    with path.open("rb") as file:
        client.put_object(Bucket="bench", Key="alone", Body=file)


def _get(client: Any, path: Path) -> None:
    with path.open("wb") as file:
        for chunk in client.get_object(Bucket="bench", Key="alone")["Body"].iter_chunks(
            CHUNK_BYTES
        ):
            file.write(chunk)


def _medians(*runs: Callable[[], object]) -> list[float]:
    """Of each; they take turns, so that what else the machine does is shared."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(TIMES):
        for run, taken in zip(runs, times, strict=True):
            started_at = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started_at)
    return [statistics.median(taken) for taken in times]
