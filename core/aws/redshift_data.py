"""Redshift through its Data API: no connection, no waiting, no password.

The query's id is both StatementName, which the completion event carries, and ClientToken, by which
a repeated ExecuteStatement answers the first one's statement for 8 hours.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ExecuteStatement.html
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from core.errors import StatementFailed, StatementRefused, WarehouseBusy
from core.exports.unload import TableColumn
from core.parameters import Parameter
from core.result import Column, StatementResult
from core.statement import Statement, StatementStatus

if TYPE_CHECKING:
    from mypy_boto3_redshift_data import RedshiftDataAPIServiceClient

NANOSECONDS_PER_MS = 1_000_000
WAIT_SECONDS = 6  # for columns; a call is given up after 8
PERMANENT = ("ValidationException", "AccessDeniedException", "ResourceNotFoundException")
UNKNOWN = ("ResourceNotFoundException", "ValidationException")


class RedshiftData:
    """A warehouse, reached with `target`: the members of ExecuteStatement that say which.

    target: WorkgroupName, or ClusterIdentifier with DbUser or SecretArn; and Database.
    """

    def __init__(self, client: "RedshiftDataAPIServiceClient", target: Mapping[str, str]) -> None:
        self._client = client
        self._target: Mapping[str, Any] = target

    def execute(self, query_id: str, sql: str, parameters: list[Parameter]) -> str:
        with _accepting():
            answer = self._client.execute_statement(
                Sql=sql, WithEvent=True, **self._named(query_id, parameters)
            )
        return answer["Id"]

    def execute_all(self, query_id: str, sqls: Sequence[str], parameters: list[Parameter]) -> str:
        with _accepting():
            answer = self._client.batch_execute_statement(
                Sqls=list(sqls), WithEvent=True, **self._named(query_id, parameters)
            )
        return answer["Id"]

    def columns(self, query_id: str, sql: str, parameters: list[Parameter]) -> list[TableColumn]:
        """A statement under a name of its own, for it is none of the query's; without an event."""
        with _accepting():
            started = self._client.execute_statement(
                Sql=sql, **self._named(f"columns-{query_id}", parameters)
            )
            answer = self._client.describe_statement(Id=started["Id"], WaitTimeSeconds=WAIT_SECONDS)
            if answer["Status"] in ("FAILED", "ABORTED"):
                raise StatementFailed(answer.get("Error", "Redshift gives no reason."))
            if answer["Status"] != "FINISHED":
                raise WarehouseBusy(f"The columns are not known after {WAIT_SECONDS} seconds")
            found = self._client.get_statement_result(Id=started["Id"])["ColumnMetadata"]
        return [
            TableColumn(each["name"], each["typeName"], each["precision"], each["scale"])
            for each in found
        ]

    def _named(self, name: str, parameters: list[Parameter]) -> dict[str, Any]:
        """What a statement of that name is started with besides its SQL."""
        values = [{"name": parameter.name, "value": parameter.value} for parameter in parameters]
        optional: dict[str, Any] = {"Parameters": values} if values else {}
        return {"StatementName": name, "ClientToken": name, **optional, **self._target}

    def describe(self, statement_id: str) -> Statement | None:
        try:
            with _answering():
                answer = self._client.describe_statement(Id=statement_id)
        except ClientError as error:
            if _code(error) in UNKNOWN:
                return None
            raise
        return Statement(
            id=statement_id,
            status=StatementStatus(answer["Status"]),
            updated_at=answer["UpdatedAt"],
            error=answer.get("Error"),
            duration_ms=_known(answer.get("Duration", -1) // NANOSECONDS_PER_MS),
            rows=_known(answer.get("ResultRows", -1)),
            bytes=_known(answer.get("ResultSize", -1)),
            has_result=answer.get("HasResultSet", False),
        )

    def find(self, query_id: str) -> str | None:
        """By name; ListStatements takes it as a prefix and lists only FINISHED ones unless told."""
        pages = self._client.get_paginator("list_statements").paginate(
            StatementName=query_id, Status="ALL"
        )
        with _answering():
            return next((found["Id"] for page in pages for found in page["Statements"]), None)

    def cancel(self, statement_id: str) -> bool:
        """A statement that has ended, or that does not run yet, is refused as invalid."""
        try:
            with _answering():
                self._client.cancel_statement(Id=statement_id)
        except ClientError as error:
            if _code(error) in UNKNOWN:
                return False
            raise
        return True

    def result(self, statement_id: str, token: str | None) -> StatementResult | None:
        optional: dict[str, Any] = {"NextToken": token} if token else {}
        try:
            with _answering():
                answer = self._client.get_statement_result(Id=statement_id, **optional)
        except ClientError as error:
            if _code(error) in UNKNOWN:
                return None
            raise
        columns = [Column(entry["name"], entry["typeName"]) for entry in answer["ColumnMetadata"]]
        return StatementResult(columns, answer["Records"], answer.get("NextToken"))


@contextmanager
def _accepting() -> Iterator[None]:
    """What will not be taken, as StatementRefused."""
    try:
        with _answering():
            yield
    except ClientError as error:
        raise StatementRefused(error.response["Error"]["Message"]) from error


@contextmanager
def _answering() -> Iterator[None]:
    """What may go well the next time, as WarehouseBusy."""
    try:
        yield
    except ClientError as error:
        if _code(error) in PERMANENT:
            raise
        raise WarehouseBusy(error.response["Error"]["Message"]) from error
    except (ConnectionError, HTTPClientError) as error:
        raise WarehouseBusy(str(error)) from error


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _known(number: int) -> int | None:
    """Redshift says -1 for what it does not know (yet)."""
    return None if number < 0 else number
