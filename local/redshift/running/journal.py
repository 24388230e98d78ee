"""The journal: how far a statement has come, said in the same transaction as its changes.

The ledger learns of an end a moment after the commit. If the server dies in between, the journal
tells that the changes are there, so that nobody is told to run the statement again.
"""

import duckdb
import orjson

from local.redshift.running.statement import Statement, statement

JOURNAL = "local_redshift_journal"  # a schema in every database; SQL cannot name it
KEPT = 100  # far more than can end between a commit and the ledger's note of it

CREATE = f"""
create schema if not exists {JOURNAL};
create table if not exists {JOURNAL}.finished (statement_id varchar, document varchar);
create table if not exists {JOURNAL}.load_error (
    statement_id varchar,
    part integer,
    table_oid bigint,
    start_time timestamp,
    file_name varchar,
    line_number bigint,
    column_name varchar,
    type varchar,
    length varchar,
    raw_line varchar,
    raw_value varchar,
    code integer,
    reason varchar
);
"""


def note(connection: duckdb.DuckDBPyConnection, finished: Statement) -> None:
    """Write down what of the statement has finished, if the transaction commits."""
    document = orjson.dumps(finished).decode()
    connection.execute(f"insert into {JOURNAL}.finished values (?, ?)", [finished.id, document])
    connection.execute(
        f"delete from {JOURNAL}.finished where rowid <="
        f" (select max(rowid) - {KEPT} from {JOURNAL}.finished)"
    )


def find(connection: duckdb.DuckDBPyConnection, statement_id: str) -> Statement | None:
    """The statement as it was when it committed; None if it did not."""
    query = (
        f"select document from {JOURNAL}.finished where statement_id = ?"
        " order by rowid desc limit 1"
    )
    found = connection.execute(query, [statement_id]).fetchone()
    return statement(orjson.loads(found[0])) if found else None
