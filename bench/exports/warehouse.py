"""A local stack of its own, with the rows in its warehouse and a report of them.

Whoever measures keeps the stack that runs in this checkout as it is.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.exports.rows import NAME, REPORT, table_sql
from bench.stack import Stack, signed_in_stack

ROOT = Path(__file__).parents[2]
PORTS = (
    "QUERYCAST_PORT",
    "QUERYCAST_TLS_PORT",
    "QUERYCAST_REDSHIFT_PORT",
    "QUERYCAST_FUNCTION_URLS_PORT",
    "QUERYCAST_AWS_PORT",
)
ENDED = ("FINISHED", "FAILED", "ABORTED")


@contextmanager
def filled_stack(
    rows: int, directory: Path, more_reports: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """A stack that runs below the directory for as long, with so many rows.

    more_reports: SQL by name, besides the report of the rows.
    """
    state, ports = directory / "state", free_ports(len(PORTS))
    environment = os.environ | {name: str(port) for name, port in zip(PORTS, ports, strict=True)}
    environment |= {
        "QUERYCAST_STATE_DIR": str(state),
        "QUERYCAST_OUTPUTS": str(state / "outputs.json"),
    }
    try:
        run(environment, "local", "up")
        reports = shutil.copytree(ROOT / "sql" / "reports", directory / "reports")
        for name, sql in {NAME: REPORT, **(more_reports or {})}.items():
            (reports / f"{name}.sql").write_text(sql)
        run(environment, "sql.publish", "--reports", str(reports))
        stack = signed_in_stack(state / "outputs.json")
        execute(stack, table_sql(rows))
        yield stack
    finally:
        run(environment, "local", "clean")


def run(environment: Mapping[str, str], *command: str) -> None:
    """Run a module of this checkout; what it says is told where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"`python -m {' '.join(command)}` failed: {done.stdout}{done.stderr}")


def execute(stack: Stack, sql: str) -> None:
    """Run a statement in the warehouse, and wait for its end."""
    client = stack.redshift_data()
    answer = client.execute_statement(Sql=sql, WaitTimeSeconds=30, **stack.target)
    while answer["Status"] not in ENDED:
        answer = client.describe_statement(Id=answer["Id"], WaitTimeSeconds=30)
    if answer["Status"] != "FINISHED":
        raise RuntimeError(client.describe_statement(Id=answer["Id"])["Error"])


def free_ports(count: int) -> list[int]:
    """Ports that nobody listened on just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports
