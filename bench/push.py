"""From submitQuery's answer to the pushed result, less the SQL's own time.

The peer runs the same SQL on the same warehouse and polls DescribeStatement with the pauses of
awswrangler's Data API client: 0.25 s, half as long again each time.
"""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bench.stack import Stack
from bench.subscriber import Pushes, pushes

REPORT = "taxi_by_day"
CATALOGUE = Path("build/catalogue.json")
FIRST_PAUSE = 0.25  # seconds
BACKOFF = 1.5


async def pushed(stack: Stack, at_once: int, rounds: int) -> list[float]:
    """Milliseconds of each query, submitted `at_once` in each of the rounds."""
    overheads: list[float] = []
    async with (
        ClientSession() as http,
        pushes(stack.graphql_url, stack.realtime_url, stack.token) as received,
    ):
        for number in range(rounds):
            month = f"2015-{number % 12 + 1:02}"
            queries = (_pushed(stack, http, received, month) for _ in range(at_once))
            overheads += await asyncio.gather(*queries)
    return overheads


async def _pushed(stack: Stack, http: ClientSession, received: Pushes, month: str) -> float:
    query_id = await stack.submit(http, REPORT, month=month)
    answered = time.monotonic()
    arrived, query = await asyncio.wait_for(received.of(query_id), 60)
    if query["status"] != "FINISHED":
        raise RuntimeError(f"query {query_id} ended {query['status']}")
    return 1_000 * (arrived - answered) - float(query["durationMs"])


def polled(stack: Stack, at_once: int, rounds: int) -> list[float]:
    """The same of a client that polls: from ExecuteStatement's answer to the result."""
    client = stack.redshift_data()
    reports = json.loads(CATALOGUE.read_text())["reports"]
    (sql,) = (report["sql"] for report in reports if report["name"] == REPORT)
    overheads: list[float] = []
    with ThreadPoolExecutor(at_once) as pool:
        for number in range(rounds):
            month = f"2015-{number % 12 + 1:02}-01"
            polls = [pool.submit(_polled, stack, client, sql, month) for _ in range(at_once)]
            overheads += [poll.result() for poll in polls]
    return overheads


def _polled(stack: Stack, client: Any, sql: str, month: str) -> float:
    statement_id = client.execute_statement(
        Sql=sql, Parameters=[{"name": "month", "value": month}], **stack.target
    )["Id"]
    answered = time.monotonic()
    pause = FIRST_PAUSE
    while (statement := client.describe_statement(Id=statement_id))["Status"] != "FINISHED":
        if statement["Status"] in ("FAILED", "ABORTED"):
            raise RuntimeError(statement["Error"])
        time.sleep(pause)
        pause *= BACKOFF
    client.get_statement_result(Id=statement_id)
    return 1_000 * (time.monotonic() - answered) - float(statement["Duration"]) / 1e6
