"""A large result as one file: every row once, in order, and no Lambda holds it in memory."""

import hashlib
import re
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.conftest import Person
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.processes import workers
from tests.integration.faults.scale import sized
from tests.integration.test_exports import downloads, ended, submitted

ROWS = sized(100_000, 10_000_000)
WITHIN = sized(120, 900)  # seconds
MOST_MEMORY = 300  # MiB of a Lambda
READERS = {
    "CSV": "read_csv('{file}', header=true, all_varchar=true)",
    "JSON": "read_json('{file}', format='newline_delimited', columns={{n: 'varchar', "
    "amount: 'varchar', a_text: 'varchar', a_day: 'varchar'}})",
    "PARQUET": "read_parquet('{file}')",
}
TYPED = "select n::bigint as n, amount::decimal(12, 2) as amount, a_text, a_day::date as a_day"
SOURCE = """
    select n, (mod(n * 7919, 1000003) / 100.0)::decimal(12, 2) as amount, 'row ' || n as a_text,
        (date '2015-01-01' + mod(n, 365)::integer)::date as a_day
    from range(1, {rows} + 1) as numbers(n)"""
SUMS = """
    select count(*), sum(n), sum(amount), bit_xor(hash(n, amount, a_text, a_day)),
        count(*) filter (n <> place)
    from (select *, row_number() over () as place from ({rows}))"""


@pytest.mark.parametrize("format", READERS)
def test_every_row_is_in_the_one_file_in_its_order(
    machinery: Machinery, ana: Person, format: str, tmp_path: Path
) -> None:
    query_id = submitted(ana, "many_rows", format, parameters={"rows": ROWS}, singleFile=True)
    query = ended(ana, query_id, WITHIN)
    assert (query["status"], query["resultRows"]) == ("FINISHED", ROWS), query["error"]
    [download] = downloads(ana, query_id)
    file = fetched(download, tmp_path / "rows")
    found = duckdb.execute(
        SUMS.format(rows=f"{TYPED} from {READERS[format].format(file=file)}")
    ).fetchall()
    assert found == duckdb.execute(SUMS.format(rows=SOURCE.format(rows=ROWS))).fetchall()
    assert found[0][-1] == 0
    peaks = list(most_memory(machinery))
    assert peaks
    assert max(peaks) < MOST_MEMORY


def fetched(download: Any, file: Path) -> Path:
    """The file by plain HTTP, as its sum says that it is."""
    with urllib.request.urlopen(download["url"]) as response, file.open("wb") as out:
        shutil.copyfileobj(response, out)
    with file.open("rb") as content:
        assert hashlib.file_digest(content, "sha256").hexdigest() == download["sha256"]
    return file


def most_memory(machinery: Machinery) -> Iterator[float]:
    """MiB that each process of the exports' function held at its peak."""
    for process in workers(machinery, "exportFunction"):
        with suppress(OSError):  # it has ended
            peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
            yield int(peak[1]) / 1024 if peak else 0
