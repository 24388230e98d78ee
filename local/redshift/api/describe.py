"""Statements as the Data API shows them: after submitting, described, and in a list.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html
"""

from typing import Any

from local.redshift.running.session import Session
from local.redshift.running.statement import NOT_YET, Part, Statement, Status

LEADER_ONLY = -1  # RedshiftQueryId of a statement that no compute node saw


def submitted(statement: Statement) -> dict[str, Any]:
    """The answer to ExecuteStatement and BatchExecuteStatement."""
    answer = {"Id": statement.id, "CreatedAt": statement.created_at, "Status": statement.status}
    return answer | _place(statement)


def described(statement: Statement, number: int | None) -> dict[str, Any]:
    """The answer to DescribeStatement; with a number, of that sub-statement alone."""
    if number is not None:
        return _sub_statement(statement, number)
    answer = {
        "Id": statement.id,
        "Status": statement.status,
        "Duration": statement.duration_ns,
        "CreatedAt": statement.created_at,
        "UpdatedAt": statement.updated_at,
        "RedshiftPid": statement.pid,
        "RedshiftQueryId": 0 if statement.is_batch else statement.query_id,
        "HasResultSet": statement.has_result_set,
        "ResultRows": statement.rows,
        "ResultSize": statement.size,
        "ResultFormat": statement.result_format,
    } | _place(statement)
    if statement.error is not None:
        answer["Error"] = statement.error
    if statement.parameters:
        answer["QueryParameters"] = statement.parameters
    if statement.is_batch:
        answer["ExecutionMode"] = statement.execution_mode
        numbers = range(1, len(statement.parts) + 1)
        answer["SubStatements"] = [_sub_statement(statement, number) for number in numbers]
    else:
        answer["QueryString"] = statement.parts[0].sql
    return answer


def listed(statement: Statement) -> dict[str, Any]:
    """One entry of ListStatements."""
    entry: dict[str, Any] = {
        "Id": statement.id,
        "Status": statement.status,
        "CreatedAt": statement.created_at,
        "UpdatedAt": statement.updated_at,
        "IsBatchStatement": statement.is_batch,
        "ResultFormat": statement.result_format,
    }
    if statement.is_batch:
        entry["QueryStrings"] = [part.sql for part in statement.parts]
    else:
        entry["QueryString"] = statement.parts[0].sql
    optional = {
        "StatementName": statement.name,
        "SecretArn": statement.secret_arn,
        "SessionId": statement.session_id,
        "QueryParameters": statement.parameters or None,
    }
    return entry | _present(optional)


def _sub_statement(statement: Statement, number: int) -> dict[str, Any]:
    part = statement.part(number)
    answer = {
        "Id": f"{statement.id}:{number}",
        "Status": part.status,
        "Duration": part.duration_ns,
        "CreatedAt": part.created_at,
        "UpdatedAt": part.updated_at,
        "QueryString": part.sql,
        "RedshiftQueryId": _query_id(part),
        "HasResultSet": part.columns is not None,
        "ResultRows": part.rows,
        "ResultSize": part.size,
    }
    return answer | _present({"Error": part.error})


def _query_id(part: Part) -> int:
    return 0 if part.duration_ns == NOT_YET or part.status is Status.FAILED else LEADER_ONLY


def _place(statement: Statement) -> dict[str, Any]:
    members = {"SecretArn": statement.secret_arn, "SessionId": statement.session_id}
    return _connected_to(statement) | _present(members)


def listed_session(session: Session) -> dict[str, Any]:
    """One entry of ListSessions."""
    entry = {
        "SessionId": session.id,
        "Status": session.status,
        "CreatedAt": session.created_at,
        "UpdatedAt": session.updated_at,
        "SessionAliveSeconds": session.keep_alive_s,
        "SessionTtl": session.expires_at,
    }
    return entry | _connected_to(session) | _present({"CurrentStatementId": session.statement_id})


def _connected_to(record: Statement | Session) -> dict[str, Any]:
    return _present(
        {
            "ClusterIdentifier": record.cluster,
            "WorkgroupName": record.workgroup,
            "Database": record.database,
            "DbUser": record.db_user,
        }
    )


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
