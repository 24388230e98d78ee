"""COPY and UNLOAD of many rows, beside DuckDB's own reading and writing of the same files."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import duckdb

from bench.appsync.servers import emulator
from bench.redshift.server import Redshift

ROWS = 2_000_000
TIMES = 3
FORMATS = {"CSV": "csv", "Parquet": "parquet"}

_TABLE = "(i bigint, price decimal(18, 2), at timestamp, name varchar(40))"
_ROWS = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)"
    " select i, i / 3.0::decimal(18, 2) as price, '2015-06-01'::timestamp as at,"
    " md5(i::varchar) as name from (select (a.i - 1) * 1000 + b.i as i"
    " from n as a cross join n as b where b.i <= 1000) as numbers"
)


@contextmanager
def s3() -> Iterator[str]:
    """The URL of an S3 with the bucket `bench`."""
    with emulator("s3") as (port, _):
        url = f"http://127.0.0.1:{port}"
        session = boto3.Session("AKIABENCH", "bench", region_name="us-east-1")
        session.client("s3", endpoint_url=url).create_bucket(Bucket="bench")
        yield url


def seconds(redshift: Redshift) -> Iterator[tuple[str, float, float]]:
    """For UNLOAD and COPY in each format: its seconds, and DuckDB's own."""
    redshift.run(f"create table bulk {_TABLE}")
    redshift.run(f"insert into bulk {_ROWS}")
    with tempfile.TemporaryDirectory() as directory, duckdb.connect() as peer:
        peer.execute("set integer_division = true")
        peer.execute(f"create table bulk as {_ROWS}")
        peer.execute("create table back as from bulk limit 0")
        for name, format in FORMATS.items():
            place, path = f"s3://bench/{format}/", Path(directory) / format
            unload = f"unload ('select * from bulk') to '{place}' iam_role default {format}"
            yield (
                f"UNLOAD, {name}",
                _median(redshift.run, f"{unload} allowoverwrite"),
                _median(peer.execute, f"copy bulk to '{path}' (format {format})"),
            )
            redshift.run(f"create table if not exists back {_TABLE}")
            copy = f"copy back from '{place}' iam_role default {format}"
            yield (
                f"COPY, {name}",
                _median(redshift.run, copy),
                _median(peer.execute, f"copy back from '{path}' (format {format})"),
            )


def _median(run: Callable[[str], object], sql: str) -> float:
    times = []
    for _ in range(TIMES):
        started_at = time.perf_counter()
        run(sql)
        times.append(time.perf_counter() - started_at)
    return statistics.median(times)
