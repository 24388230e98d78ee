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

from local.redshift.api import metadata
from local.redshift.api.caller import Caller
from local.redshift.api.describe import described, listed, listed_session, submitted
from local.redshift.api.paging import invalid_token, place, token
from local.redshift.api.parameters import check_parameters
from local.redshift.errors import (
    ActiveStatementsExceededException,
    ActiveWaitingRequestsExceededException,
    ResourceNotFoundException,
    ValidationException,
)
from local.redshift.running import result_set
from local.redshift.running.ledger import Ledger
from local.redshift.running.runner import Runner
from local.redshift.running.session import Session
from local.redshift.running.sessions import Sessions
from local.redshift.running.statement import (
    RETENTION_S,
    ExecutionMode,
    Part,
    ResultFormat,
    Statement,
)
from local.redshift.warehouse.warehouse import Warehouse, check_database_name

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
    sessions: Sessions
    warehouse: Warehouse


async def execute_statement(service: Service, input: Input, caller: Caller) -> bytes:
    return await _submit(service, input, [input["Sql"]], caller)


async def batch_execute_statement(service: Service, input: Input, caller: Caller) -> bytes:
    return await _submit(service, input, input["Sqls"], caller)


async def describe_statement(service: Service, input: Input, caller: Caller) -> bytes:
    statement, number = await _awaited(service, input, caller)
    return orjson.dumps(described(statement, number))


async def get_statement_result(service: Service, input: Input, caller: Caller) -> bytes:
    return await _result(service, input, caller, ResultFormat.JSON)


async def get_statement_result_v2(service: Service, input: Input, caller: Caller) -> bytes:
    return await _result(service, input, caller, ResultFormat.CSV)


async def _result(service: Service, input: Input, caller: Caller, format: ResultFormat) -> bytes:
    """A page of a result, if it is in the format that the operation reads."""
    statement, number = await _awaited(service, input, caller)
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
    statement, _ = _find(service, input["Id"], caller)
    if statement.status.is_end or not service.runner.cancel(statement.id):
        ended = service.ledger.get(statement.id) or statement
        raise ValidationException(
            f"Could not cancel a query that is already in {ended.status} state"
            f" with ID: {input['Id']}"
        )
    return b'{"Status":true}'


async def list_statements(service: Service, input: Input, caller: Caller) -> bytes:
    filters = _filters(input, caller)
    if (status := input.get("Status", "FINISHED")) != "ALL":
        filters["status"] = status
    name, before = input.get("StatementName"), _list_position(input.get("NextToken"))
    limit = input.get("MaxResults") or DEFAULT_LIST_SIZE
    found = service.ledger.find_statements(filters, name, before, limit + 1)
    page, next_token = _list_page(found, limit)
    return orjson.dumps({"Statements": [listed(statement) for statement in page], **next_token})


async def list_sessions(service: Service, input: Input, caller: Caller) -> bytes:
    if id := input.get("SessionId"):
        _check_alone(input)
        session = service.ledger.get_session(id)
        if session is None or session.caller.account != caller.account:
            raise ResourceNotFoundException(f"Session with Id: {id} does not exist.")
        return orjson.dumps({"Sessions": [listed_session(session)]})
    filters = _filters(input, caller)
    if status := input.get("Status"):
        filters["status"] = status
    since, before = time.time() - RETENTION_S, _list_position(input.get("NextToken"))
    limit = input.get("MaxResults") or DEFAULT_LIST_SIZE
    found = service.ledger.find_sessions(filters, since, before, limit + 1)
    page, next_token = _list_page(found, limit)
    return orjson.dumps({"Sessions": [listed_session(session) for session in page], **next_token})


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
    "ListSessions": list_sessions,
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
    keep_alive_s = input.get("SessionKeepAliveSeconds")
    if session_id := input.get("SessionId"):
        session = _session(service, session_id, caller)
        _check_place(input, session)
        service.sessions.claim(session, statement.id, keep_alive_s)
        statement.session_id, statement.database = session.id, session.database
        statement.cluster, statement.workgroup = session.cluster, session.workgroup
        statement.db_user = session.db_user
    elif keep_alive_s:
        statement.session_id = service.sessions.open(statement, keep_alive_s).id
    try:
        service.ledger.put(statement)
    except BaseException:
        if statement.session_id is not None:
            service.sessions.release(statement.session_id, statement.id)
        raise
    service.runner.submit(statement)
    return statement


def _session(service: Service, id: str, caller: Caller) -> Session:
    session = service.ledger.get_session(id)
    if session is None or session.caller.account != caller.account:
        raise ValidationException(f"Session with Id: {id} is invalid")
    return session


def _check_place(input: Input, session: Session) -> None:
    """A session is connected already; what is said about it again must be true."""
    members = ("Database", "ClusterIdentifier", "WorkgroupName", "DbUser")
    values = (session.database, session.cluster, session.workgroup, session.db_user)
    for member, value in zip(members, values, strict=True):
        if input.get(member) not in (None, value):
            raise ValidationException(
                f"{member} {input[member]!r} is not the one of the session {session.id};"
                " leave it out or open another session."
            )


def _statement(input: Input, sqls: list[str], caller: Caller, now: float) -> Statement:
    return Statement(
        id=str(uuid.uuid4()),
        parts=[Part(sql=sql, created_at=now, updated_at=now) for sql in sqls],
        parameters=input.get("Parameters", []),
        database=input.get("Database", ""),
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
    if not input.get("SessionId"):
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


def _check_alone(input: Input) -> None:
    """SessionId asks for one session, so nothing else is asked for."""
    for member in ("Status", "ClusterIdentifier", "WorkgroupName", "Database"):
        if input.get(member):
            raise ValidationException(f"Give SessionId or {member}, not both.")


def _filters(input: Input, caller: Caller) -> dict[str, str]:
    """What a list is of: the caller's own, at a place, in a database."""
    if input.get("ClusterIdentifier") and input.get("WorkgroupName"):
        raise ValidationException("Give either ClusterIdentifier or WorkgroupName, not both.")
    wanted = {
        "account": caller.account,
        "database": input.get("Database"),
        "place": input.get("ClusterIdentifier") or input.get("WorkgroupName"),
    }
    if not input.get("RoleLevel", True):
        wanted["access_key"] = caller.access_key
    return {column: value for column, value in wanted.items() if value}


async def _awaited(service: Service, input: Input, caller: Caller) -> tuple[Statement, int | None]:
    """The statement that `Id` names, after WaitTimeSeconds or its end, whichever comes first."""
    statement, number = _find(service, input["Id"], caller)
    if (seconds := input.get("WaitTimeSeconds")) and not statement.status.is_end:
        if service.runner.count_waiting(statement.id) >= MAX_WAITING:
            raise ActiveWaitingRequestsExceededException(
                f"{MAX_WAITING} requests wait for the statement {statement.id} already;"
                " ask again later or without WaitTimeSeconds."
            )
        await service.runner.wait(statement.id, seconds)
        statement, number = _find(service, input["Id"], caller)
    return statement, number


def _find(service: Service, id: str, caller: Caller) -> tuple[Statement, int | None]:
    """The statement and the number of the sub-statement that `id` means, None for the whole.

    Another account's statement does not exist.
    """
    statement_id, _, number = id.partition(":")
    statement = service.ledger.get(statement_id)
    if statement is None or statement.caller.account != caller.account:
        raise ResourceNotFoundException("Query does not exist.")
    if number and not 1 <= int(number) <= len(statement.parts):
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


def _list_page(found: list[Any], limit: int) -> tuple[list[Any], dict[str, str]]:
    """A page of what was found, and the NextToken of the next one if there is more."""
    if len(found) <= limit:
        return found, {}
    last = found[limit - 1]
    return found[:limit], {"NextToken": token([last.created_at, last.id])}


def _list_position(next_token: str | None) -> tuple[float, str] | None:
    if next_token is None:
        return None
    match place(next_token):
        case [float() as created_at, str() as id]:
            return created_at, id
    raise invalid_token(next_token)
