"""What is measured, of the server and of DuckDB alike."""

import csv
import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.redshift.server import Redshift

Run = Callable[[str], Any]


def milliseconds(runs: Sequence[Run], sql: str, times: int) -> list[float]:
    """The median of each, after one run that warms up.

    They take turns, so that what else the machine does is shared.
    """
    for run in runs:
        run(sql)
    rounds = [[_once(run, sql) for run in runs] for _ in range(times)]
    return [statistics.median(taken) * 1000 for taken in zip(*rounds, strict=True)]


def per_second(run: Run, sql: str, at_once: int, times: int) -> float:
    """Statements a second, of so many threads that each run one after another."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(run, [sql] * at_once))
        started = time.perf_counter()
        list(threads.map(run, [sql] * times))
        return times / (time.perf_counter() - started)


def json_rows_per_second(redshift: Redshift, sql: str) -> float:
    """Rows of fields, read through boto3's paginator."""
    statement_id = redshift.run(sql)
    started = time.perf_counter()
    pages = redshift.client.get_paginator("get_statement_result").paginate(Id=statement_id)
    count = sum(len(page["Records"]) for page in pages)
    return float(count / (time.perf_counter() - started))


def csv_rows_per_second(redshift: Redshift, sql: str) -> float:
    """Rows of CSV, read through boto3's paginator and Python's csv module."""
    statement_id = redshift.run(sql, "CSV")
    started = time.perf_counter()
    pages = redshift.client.get_paginator("get_statement_result_v2").paginate(Id=statement_id)
    lines = (record["CSVRecords"].splitlines() for page in pages for record in page["Records"])
    count = sum(1 for _ in csv.reader(itertools.chain.from_iterable(lines)))
    return float(count / (time.perf_counter() - started))


def _once(run: Run, sql: str) -> float:
    started = time.perf_counter()
    run(sql)
    return time.perf_counter() - started
