"""`python -m bench.redshift`: local/redshift beside DuckDB itself, in one run."""

from typing import Any

from bench.redshift.bulk import ROWS as BULK_ROWS
from bench.redshift.bulk import measured, s3
from bench.redshift.measure import (
    csv_rows_per_second,
    json_rows_per_second,
    milliseconds,
    per_second,
)
from bench.redshift.server import DuckDb, Redshift, redshift

SLOTS = 5
AT_ONCE = (1, 8, 64)
ROWS = 1_000_000

NUMBERS = (
    "create table numbers as with recursive n(i) as (select 1 union all select i + 1 from n"
    " where i < 1000) select a.i * 1000 + b.i as i from n as a cross join n as b"
)
STATEMENTS = {
    "`select 1`": ("select 1", 50),
    "an aggregate of a million rows": (
        "select i % 1000, count(distinct i), sum(i), max(md5(i::varchar))"
        " from numbers group by 1 order by 1 limit 10",
        9,
    ),
}
WIDE = (
    "select i as a, i + 1 as b, i * 2 as c, i::varchar as d, md5(i::varchar) as e,"
    " i::decimal(18, 2) as f, i::float8 as g, i % 2 = 0 as h, '2015-06-01'::date as k,"
    " '2015-06-01 12:00:00'::timestamp as l from numbers"
)


def main() -> None:
    duckdb = DuckDb()
    duckdb.run(NUMBERS)
    with s3() as client, redshift(SLOTS, "--s3-endpoint", client.meta.endpoint_url) as server:
        server.run(NUMBERS)
        overhead_table(server, duckdb)
        concurrency_table(server, duckdb)
        reading_table(server)
        bulk_table(server, client)


def overhead_table(server: Redshift, duckdb: DuckDb) -> None:
    print("\nA statement from call to end, median ms:\n")
    print("| statement | local/redshift | DuckDB in this process | more |\n|---|---|---|---|")
    for name, (sql, times) in STATEMENTS.items():
        ours, theirs = milliseconds([server.run, duckdb.run], sql, times)
        print(f"| {name} | {ours:.1f} | {theirs:.1f} | {ours - theirs:.1f} |", flush=True)


def concurrency_table(server: Redshift, duckdb: DuckDb) -> None:
    print(f"\n`select 1` a second, {SLOTS} slots:\n")
    print("| at once | local/redshift | DuckDB in this process |\n|---|---|---|")
    for at_once in AT_ONCE:
        rates = [per_second(run, "select 1", at_once, 500) for run in (server.run, duckdb.run)]
        print(f"| {at_once} | {rates[0]:,.0f} | {rates[1]:,.0f} |", flush=True)


def reading_table(server: Redshift) -> None:
    print(f"\n{ROWS:,} rows of 10 columns through boto3's paginator, thousand rows a second:\n")
    print("| format | rows |\n|---|---|")
    for format, rate in (("JSON", json_rows_per_second), ("CSV", csv_rows_per_second)):
        print(f"| {format} | {rate(server, WIDE) / 1000:.1f} |", flush=True)


def bulk_table(server: Redshift, client: Any) -> None:
    print(f"\n{BULK_ROWS:,} rows of 4 columns to S3 and back, median seconds:\n")
    print("| statement | local/redshift | S3 alone | DuckDB on disk | in memory | ratio to disk |")
    print("|---|---|---|---|---|---|")
    for row in measured(server, client):
        seconds = " | ".join(f"{x:.2f}" for x in (row.ours, row.s3, row.on_disk, row.in_memory))
        print(f"| {row.name} | {seconds} | {row.ours / row.on_disk:.1f} |", flush=True)


if __name__ == "__main__":
    main()
