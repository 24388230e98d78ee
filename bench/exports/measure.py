"""What is measured: exports through the API, DuckDB's own COPY, and reading files back."""

import asyncio
import hashlib
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
from aiohttp import ClientSession, ClientTimeout

from bench.exports.arrow import arrow_rows
from bench.exports.rows import NAME, QUERY, Format, table_sql
from bench.stack import Stack
from bench.subscriber import Pushes, pushes

EXPORT = "mutation ($input: ExportQueryInput!) { exportQuery(input: $input) { id } }"
STEPS = """query ($id: ID!) {
  getQuery(id: $id) { status error { message } submittedAt export { steps { phase at } } }
}"""
DOWNLOADS = "query ($id: ID!) { getDownloads(id: $id) { bytes sha256 url } }"
WARM_UP = "taxi_by_day"  # a small report, so that no Lambda starts cold when it counts
ENDED_WITHIN = 900  # seconds
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Exported:
    """Seconds from the request to the file's address and to the file itself.

    steps: seconds of each phase, by the record's own times.
    """

    to_address: float
    to_file: float
    steps: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """Median seconds of a format, and the bytes of the two files."""

    format: Format
    to_address: float
    to_file: float
    copied: float
    steps: Mapping[str, float]
    bytes: int
    copied_bytes: int
    read: float
    read_copied: float


class Peer:
    """DuckDB in this process, with its rows in a file, as local/redshift has them."""

    def __init__(self, rows: int, directory: Path) -> None:
        self.rows = rows
        self.connection = duckdb.connect(directory / "peer.duckdb")
        self.connection.execute("set integer_division = true")
        self.connection.execute(table_sql(rows))

    def copy(self, format: Format, file: Path) -> float:
        """Seconds that the same query takes as a COPY to a file."""
        began = time.monotonic()
        self.connection.execute(f"copy ({QUERY}) to '{file}' ({format.copy})")
        return time.monotonic() - began

    def read(self, format: Format, file: Path) -> float:
        """Seconds until all rows of a file were taken as Arrow."""
        began = time.monotonic()
        rows = arrow_rows(self.connection, format.read(str(file)))
        if rows != self.rows:
            raise RuntimeError(f"{file} has {rows:,} rows, not {self.rows:,}")
        return time.monotonic() - began


async def measured(
    stack: Stack, peer: Peer, format: Format, times: int, directory: Path
) -> Measured:
    """So many times, in turn, so that what else the machine does is shared."""
    ours, theirs = directory / "ours", directory / "theirs"
    exports: list[Exported] = []
    copies: list[float] = []
    async with (
        ClientSession(timeout=ClientTimeout(total=None)) as http,
        pushes(stack.graphql_url, stack.realtime_url, stack.token) as received,
    ):
        await exported(stack, http, received, WARM_UP, format, ours)
        for _ in range(times):
            exports.append(await exported(stack, http, received, NAME, format, ours))
            copies.append(await asyncio.to_thread(peer.copy, format, theirs))
    reads = [[peer.read(format, file) for file in (ours, theirs)] for _ in range(times)]
    read, read_copied = (statistics.median(taken) for taken in zip(*reads, strict=True))
    return Measured(
        format,
        statistics.median(export.to_address for export in exports),
        statistics.median(export.to_file for export in exports),
        statistics.median(copies),
        {
            phase: statistics.median(export.steps[phase] for export in exports)
            for phase in exports[0].steps
        },
        ours.stat().st_size,
        theirs.stat().st_size,
        read,
        read_copied,
    )


async def exported(
    stack: Stack, http: ClientSession, received: Pushes, report: str, format: Format, file: Path
) -> Exported:
    """One export as one file, fetched and compared with its sum as a client does."""
    began = time.monotonic()
    input = {"report": report, "format": format.name, "singleFile": True}
    query_id = (await stack.ask(http, EXPORT, input=input))["exportQuery"]["id"]
    _, end = await asyncio.wait_for(received.of(query_id), ENDED_WITHIN)
    query = (await stack.ask(http, STEPS, id=query_id))["getQuery"]
    if end["status"] != "FINISHED":
        raise RuntimeError(f"export {query_id} ended {end['status']}: {query['error']}")
    [download] = (await stack.ask(http, DOWNLOADS, id=query_id))["getDownloads"]
    addressed = time.monotonic()
    await fetch(http, download, file)
    return Exported(addressed - began, time.monotonic() - began, steps(query))


async def fetch(http: ClientSession, download: Any, file: Path) -> None:
    digest = hashlib.sha256()
    async with http.get(download["url"]) as response:
        response.raise_for_status()
        with file.open("wb") as saved:
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                digest.update(chunk)
                saved.write(chunk)
    if digest.hexdigest() != download["sha256"]:
        raise RuntimeError(f"{file} has another sum than was told")


def steps(query: Any) -> dict[str, float]:
    """Seconds of each phase: from the one before, the first from the request on."""
    reached = {"": query["submittedAt"]} | {
        step["phase"]: step["at"] for step in query["export"]["steps"]
    }
    moments = {phase: datetime.fromisoformat(at) for phase, at in reached.items()}
    phases = list(moments)
    return {
        phase: (moments[phase] - moments[before]).total_seconds()
        for before, phase in pairwise(phases)
    }
