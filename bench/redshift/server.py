"""A local Redshift for the measurements, and the same DuckDB in this process as its peer."""

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import duckdb
from botocore.config import Config

ROOT = Path(__file__).parents[2]
PLACE = {"WorkgroupName": "bench", "Database": "dev"}
CONNECTIONS = 64
ENDED = ("FINISHED", "FAILED", "ABORTED")


class Redshift:
    """Statements through boto3."""

    def __init__(self, url: str) -> None:
        session = boto3.Session("AKIABENCH", "bench", region_name="us-east-1")
        config = Config(max_pool_connections=CONNECTIONS)
        self.client: Any = session.client("redshift-data", endpoint_url=url, config=config)

    def run(self, sql: str, format: str = "JSON") -> str:
        """The id of a statement that has finished."""
        answer = self.client.execute_statement(
            Sql=sql, ResultFormat=format, WaitTimeSeconds=30, **PLACE
        )
        while answer["Status"] not in ENDED:
            answer = self.client.describe_statement(Id=answer["Id"], WaitTimeSeconds=30)
        if answer["Status"] != "FINISHED":
            raise RuntimeError(self.client.describe_statement(Id=answer["Id"])["Error"])
        return str(answer["Id"])


class DuckDb:
    """The same statements in this process, a cursor for each thread."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self._local = threading.local()

    def run(self, sql: str) -> list[Any]:
        """All rows."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        return list(self._local.cursor.execute(sql).fetchall())


@contextmanager
def redshift(slots: int, *options: str) -> Iterator[Redshift]:
    """A server with an empty data directory; it ends with the block."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "local.redshift", "--data", data, "--port", "0"]
        process = subprocess.Popen(
            [*command, "--slots", str(slots), *options],
            cwd=ROOT,
            env=os.environ | {"AWS_ACCESS_KEY_ID": "AKIABENCH", "AWS_SECRET_ACCESS_KEY": "bench"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            if found is None:
                raise RuntimeError(f"The server did not start: {line!r}")
            yield Redshift(found[0])
        finally:
            process.terminate()
            process.wait()
