"""What docs/ tells an operator to type does what it says, where one machine has what it needs."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesise_warehouse_account
from infra.node import choose_node
from infra.stage import Stage
from infra.warehouse import Warehouse
from tests.integration.conftest import clients
from tests.integration.stack import ROOT, LocalStack

OPERATIONS, DEPLOY = (ROOT / "docs" / name for name in ("operations.md", "deploy.md"))
AWS = ROOT / ".venv-redshift-clients" / "bin"  # where its command line is installed
ENDED, WAITING = {"id": {"S": "ended"}}, {"id": {"S": "waiting"}, "unfinished": {"S": "yes"}}


@dataclass
class Shell:
    """Runs a document's commands as someone with the rights of a deployer."""

    stack: LocalStack

    def run(self, command: str) -> "subprocess.CompletedProcess[str]":
        outputs = self.stack.outputs()
        ours = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment = ours | {
            **self.stack.environment,
            "PATH": f"{Path(sys.executable).parent}:{AWS}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": outputs["awsEndpointUrl"],
            "AWS_SHARED_CREDENTIALS_FILE": outputs["credentialsFile"],
        }
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def expect(self, command: str) -> str:
        done = self.run(command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def commands(document: Path, *begins: str) -> list[str]:
    """The document's commands that begin so, in its order."""
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)$", document.read_text(), re.M)
    return [command for command in found if command.startswith(begins)]


@pytest.fixture
def shell(spare_stack: LocalStack) -> Shell:
    return Shell(spare_stack)


@pytest.fixture
def dynamodb(spare_stack: LocalStack) -> Any:
    return clients(spare_stack.outputs())("dynamodb")


@pytest.fixture
def table(dynamodb: Any) -> str:
    """Of its own: each item is a call of the AWS command line, and the stack's has many."""
    dynamodb.create_table(
        TableName="queries",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "queries"


@pytest.mark.skipif(shutil.which("jq") is None, reason="the document says that it needs jq")
def test_what_was_deleted_comes_back_and_nothing_else(
    shell: Shell, dynamodb: Any, table: str
) -> None:
    for item in (ENDED, WAITING):
        dynamodb.put_item(TableName=table, Item=item)
    restore, *rest = (
        command.replace("TABLE", table).replace(
            "2026-11-27T09:00:00Z", datetime.now(UTC).isoformat()
        )
        for command in commands(OPERATIONS, "aws dynamodb")
    )
    shell.expect(restore)
    for item in (ENDED, WAITING):
        dynamodb.delete_item(TableName=table, Key={"id": item["id"]})
    for command in rest:
        shell.run(command)  # what is there already is told as an error
    found = [
        dynamodb.get_item(TableName=table, Key={"id": each["id"]}) for each in (ENDED, WAITING)
    ]
    assert ["Item" in each for each in found] == [True, False]
    assert "restored" not in dynamodb.list_tables()["TableNames"]


def test_the_canary_is_quiet_while_all_is_well(shell: Shell) -> None:
    [canary] = commands(OPERATIONS, "QUERYCAST_OUTPUTS")
    outputs = shell.stack.environment["QUERYCAST_OUTPUTS"]
    assert shell.expect(canary.replace("build/outputs-production.json", outputs)) == ""


def test_another_account_deploys_its_template(shell: Shell, tmp_path: Path) -> None:
    choose_node()
    warehouse = Warehouse(database="dev", workgroup="reports", account="222222222222")
    stage = Stage(name="production", account="111111111111", warehouse=warehouse)
    synthesise_warehouse_account(stage, tmp_path / "cdk.out-production")
    [command] = commands(DEPLOY, "aws cloudformation deploy")
    here = command.replace(" --profile warehouse", "").replace("build/", f"{tmp_path}/")
    assert "Successfully created/updated stack" in shell.expect(here)
