"""Migrations through the Data API: each waited for, because a deployment must know how it ended.

A batch is one transaction. Its ClientToken makes a repeated call answer the run that the first one
started, for 8 hours; so whoever repeats a call that was cut off starts nothing twice.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from core.migrate import Ended, HasTime

if TYPE_CHECKING:
    from mypy_boto3_redshift_data import RedshiftDataAPIServiceClient

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 2.0  # seconds
ENDS = ("FINISHED", "FAILED", "ABORTED")
NO_REASON = "Redshift gives no reason"


class MigrationStatements:
    """A warehouse, reached with `target`: the members of ExecuteStatement that say which."""

    def __init__(
        self,
        client: "RedshiftDataAPIServiceClient",
        target: Mapping[str, str],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._target: Mapping[str, Any] = target
        self._sleep = sleep

    def read(self, sql: str, has_time: HasTime) -> Ended | None:
        started = self._client.execute_statement(
            Sql=sql, StatementName="querycast migrations", **self._target
        )
        described = self._wait(started["Id"], has_time)
        if described is None:
            self._cancel(started["Id"])
            return None
        if described["Status"] != "FINISHED":
            return Ended(described.get("Error", NO_REASON))
        return Ended(rows=list(self._rows(started["Id"])) if described["HasResultSet"] else [])

    def run(self, sqls: Sequence[str], name: str, token: str, has_time: HasTime) -> Ended | None:
        started = self._client.batch_execute_statement(
            Sqls=list(sqls),
            StatementName=name,
            ClientToken=sha256(token.encode()).hexdigest(),
            **self._target,
        )
        described = self._wait(started["Id"], has_time)
        if described is None:
            return None
        return Ended() if described["Status"] == "FINISHED" else _failure(described)

    def _wait(self, statement_id: str, has_time: HasTime) -> Any:
        """The last description of a statement; None where time is up before."""
        pause = FIRST_PAUSE
        while True:
            described = self._client.describe_statement(Id=statement_id)
            if described["Status"] in ENDS:
                return described
            if not has_time():
                return None
            self._sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _cancel(self, statement_id: str) -> None:
        """Let it wait no longer; what has just ended cannot be cancelled, and need not be."""
        try:
            self._client.cancel_statement(Id=statement_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise

    def _rows(self, statement_id: str) -> Iterator[list[Any]]:
        pages = self._client.get_paginator("get_statement_result").paginate(Id=statement_id)
        for page in pages:
            for record in page["Records"]:
                yield [next(iter(field.values())) for field in record]


def _failure(described: Any) -> Ended:
    """Of the statement that failed, rather than of the batch around it."""
    message = described.get("Error", NO_REASON)
    for number, part in enumerate(described.get("SubStatements", [])):
        if part.get("Status") == "FAILED":
            return Ended(part.get("Error", message), number)
    return Ended(message)
