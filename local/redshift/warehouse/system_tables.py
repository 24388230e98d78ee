"""What a system relation tells that SQL alone cannot know, as temporary tables of a connection.

Their names begin as those of system relations do, so that no statement can name them.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import orjson

from local.redshift.running.statement import NOT_YET, Part, Statement, Status
from local.redshift.warehouse.catalog import quoted_name

History = Callable[[Statement], list[tuple[int, Statement]]]  # numbered statements of a workgroup

ADMIN, ADMIN_ID, USER_ID = "awsuser", 100, 101

_TABLES = {
    "sys_database": {"database_name": "varchar"},
    "sys_row_count": {
        "schema_name": "varchar",
        "table_name": "varchar",
        "table_oid": "bigint",
        "row_count": "bigint",
    },
    "sys_statement": {
        "statement_id": "varchar",
        "part": "int",
        "user_id": "int",
        "user_name": "varchar",
        "query_id": "bigint",
        "label": "varchar",
        "transaction_id": "bigint",
        "pid": "int",
        "database_name": "varchar",
        "query_type": "varchar",
        "status": "varchar",
        "start_time": "timestamp",
        "end_time": "timestamp",
        "elapsed_us": "bigint",
        "error": "varchar",
        "returned_rows": "bigint",
        "returned_bytes": "bigint",
        "query_text": "varchar",
    },
}
_STATUS = {
    Status.SUBMITTED: "queued",
    Status.PICKED: "queued",
    Status.STARTED: "running",
    Status.FINISHED: "success",
    Status.FAILED: "failed",
    Status.ABORTED: "canceled",
}
_COMMENT = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()+", re.DOTALL)
_CTAS = re.compile(r"create\s+(?:\w+\s+)*?table\s[^()]*?(?:\([^()]*\)[^()]*?)*\sas[\s(]", re.I)
_QUERY_TYPES = {
    **{word: word for word in ("SELECT", "INSERT", "UPDATE", "DELETE", "COPY", "UNLOAD")},
    "WITH": "SELECT",
    **dict.fromkeys(("CREATE", "ALTER", "DROP", "TRUNCATE", "REFRESH"), "DDL"),
}

CREATE = ";".join(
    f"create or replace temp table {name}"
    f" ({', '.join(f'{column} {type}' for column, type in columns.items())})"
    for name, columns in _TABLES.items()
)


def introduce(connection: duckdb.DuckDBPyConnection, statement: Statement) -> None:
    """Tell the connection whose statement it runs, as the session functions answer."""
    user = (statement.db_user or ADMIN).replace("'", "''")
    connection.execute(f"set variable user_name = '{user}'")
    connection.execute(f"set variable pid = {statement.pid}")


def fill(
    connection: duckdb.DuckDBPyConnection,
    names: set[str],
    statement: Statement,
    databases: Callable[[], list[str]],
    history: History,
) -> None:
    """Fill those temporary tables for the statement that is about to run."""
    if not names:
        return
    connection.execute(CREATE)
    if "sys_database" in names:
        _insert(connection, "sys_database", [{"database_name": name} for name in databases()])
    if "sys_row_count" in names:
        _insert(connection, "sys_row_count", _row_counts(connection))
    if "sys_statement" in names:
        rows = [row for numbered in history(statement) for row in _statement_rows(*numbered)]
        _insert(connection, "sys_statement", rows)


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    structure = orjson.dumps([_TABLES[name]]).decode()
    connection.execute(
        f"insert into {name} select unnest(from_json(?, '{structure}'), recursive := true)",
        [orjson.dumps(rows).decode()],
    )


def _row_counts(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = connection.execute(
        "select schema_name, name, oid, at_database, at_schema"
        " from local_redshift.main.user_relation where has_rows"
    ).fetchall()
    return [
        {
            "schema_name": schema,
            "table_name": name,
            "table_oid": oid,
            "row_count": _row_count(connection, [at_database, at_schema, name]),
        }
        for schema, name, oid, at_database, at_schema in found
    ]


def _row_count(connection: duckdb.DuckDBPyConnection, table: list[str]) -> int:
    found = connection.execute(f"select count(*) from {quoted_name(table)}").fetchone()
    return int(found[0]) if found else 0


def _statement_rows(number: int, statement: Statement) -> list[dict[str, Any]]:
    """A row for each text of a statement that has begun."""
    rows = []
    for index, part in enumerate(statement.parts):
        status = part.status
        if index == 0 and not statement.status.is_end:
            status = statement.status
        if index > 0 and status is not Status.FINISHED and part.duration_ns == NOT_YET:
            break  # never begun, as far as is known
        user = statement.db_user or ADMIN
        start, end = _times(statement, part)
        rows.append(
            {
                "statement_id": statement.id,
                "part": index,
                "user_id": ADMIN_ID if user == ADMIN else USER_ID,
                "user_name": user,
                "query_id": number * 100 + index,
                "label": "default",
                "transaction_id": number * 100,
                "pid": statement.pid,
                "database_name": statement.database,
                "query_type": _query_type(part.sql),
                "status": _STATUS[status],
                "start_time": _timestamp(start),
                "end_time": None if end is None else _timestamp(end),
                "elapsed_us": int(((end or datetime.now(UTC).timestamp()) - start) * 1_000_000),
                "error": part.error,
                "returned_rows": max(part.rows, 0) if part.columns is not None else 0,
                "returned_bytes": max(part.size, 0) if part.columns is not None else 0,
                "query_text": part.sql,
            }
        )
    return rows


def _times(statement: Statement, part: Part) -> tuple[float, float | None]:
    """When a part began and when it ended, as far as is known."""
    if not part.status.is_end:
        return statement.updated_at, None
    if part.duration_ns == NOT_YET:
        return part.updated_at, part.updated_at
    return part.updated_at - part.duration_ns / 1e9, part.updated_at


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _query_type(sql: str) -> str:
    text = _COMMENT.sub("", sql)
    if _CTAS.match(text):
        return "CTAS"
    word = re.match(r"\w*", text)
    return _QUERY_TYPES.get(word[0].upper() if word else "", "UTILITY")
