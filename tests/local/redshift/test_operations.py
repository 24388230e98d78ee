"""The operations through an unmodified boto3, against a server in a process of its own."""

import uuid
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.local.redshift.server_process import WORKGROUP, ServerProcess

SLOW = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i > 0)"
    " select count(*) from n"
)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def refusal(call: Callable[..., object], **members: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        call(**members)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_submitted_statement_echoes_where_it_runs(server: ServerProcess) -> None:
    answer = server.client().execute_statement(
        Sql="select 1", WorkgroupName=WORKGROUP, Database="dev", WithEvent=False
    )
    assert answer["WorkgroupName"] == WORKGROUP
    assert answer["Database"] == "dev"
    assert "ClusterIdentifier" not in answer


def test_a_finished_statement_is_described(server: ServerProcess) -> None:
    described = server.run("select 1 as n")
    assert described["Status"] == "FINISHED"
    assert described["HasResultSet"] is True
    assert described["ResultRows"] == 1
    assert described["Duration"] > 0
    assert described["QueryString"] == "select 1 as n"


def test_a_failed_statement_tells_redshifts_error(server: ServerProcess) -> None:
    described = server.run("select * from nowhere")
    assert described["Status"] == "FAILED"
    assert described["Error"] == 'ERROR: relation "nowhere" does not exist'
    assert described["HasResultSet"] is False


def test_fields_are_typed(server: ServerProcess) -> None:
    described = server.run(
        "select 1::smallint, 2.50::decimal(5,2), 1.5::float8, 'x'::varchar(5), true, null::date"
    )
    result = server.client().get_statement_result(Id=described["Id"])
    assert result["Records"] == [
        [
            {"longValue": 1},
            {"stringValue": "2.50"},
            {"doubleValue": 1.5},
            {"stringValue": "x"},
            {"booleanValue": True},
            {"isNull": True},
        ]
    ]
    assert [column["typeName"] for column in result["ColumnMetadata"]] == [
        *("int2", "numeric", "float8", "varchar", "bool", "date")
    ]
    assert result["ColumnMetadata"][1]["precision"] == 5
    assert result["TotalNumRows"] == 1


def test_an_empty_result_has_columns_and_no_records(server: ServerProcess) -> None:
    described = server.run("select 1 as n where false")
    result = server.client().get_statement_result(Id=described["Id"])
    assert described["HasResultSet"] is True
    assert result["Records"] == []
    assert result["ColumnMetadata"][0]["name"] == "n"


def test_a_large_result_is_paged_in_order(server: ServerProcess) -> None:
    server.run("drop table if exists digits")
    server.run("create table digits (d int)")
    server.run("insert into digits values (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)")
    number = "a.d * 10000 + b.d * 1000 + c.d * 100 + e.d * 10 + f.d"
    rows = server.rows(
        f"select {number} as n, 'a text that makes for more than one page' from digits a,"
        " digits b, digits c, digits e, digits f order by n"
    )
    assert [row[0] for row in rows] == list(range(100_000))


def test_the_last_page_has_no_next_token(server: ServerProcess) -> None:
    described = server.run("select 1")
    assert "NextToken" not in server.client().get_statement_result(Id=described["Id"])


@pytest.mark.parametrize("token", ["nonsense", "OTk=", "", "eA=="])
def test_a_foreign_next_token_is_refused(server: ServerProcess, token: str) -> None:
    described = server.run("select 1")
    call = server.client().get_statement_result
    code, message = refusal(call, Id=described["Id"], NextToken=token)
    assert code == "ValidationException"
    assert "NextToken" in message


def test_without_a_result_set_there_is_no_result(server: ServerProcess) -> None:
    described = server.run("create temp table t (a int)")
    code, message = refusal(server.client().get_statement_result, Id=described["Id"])
    assert code == "ValidationException"
    assert message.startswith("Query does not have result. Please check query status")


def test_the_same_client_token_gives_the_same_statement(server: ServerProcess) -> None:
    token = str(uuid.uuid4())
    assert server.submit("select 1", ClientToken=token) == server.submit(
        "select 1", ClientToken=token
    )


def test_a_client_token_cannot_be_used_for_another_statement(server: ServerProcess) -> None:
    token = str(uuid.uuid4())
    server.submit("select 1", ClientToken=token)
    code, message = refusal(
        server.client().execute_statement,
        **{"Sql": "select 2", "ClientToken": token, "WorkgroupName": WORKGROUP, "Database": "dev"},
    )
    assert code == "ValidationException"
    assert token in message


def test_parameters_are_bound(server: ServerProcess) -> None:
    rows = server.rows(
        "select dateadd(month, 1, :month::date)::date, :name, :n::int + 1",
        Parameters=[
            {"name": "month", "value": "2015-01-31"},
            {"name": "name", "value": "x'; drop table digits; --"},
            {"name": "n", "value": "41"},
        ],
    )
    assert rows == [["2015-02-28", "x'; drop table digits; --", 42]]


def test_an_unused_parameter_is_refused(server: ServerProcess) -> None:
    code, message = refusal(
        server.client().execute_statement,
        Sql="select ':id' -- :id",
        WorkgroupName=WORKGROUP,
        Database="dev",
        Parameters=[{"name": "id", "value": "1"}],
    )
    assert code == "ValidationException"
    assert message == ("Parameters list contains unused parameters. Unused parameters: [id]")


def test_a_missing_parameter_fails_the_statement(server: ServerProcess) -> None:
    described = server.run("select :id")
    assert described["Error"] == 'ERROR: syntax error at or near ":"\n  Position: 8'


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"WorkgroupName": "Not-Valid!"}, "regular expression pattern"),
        ({"ClusterIdentifier": "c-1"}, "exactly one of ClusterIdentifier and WorkgroupName"),
        ({"Database": "../etc"}, "not a valid name"),
        ({"Sql": "  "}, "must not be empty"),
        ({"Sql": "select '" + "x" * 102_400 + "'"}, "102,400"),
        ({"StatementName": "x" * 2049}, "length less than or equal to 2048"),
        ({"ClientToken": "x" * 65}, "length less than or equal to 64"),
        ({"Parameters": [{"name": "a-b", "value": "1"}]}, "parameters.1.member.name"),
        ({"SessionKeepAliveSeconds": 86_401}, "less than or equal to 86400"),
        ({"ResultFormat": "XML"}, "enum value set"),
        ({"WaitTimeSeconds": 31}, "less than or equal to 30"),
    ],
)
def test_bad_input_is_refused(server: ServerProcess, members: dict[str, object], told: str) -> None:
    good = {"Sql": "select 1", "WorkgroupName": WORKGROUP, "Database": "dev"}
    code, message = refusal(server.client().execute_statement, **(good | members))
    assert code == "ValidationException"
    assert told in message


def test_a_malformed_id_is_refused(server: ServerProcess) -> None:
    code, message = refusal(server.client().describe_statement, Id="nonsense")
    assert (code, message.split(":")[0]) == ("ValidationException", "id must satisfy regex pattern")


@pytest.mark.parametrize(
    "operation", ["describe_statement", "get_statement_result", "cancel_statement"]
)
def test_an_unknown_id_does_not_exist(server: ServerProcess, operation: str) -> None:
    refused = refusal(getattr(server.client(), operation), Id=UNKNOWN)
    assert refused == ("ResourceNotFoundException", "Query does not exist.")


@pytest.mark.parametrize(
    "operation", ["describe_statement", "get_statement_result", "cancel_statement"]
)
def test_another_accounts_statement_does_not_exist(server: ServerProcess, operation: str) -> None:
    statement_id = server.run("select 'secret'")["Id"]
    stranger = server.client(account="999999999999")
    refused = refusal(getattr(stranger, operation), Id=statement_id)
    assert refused == ("ResourceNotFoundException", "Query does not exist.")


def test_waiting_ends_with_the_statement(server: ServerProcess) -> None:
    answer = server.client().execute_statement(
        Sql="select 1", WorkgroupName=WORKGROUP, Database="dev", WaitTimeSeconds=10
    )
    assert answer["Status"] == "FINISHED"


def test_a_batch_is_one_transaction(server: ServerProcess) -> None:
    place = {"WorkgroupName": WORKGROUP, "Database": "dev"}
    batch = server.client().batch_execute_statement(
        Sqls=[
            "create table batched (a int)",
            "insert into batched values (:v)",
            "select * from nope",
        ],
        Parameters=[{"name": "v", "value": "1"}],
        **place,  # type: ignore[arg-type]  # the stubs want each argument spelled out
    )
    described = server.ended(batch["Id"])
    assert described["Status"] == "FAILED"
    assert [part["Status"] for part in described["SubStatements"]] == [
        "FINISHED",
        "FINISHED",
        "FAILED",
    ]
    assert (
        server.run("select * from batched")["Error"] == 'ERROR: relation "batched" does not exist'
    )


def test_parts_that_commit_alone_leave_each_other_be(server: ServerProcess) -> None:
    batch = server.client().batch_execute_statement(
        Sqls=[
            "create table alone as select 1 as n",
            "select * from nope",
            "selct",
            "insert into alone values (2)",
            "select n from alone order by n",
        ],
        ExecutionMode="AUTO_COMMIT",
        WorkgroupName=WORKGROUP,
        Database="dev",
    )
    described = server.ended(batch["Id"])
    first_error = 'ERROR: relation "nope" does not exist'
    assert (described["Status"], described["Error"]) == ("FAILED", first_error)
    assert described["ExecutionMode"] == "AUTO_COMMIT"
    statuses = [part["Status"] for part in described["SubStatements"]]
    assert statuses == ["FINISHED", "FAILED", "FAILED", "FINISHED", "FINISHED"]
    errors = [part.get("Error") for part in described["SubStatements"]]
    assert errors[1] == first_error
    assert "syntax error" in errors[2]
    last = server.client().get_statement_result(Id=f"{batch['Id']}:5")
    assert last["Records"] == [[{"longValue": 1}], [{"longValue": 2}]]


def test_a_cancelled_batch_keeps_what_committed_alone(server: ServerProcess) -> None:
    batch = server.client().batch_execute_statement(
        Sqls=["create table kept_alone as select 1 as n", SLOW, "drop table kept_alone"],
        ExecutionMode="AUTO_COMMIT",
        WorkgroupName=WORKGROUP,
        Database="dev",
    )
    server.reaches(f"{batch['Id']}:1", "FINISHED")
    server.client().cancel_statement(Id=batch["Id"])
    parts = server.ended(batch["Id"])["SubStatements"]
    assert [part["Status"] for part in parts] == ["FINISHED", "ABORTED", "ABORTED"]
    assert server.rows("select n from kept_alone") == [[1]]


def test_each_part_of_a_batch_has_its_result(server: ServerProcess) -> None:
    batch = server.client().batch_execute_statement(
        Sqls=["select 1", "select 2"], WorkgroupName=WORKGROUP, Database="dev"
    )
    described = server.ended(batch["Id"])
    records = [
        server.client().get_statement_result(Id=part["Id"])["Records"]
        for part in described["SubStatements"]
    ]
    assert records == [[[{"longValue": 1}]], [[{"longValue": 2}]]]
    assert "QueryString" not in described


def test_what_follows_a_failure_in_a_batch_is_aborted(server: ServerProcess) -> None:
    batch = server.client().batch_execute_statement(
        Sqls=["selct", "select 1"], WorkgroupName=WORKGROUP, Database="dev"
    )
    parts = server.ended(batch["Id"])["SubStatements"]
    assert [part["Status"] for part in parts] == ["FAILED", "ABORTED"]


def test_a_running_statement_is_cancelled_at_once(server: ServerProcess) -> None:
    statement_id = server.submit(SLOW)
    server.has_started(statement_id)
    assert server.client().cancel_statement(Id=statement_id)["Status"] is True
    described = server.ended(statement_id)
    assert described["Status"] == "ABORTED"
    assert "cancelled on user's request" in described["Error"]


def test_a_finished_statement_cannot_be_cancelled(server: ServerProcess) -> None:
    statement_id = server.run("select 1")["Id"]
    code, message = refusal(server.client().cancel_statement, Id=statement_id)
    assert code == "ValidationException"
    assert message == (
        f"Could not cancel a query that is already in FINISHED state with ID: {statement_id}"
    )


def test_a_waiting_statement_is_cancelled_before_it_runs(server: ServerProcess) -> None:
    slow = [server.submit(SLOW) for _ in range(5)]
    for statement_id in slow:
        server.has_started(statement_id)
    waiting = server.submit("create table never (a int)")
    server.client().cancel_statement(Id=waiting)
    described = server.client().describe_statement(Id=waiting)
    for statement_id in slow:
        server.client().cancel_statement(Id=statement_id)
        server.ended(statement_id)
    assert (described["Status"], described["Duration"]) == ("ABORTED", -1)


def test_statements_are_listed_newest_first_by_prefix(server: ServerProcess) -> None:
    ids = [server.run("select 1", StatementName=f"listed-{index}")["Id"] for index in range(3)]
    server.run("select * from nowhere", StatementName="listed-failed")
    listed = server.client().list_statements(StatementName="listed-")["Statements"]
    assert [entry["Id"] for entry in listed] == ids[::-1]


def test_a_list_is_paged(server: ServerProcess) -> None:
    for index in range(3):
        server.run("select 1", StatementName=f"paged-{index}")
    pages = (
        server.client()
        .get_paginator("list_statements")
        .paginate(StatementName="paged-", Status="ALL", PaginationConfig={"PageSize": 2})
    )
    names = [[entry["StatementName"] for entry in page["Statements"]] for page in pages]
    assert names == [["paged-2", "paged-1"], ["paged-0"]]


def test_another_accounts_statements_are_not_listed(server: ServerProcess) -> None:
    server.run("select 1", StatementName="of-one-account")
    other = server.client(account="999999999999")
    assert other.list_statements(StatementName="of-one-account")["Statements"] == []
