"""The operations of the Data API, one function each, and the table of them.

Each takes the service, the checked input and the caller, and gives the body of the answer.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Operations.html
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson

from local.redshift import metadata, result_set
from local.redshift.caller import Caller
from local.redshift.describe import described, listed, submitted
from local.redshift.errors import (
    ActiveStatementsExceededException,
    ActiveWaitingRequestsExceededException,
    ResourceNotFoundException,
    ValidationException,
)
from local.redshift.ledger import Ledger
from local.redshift.paging import invalid_token, place, token
from local.redshift.parameters import check_parameters
from local.redshift.runner import Runner
from local.redshift.statement import ExecutionMode, Part, ResultFormat, Statement
from local.redshift.warehouse import Warehouse, check_database_name

MAX_SQL_BYTES = 100 * 1024
MAX_ACTIVE_STATEMENTS = 500
MAX_WAITING = 10  # calls for one statement; AWS has a limit but does not publish it
CLIENT_TOKEN_S = 8 * 3600
DEFAULT_LIST_SIZE = 100
_READ_BY = {ResultFormat.JSON: "GetStatementResult", ResultFormat.CSV: "GetStatementResultV2"}

Input = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """What the operations work with."""

    ledger: Ledger
    runner: Runner
    warehouse: Warehouse


async def execute_statement(service: Service, input: Input, caller: Caller) -> bytes:
    return await _submit(service, input, [input["Sql"]], caller)


async def batch_execute_statement(service: Service, input: Input, caller: Caller) -> bytes:
    return await _submit(service, input, input["Sqls"], caller)


async def describe_statement(service: Service, input: Input, caller: Caller) -> bytes:
    statement, number = await _awaited(service, input)
    return orjson.dumps(described(statement, number))


async def get_statement_result(service: Service, input: Input, caller: Caller) -> bytes:
    return await _result(service, input, ResultFormat.JSON)


async def get_statement_result_v2(service: Service, input: Input, caller: Caller) -> bytes:
    return await _result(service, input, ResultFormat.CSV)


async def _result(service: Service, input: Input, format: ResultFormat) -> bytes:
    """A page of a result, if it is in the format that the operation reads."""
    statement, number = await _awaited(service, input)
    if statement.result_format is not format:
        raise ValidationException(
            f"The result of this statement is in the format {statement.result_format}; "
            f"read it with {_READ_BY[statement.result_format]}."
        )
    part = statement.part(number)
    if part.columns is None or not statement.counts(part):
        raise ValidationException(
            "Query does not have result. Please check query status with DescribeStatement."
        )
    page = _page_number(input.get("NextToken"), len(part.pages))
    index = statement.parts.index(part)
    path = result_set.file(service.warehouse.results, statement.id, index)
    return result_set.page(path, part, format, page, _next_token(page, part))


async def cancel_statement(service: Service, input: Input, caller: Caller) -> bytes:
    statement, _ = _find(service, input["Id"])
    if statement.status.is_end or not service.runner.cancel(statement.id):
        ended = service.ledger.get(statement.id) or statement
        raise ValidationException(
            f"Could not cancel a query that is already in {ended.status} state"
            f" with ID: {input['Id']}"
        )
    return b'{"Status":true}'


async def list_statements(service: Service, input: Input, caller: Caller) -> bytes:
    if input.get("ClusterIdentifier") and input.get("WorkgroupName"):
        raise ValidationException("Give either ClusterIdentifier or WorkgroupName, not both.")
    limit = input.get("MaxResults") or DEFAULT_LIST_SIZE
    filters = {"account": caller.account}
    if (status := input.get("Status", "FINISHED")) != "ALL":
        filters["status"] = status
    if database := input.get("Database"):
        filters["database"] = database
    if at := input.get("ClusterIdentifier") or input.get("WorkgroupName"):
        filters["place"] = at
    before = _list_position(input.get("NextToken"))
    found = service.ledger.find(filters, input.get("StatementName"), before, limit + 1)
    answer: Input = {"Statements": [listed(statement) for statement in found[:limit]]}
    if len(found) > limit:
        answer["NextToken"] = token([found[limit - 1].created_at, found[limit - 1].id])
    return orjson.dumps(answer)


Operation = Callable[[Service, Input, Caller], Awaitable[bytes]]


def _of_catalog(ask: Callable[[Warehouse, Input], Input]) -> Operation:
    """An operation about what a database holds, which DuckDB answers in a thread."""

    async def operation(service: Service, input: Input, caller: Caller) -> bytes:
        return orjson.dumps(await asyncio.to_thread(ask, service.warehouse, input))

    return operation


OPERATIONS: dict[str, Operation] = {
    "ExecuteStatement": execute_statement,
    "BatchExecuteStatement": batch_execute_statement,
    "DescribeStatement": describe_statement,
    "GetStatementResult": get_statement_result,
    "GetStatementResultV2": get_statement_result_v2,
    "CancelStatement": cancel_statement,
    "ListStatements": list_statements,
    "ListDatabases": _of_catalog(metadata.list_databases),
    "ListSchemas": _of_catalog(metadata.list_schemas),
    "ListTables": _of_catalog(metadata.list_tables),
    "DescribeTable": _of_catalog(metadata.describe_table),
}


async def _submit(service: Service, input: Input, sqls: list[str], caller: Caller) -> bytes:
    _check_submission(input, sqls)
    statement = _resubmitted(service, input, sqls, caller) or _new(service, input, sqls, caller)
    if seconds := input.get("WaitTimeSeconds"):
        await service.runner.wait(statement.id, seconds)
        statement = service.ledger.get(statement.id) or statement
    return orjson.dumps(submitted(statement))


def _resubmitted(
    service: Service, input: Input, sqls: list[str], caller: Caller
) -> Statement | None:
    """The statement that the same ClientToken has started already."""
    token = input.get("ClientToken")
    if token is None:
        return None
    earlier = service.ledger.find_by_token(caller.account, token, time.time() - CLIENT_TOKEN_S)
    if earlier is not None:
        _check_same(earlier, input, sqls)
    return earlier


def _new(service: Service, input: Input, sqls: list[str], caller: Caller) -> Statement:
    if service.ledger.count_unfinished() >= MAX_ACTIVE_STATEMENTS:
        raise ActiveStatementsExceededException(
            f"{MAX_ACTIVE_STATEMENTS} statements are active; wait until some have ended."
        )
    statement = _statement(input, sqls, caller, time.time())
    service.ledger.put(statement)
    service.runner.submit(statement.id)
    return statement


def _statement(input: Input, sqls: list[str], caller: Caller, now: float) -> Statement:
    return Statement(
        id=str(uuid.uuid4()),
        parts=[Part(sql=sql, created_at=now, updated_at=now) for sql in sqls],
        parameters=input.get("Parameters", []),
        database=input["Database"],
        caller=caller,
        created_at=now,
        updated_at=now,
        is_batch="Sqls" in input,
        result_format=ResultFormat(input.get("ResultFormat", "JSON")),
        execution_mode=ExecutionMode(input.get("ExecutionMode", "TRANSACTION")),
        name=input.get("StatementName"),
        cluster=input.get("ClusterIdentifier"),
        workgroup=input.get("WorkgroupName"),
        db_user=input.get("DbUser"),
        secret_arn=input.get("SecretArn"),
        client_token=input.get("ClientToken"),
        with_event=input.get("WithEvent", False),
    )


def _check_submission(input: Input, sqls: list[str]) -> None:
    for member in ("SessionId", "SessionKeepAliveSeconds"):
        if input.get(member):
            raise _not_offered(member)
    if bool(input.get("ClusterIdentifier")) == bool(input.get("WorkgroupName")):
        raise ValidationException("Give exactly one of ClusterIdentifier and WorkgroupName.")
    check_database_name(input.get("Database"))
    for sql in sqls:
        if not sql.strip():
            raise ValidationException("Sql must not be empty.")
        if (size := len(sql.encode())) > MAX_SQL_BYTES:
            raise ValidationException(
                f"The SQL has {size:,} bytes; at most {MAX_SQL_BYTES:,} are taken."
            )
    check_parameters(sqls, input.get("Parameters", []))


def _check_same(earlier: Statement, input: Input, sqls: list[str]) -> None:
    same = [part.sql for part in earlier.parts] == sqls
    if not same or earlier.parameters != input.get("Parameters", []):
        raise ValidationException(
            f"ClientToken {input['ClientToken']} was used for another statement less than"
            " 8 hours ago; use a new token for a new statement."
        )


def _not_offered(member: str) -> ValidationException:
    return ValidationException(f"{member} is not supported by the local Redshift; leave it out.")


async def _awaited(service: Service, input: Input) -> tuple[Statement, int | None]:
    """The statement that `Id` names, after WaitTimeSeconds or its end, whichever comes first."""
    statement, number = _find(service, input["Id"])
    if (seconds := input.get("WaitTimeSeconds")) and not statement.status.is_end:
        if service.runner.count_waiting(statement.id) >= MAX_WAITING:
            raise ActiveWaitingRequestsExceededException(
                f"{MAX_WAITING} requests wait for the statement {statement.id} already;"
                " ask again later or without WaitTimeSeconds."
            )
        await service.runner.wait(statement.id, seconds)
        statement, number = _find(service, input["Id"])
    return statement, number


def _find(service: Service, id: str) -> tuple[Statement, int | None]:
    """The statement and the number of the sub-statement that `id` means, None for the whole."""
    statement_id, _, number = id.partition(":")
    statement = service.ledger.get(statement_id)
    if statement is None or (number and not 1 <= int(number) <= len(statement.parts)):
        raise ResourceNotFoundException("Query does not exist.")
    if not statement.status.is_end:
        statement.parts = service.runner.parts(statement_id) or statement.parts
    return statement, int(number) if number else None


def _next_token(page: int, part: Part) -> str | None:
    return token(page + 1) if page + 1 < len(part.pages) else None


def _page_number(next_token: str | None, pages: int) -> int:
    if next_token is None:
        return 0
    number = place(next_token)
    if not isinstance(number, int) or not 0 <= number < pages:
        raise invalid_token(next_token)
    return number


def _list_position(next_token: str | None) -> tuple[float, str] | None:
    if next_token is None:
        return None
    match place(next_token):
        case [float() as created_at, str() as id]:
            return created_at, id
    raise invalid_token(next_token)
