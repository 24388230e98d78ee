"""What is told apart: a call that is allowed, one that is not, and a permission nobody uses."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.calls.compared import refused, unused
from tests.calls.recorded import Call, Names, recorded
from tests.infra.template import Template

IDS = (
    "FunctionsExport1234ABCD",
    "FunctionsExportRole0123ABCD",
    "QueriesTable89ABCDEF",
    "Exports0A",
)
TABLE = {"TableName": "Querycast-dev-QueriesTable89ABCDEF-7F"}
OBJECT = {"Bucket": "querycast-dev-exports0a-9e", "Key": "exports/1.csv"}
ROLE = "FunctionsExportRole"


@pytest.fixture
def template() -> Template:
    """A function that may read and write one table, as its own role."""
    statement = {
        "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
        "Resource": {"Fn::GetAtt": [IDS[2], "Arn"]},
    }
    policy = {"Roles": [{"Ref": IDS[1]}], "PolicyDocument": {"Statement": [statement]}}
    resources = {"Policy": {"Type": "AWS::IAM::Policy", "Properties": policy}}
    return Template({"Outputs": {}, "Resources": resources})


def calls(
    folder: Path, service: str, operation: str, resource: Any, stack: str = "Querycast-dev"
) -> set[Call]:
    line = {
        "function": f"{stack}-FunctionsExport1234ABCD-5",
        "role": None,
        "service": service,
        "operation": operation,
        "resource": resource,
    }
    (folder / "one.jsonl").write_text(json.dumps(line) + "\n")
    return recorded(folder, Names(dict.fromkeys(IDS)))


def test_a_call_is_of_the_functions_own_role(tmp_path: Path) -> None:
    asked = calls(tmp_path, "dynamodb", "GetItem", TABLE)
    assert asked == {Call(ROLE, "dynamodb:GetItem", "QueriesTable.Arn")}


def test_what_the_last_releases_stack_asks_is_not_ours(tmp_path: Path) -> None:
    assert calls(tmp_path, "dynamodb", "GetItem", TABLE, "Querycast-released") == set()


def test_a_query_is_of_an_index(tmp_path: Path) -> None:
    [asked] = calls(tmp_path, "dynamodb", "Query", TABLE | {"IndexName": "byOwner"})
    assert asked.resource == "QueriesTable.Arn/index/byOwner"


def test_copying_a_part_reads_and_writes(tmp_path: Path) -> None:
    asked = calls(tmp_path, "s3", "UploadPartCopy", OBJECT)
    assert {call.action for call in asked} == {"s3:GetObject", "s3:PutObject"}


def test_a_statement_needs_a_sign_in(tmp_path: Path) -> None:
    asked = calls(tmp_path, "redshift-data", "ExecuteStatement", {})
    assert "redshift-serverless:GetCredentials" in {call.action for call in asked}


def test_an_unknown_service_is_no_call_to_pass_over(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not know what kms:Encrypt is on"):
        calls(tmp_path, "kms", "Encrypt", {})


def test_what_is_allowed_is_not_told(tmp_path: Path, template: Template) -> None:
    assert refused(calls(tmp_path, "dynamodb", "GetItem", TABLE), template) == []


def test_a_call_without_a_permission_is_told(tmp_path: Path, template: Template) -> None:
    asked = calls(tmp_path, "dynamodb", "Scan", TABLE)
    told = [f"{ROLE} may not dynamodb:Scan on QueriesTable.Arn"]
    assert refused(asked, template) == told


def test_a_permission_that_nobody_used_is_told(tmp_path: Path, template: Template) -> None:
    asked = calls(tmp_path, "dynamodb", "GetItem", TABLE)
    told = [f"{ROLE} never asked to dynamodb:PutItem on QueriesTable.Arn"]
    assert unused(asked, template, [ROLE]) == told
