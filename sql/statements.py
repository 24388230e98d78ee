"""Statements run to their end through the Data API, for operators: migrations, loads, checks.

Only here does anything of ours wait for a statement. The server waits with us where it can
(WaitTimeSeconds); where it answers at once, the pauses grow.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html
"""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sql.errors import StatementFailed
from sql.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_redshift_data.type_defs import DescribeStatementResponseTypeDef

SERVER_WAIT = 20  # seconds, of the 30 that WaitTimeSeconds may have
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 2.0  # seconds


def execute(stack: Stack, sql: str, name: str) -> list[list[Any]]:
    """Run one statement and return its rows; `name` is what Redshift's history shows.

    Raises:
        StatementFailed: with Redshift's message.
    """
    started = stack.redshift_data.execute_statement(
        Sql=sql, StatementName=name, WithEvent=False, **stack.warehouse
    )
    ended = _wait(stack, started["Id"])
    if ended["Status"] != "FINISHED":
        raise StatementFailed(ended["Status"], ended.get("Error", "no reason given"), sql)
    return list(_rows(stack, started["Id"])) if ended["HasResultSet"] else []


def execute_batch(stack: Stack, sqls: Sequence[str], name: str) -> None:
    """Run statements in one transaction: all of them take effect, or none.

    Raises:
        StatementFailed: with Redshift's message and the statement it is about.
    """
    started = stack.redshift_data.batch_execute_statement(
        Sqls=list(sqls), StatementName=name, WithEvent=False, **stack.warehouse
    )
    ended = _wait(stack, started["Id"])
    if ended["Status"] != "FINISHED":
        raise _batch_failure(ended, sqls)


def _wait(stack: Stack, id: str) -> "DescribeStatementResponseTypeDef":
    """The last description of a statement; an operator who gives up cancels it."""
    pause = FIRST_PAUSE
    try:
        while True:
            described = stack.redshift_data.describe_statement(Id=id, WaitTimeSeconds=SERVER_WAIT)
            if described["Status"] in ("FINISHED", "FAILED", "ABORTED"):
                return described
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
    except KeyboardInterrupt:
        stack.redshift_data.cancel_statement(Id=id)
        raise


def _batch_failure(
    ended: "DescribeStatementResponseTypeDef", sqls: Sequence[str]
) -> StatementFailed:
    """The failure of the statement that failed, rather than of the batch around it."""
    for sql, part in zip(sqls, ended.get("SubStatements", []), strict=False):
        if part.get("Status") == "FAILED":
            message = part.get("Error") or ended.get("Error", "no reason given")
            return StatementFailed("FAILED", message, sql)
    return StatementFailed(ended["Status"], ended.get("Error", "no reason given"), ";\n".join(sqls))


def _rows(stack: Stack, id: str) -> Iterator[list[Any]]:
    pages = stack.redshift_data.get_paginator("get_statement_result").paginate(Id=id)
    for page in pages:
        for record in page["Records"]:
            yield [None if "isNull" in field else next(iter(field.values())) for field in record]
