"""Unmodified clients of the Redshift Data API: what their users see of answers and refusals."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.local.redshift.conftest import server as server  # one for this module
from tests.local.redshift.server_process import ServerProcess

FOLDER = Path(__file__).parent
CLIENTS = Path(__file__).parents[4] / ".venv-redshift-clients" / "bin"
PLACE = {"workgroup_name": "analytics", "database": "dev"}
THREE_TYPES = "select 1::int as n, 2.50::decimal(5,2) as price, 'a'::varchar as name"

pytestmark = pytest.mark.skipif(
    not CLIENTS.exists(), reason="the clients are not installed: `make test` installs them"
)


def run(server: ServerProcess, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A program of the clients' environment, with the server as its AWS."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": server.url,
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AIRFLOW_HOME": str(server.data.parent / "airflow"),
    }
    command = [str(CLIENTS / program), *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def seen_by(server: ServerProcess, client: str, **arguments: Any) -> Any:
    """What a client in Python prints."""
    ended = run(server, "python", str(FOLDER / client), json.dumps(arguments))
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def aws(server: ServerProcess, operation: str, **options: str) -> Any:
    """The answer to a command of the AWS CLI."""
    ended = refused_or_answered(server, operation, **options)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def refused_or_answered(
    server: ServerProcess, operation: str, **options: str
) -> "subprocess.CompletedProcess[str]":
    named = [text for name, value in options.items() for text in (f"--{name}", value)]
    named = [text.replace("_", "-") if text.startswith("--") else text for text in named]
    return run(server, "aws", "redshift-data", operation, "--output", "json", *named)


def test_the_aws_cli_runs_a_statement_and_reads_all_pages(server: ServerProcess) -> None:
    started = aws(
        server,
        "execute-statement",
        workgroup_name="analytics",
        database="dev",
        sql="with recursive t(n) as (select 1 union all select n + 1 from t where n < 3000)"
        " select n from t where n > :least order by n",
        parameters="name=least,value=1",
        wait_time_seconds="30",
    )
    assert aws(server, "describe-statement", id=started["Id"])["Status"] == "FINISHED"
    result = aws(server, "get-statement-result", id=started["Id"])
    assert [row[0]["longValue"] for row in result["Records"]] == list(range(2, 3001))


def test_the_aws_cli_lists_statements_by_name(server: ServerProcess) -> None:
    named = {"statement_name": "cli-list", "wait_time_seconds": "30"}
    started = aws(
        server, "execute-statement", workgroup_name="analytics", database="dev", sql="select 1",
        **named,
    )  # fmt: skip
    (listed,) = aws(server, "list-statements", statement_name="cli-")["Statements"]
    assert (listed["Id"], listed["Status"]) == (started["Id"], "FINISHED")


def test_the_aws_cli_shows_a_refusal(server: ServerProcess) -> None:
    ended = refused_or_answered(
        server, "describe-statement", id="d9b6c0c9-0747-4bf4-b142-e8883122f766"
    )
    assert ended.returncode != 0
    assert "(ResourceNotFoundException)" in ended.stderr
    assert "Query does not exist." in ended.stderr


def test_awswrangler_reads_a_frame(server: ServerProcess) -> None:
    sql = f"select * from ({THREE_TYPES}) where n = :n"
    seen = seen_by(server, "wrangler.py", sql=sql, parameters=[{"name": "n", "value": "1"}])
    assert seen == {"columns": ["n", "price", "name"], "rows": [[1, "2.50", "a"]]}


def test_awswrangler_raises_what_redshift_says(server: ServerProcess) -> None:
    seen = seen_by(server, "wrangler.py", sql="select * from nowhere")
    assert 'relation "nowhere" does not exist' in seen["error"]


def test_airflow_waits_and_reads_records(server: ServerProcess) -> None:
    seen = seen_by(server, "airflow_hook.py", sql=THREE_TYPES, **PLACE)
    (record,) = seen["records"]
    assert record == [{"longValue": 1}, {"stringValue": "2.50"}, {"stringValue": "a"}]


def test_airflow_runs_a_batch(server: ServerProcess) -> None:
    sqls = ["create table of_airflow (n int)", "insert into of_airflow values (1), (2)"]
    seen = seen_by(server, "airflow_hook.py", sql=sqls, **PLACE)
    assert "Query does not have result" in seen["error"]  # the batch ended well, without rows
    assert server.rows("select n from of_airflow order by n") == [[1], [2]]


def test_airflow_raises_what_redshift_says(server: ServerProcess) -> None:
    seen = seen_by(server, "airflow_hook.py", sql="select 1 +", **PLACE)
    assert seen["error"].startswith("RedshiftDataQueryFailedError")
    assert "syntax error" in seen["error"]
