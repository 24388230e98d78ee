"""A warehouse in another account: what that account makes for the stage, and what the stage trusts.

The two templates know each other by agreed names alone, so each is held against the other.
"""

from pathlib import Path
from typing import Any

import pytest

from infra import app
from tests.infra.arns import SERVERLESS
from tests.infra.built import built
from tests.infra.conftest import ELSEWHERE, WORKGROUP_ID
from tests.infra.template import Template, text
from tests.infra.test_permissions import EXPORTED, MIGRATE, ROLES, WITHOUT_REDSHIFT

STAGE_ACCOUNT, WAREHOUSE_ACCOUNT = "111111111111", "222222222222"
ROLE = f"arn:AWS::Partition:iam::{WAREHOUSE_ACCOUNT}:role/querycast-elsewhere"
BUCKETS = "arn:AWS::Partition:s3:::querycast-*"
STARTING = {
    ("redshift-data:ExecuteStatement", f"{SERVERLESS}:workgroup/{WORKGROUP_ID}"),
    ("redshift-data:BatchExecuteStatement", f"{SERVERLESS}:workgroup/{WORKGROUP_ID}"),
    ("redshift-serverless:GetCredentials", f"{SERVERLESS}:workgroup/{WORKGROUP_ID}"),
}
FOLLOWING = {
    (f"redshift-data:{operation}Statement{rest}", "*")
    for operation, rest in (("Cancel", ""), ("Describe", ""), ("Get", "Result"))
}


@pytest.fixture
def theirs(warehouse_account: Any) -> Template:
    """The template of the warehouse's account."""
    from aws_cdk import assertions

    return Template(assertions.Template.from_stack(warehouse_account).to_json())


@pytest.fixture
def ours(templates: dict[str, Template]) -> Template:
    """The template of the stage."""
    return templates["elsewhere"]


def variables(template: Template, function: str) -> dict[str, str]:
    given = template.resources[function]["Properties"]["Environment"]["Variables"]
    return {name: text(value) for name, value in given.items()}


def trust(template: Template, role: str) -> list[Any]:
    statements = template.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return list(statements)


def policy(template: Template, bucket: str) -> dict[str, Any]:
    """What a bucket's policy allows, as resources by action; who may do so is in the condition."""
    [found] = [
        each["PolicyDocument"]["Statement"]
        for each in template.properties("S3::BucketPolicy")
        if text(each["Bucket"]) == bucket
    ]
    allowed = [each for each in found if each["Effect"] == "Allow"]
    for statement in allowed:
        assert f"iam::{WAREHOUSE_ACCOUNT}:root" in text(statement["Principal"]["AWS"])
        [condition] = statement["Condition"]["ArnEquals"].values()
        assert text(condition) == f"{ROLE}-files"
    return {str(each["Action"]): text(each["Resource"]) for each in allowed}


@pytest.mark.parametrize("function", sorted(ROLES.keys() - WITHOUT_REDSHIFT))
def test_a_function_acts_as_the_one_role_there(ours: Template, function: str) -> None:
    assumed = {on for action, on in ours.permissions(f"{function}Role") if "sts" in action}
    assert f"{ROLE}-queries" in assumed
    assert assumed <= {f"{ROLE}-queries", "ExportsDownloadRole.Arn"}
    assert variables(ours, function)["WAREHOUSE_ROLE_ARN"] == f"{ROLE}-queries"


def test_who_migrates_acts_as_another(ours: Template) -> None:
    permissions = ours.permissions(f"{MIGRATE}Role")
    assert {on for action, on in permissions if "sts" in action} == {f"{ROLE}-migrations"}
    assert variables(ours, MIGRATE)["WAREHOUSE_ROLE_ARN"] == f"{ROLE}-migrations"
    assert variables(ours, MIGRATE)["WAREHOUSE_COPY_ROLE"] == f"{ROLE}-files"


def test_nothing_of_the_stage_may_reach_redshift_by_itself(ours: Template) -> None:
    everything = {each for role in ours.of("IAM::Role") for each in ours.permissions(role)}
    assert not [action for action, _ in everything if action.startswith("redshift")]
    assert not {"WarehouseRole", "ExportsUnloadRole"} & ours.of("IAM::Role").keys()


def test_the_outputs_name_the_roles_there(ours: Template) -> None:
    told = {name: text(each["Value"]) for name, each in ours.outputs.items()}
    assert told["WarehouseRoleArn"] == f"{ROLE}-queries"
    assert told["MigrateRoleArn"] == f"{ROLE}-migrations"
    assert told["UnloadRoleArn"] == told["WarehouseCopyRole"] == f"{ROLE}-files"


def test_the_roles_have_the_names_that_the_stage_knows(theirs: Template) -> None:
    names = [role.get("RoleName") for role in theirs.properties("IAM::Role")]
    assert {name for name in names if name} == {
        f"querycast-elsewhere-{purpose}" for purpose in ("queries", "migrations", "files")
    }


def test_the_roles_there_run_statements_and_see_their_own(theirs: Template) -> None:
    listing = {("redshift-data:ListStatements", "*")}
    assert theirs.permissions("Queries") == STARTING | FOLLOWING | listing
    assert theirs.permissions("Migrations") == STARTING | FOLLOWING
    for role in ("Queries", "Migrations"):
        [own] = [each for each in theirs.statements(role) if each["Resource"] == "*"]
        owner = {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}
        assert own["Condition"] == {"StringEquals": owner}


@pytest.mark.parametrize("role", ["Queries", "Migrations"])
def test_only_the_stages_own_roles_may_act_there(
    ours: Template, theirs: Template, role: str
) -> None:
    [statement] = trust(theirs, role)
    assert f"iam::{STAGE_ACCOUNT}:root" in text(statement["Principal"]["AWS"])
    assert statement["Condition"] == {
        "StringEquals": {
            "sts:RoleSessionName": "querycast",
            "aws:PrincipalTag/application": "querycast",
            "aws:PrincipalTag/stage": "elsewhere",
        }
    }
    for each in ours.properties("IAM::Role"):
        tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        assert tags == {"application": "querycast", "stage": "elsewhere"}


def test_redshift_there_reaches_buckets_of_the_stages_account_alone(theirs: Template) -> None:
    assert theirs.permissions("Files") == {
        ("s3:ListBucket", BUCKETS),
        ("s3:GetBucketLocation", BUCKETS),
        ("s3:GetObject", f"{BUCKETS}/*"),
        ("s3:PutObject", f"{BUCKETS}/exports/*"),
        ("s3:AbortMultipartUpload", f"{BUCKETS}/exports/*"),
    }
    of_the_stage = {"StringEquals": {"aws:ResourceAccount": STAGE_ACCOUNT}}
    assert [each["Condition"] for each in theirs.statements("Files")] == [of_the_stage] * 3
    for statement in trust(theirs, "Files"):
        assert statement["Principal"]["Service"].startswith("redshift")
        assert text(statement["Condition"]["StringEquals"]["aws:SourceAccount"]) == "AWS::AccountId"


def test_the_buckets_admit_redshift_of_there(ours: Template) -> None:
    finding = "['s3:ListBucket', 's3:GetBucketLocation']"
    assert policy(ours, "ExportsBucket") == {
        "['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload']": EXPORTED,
        finding: "ExportsBucket.Arn",
    }
    assert policy(ours, "StorageData") == {
        "s3:GetObject": "StorageData.Arn/*",
        finding: "StorageData.Arn",
    }
    assert policy(ours, "StorageCatalogue") == {}


def test_the_ends_of_statements_are_forwarded_to_the_stages_bus(
    ours: Template, theirs: Template
) -> None:
    [bus] = ours.properties("Events::EventBus")
    [rule] = theirs.properties("Events::Rule")
    [target] = rule["Targets"]
    arn = f"arn:AWS::Partition:events:AWS::Region:{STAGE_ACCOUNT}:event-bus/{bus['Name']}"
    assert text(target["Arn"]) == arn
    assert text(target["RoleArn"]) == "ForwardRole.Arn"
    assert theirs.permissions("ForwardRole") == {("events:PutEvents", arn)}


def test_the_bus_admits_that_account_and_what_redshift_tells_alone(ours: Template) -> None:
    [admitted] = ours.properties("Events::EventBusPolicy")
    statement = admitted["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "events:PutEvents")
    assert f"iam::{WAREHOUSE_ACCOUNT}:root" in text(statement["Principal"]["AWS"])
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {
            "events:source": "aws.redshift-data",
            "events:detail-type": "Redshift Data Statement Status Change",
        }
    }


def test_the_stages_rule_hears_what_is_forwarded_and_nothing_of_its_own_account(
    ours: Template, theirs: Template
) -> None:
    rule = ours.resources["EventsStatementChanged"]["Properties"]
    [forwarded] = [each["EventPattern"] for each in theirs.properties("Events::Rule")]
    assert rule["EventPattern"] == {**forwarded, "account": [WAREHOUSE_ACCOUNT]}
    assert text(rule["EventBusName"]) == "EventsWarehouse"


def test_a_stage_of_one_account_has_no_bus(of_one_account: Template) -> None:
    assert not of_one_account.of("Events::EventBus")


def test_cdk_nag_finds_nothing_unexplained_there(warehouse_account: Any) -> None:
    from cdk_nag import AwsSolutionsChecks

    report = AwsSolutionsChecks(warehouse_account).validate_scope(warehouse_account)
    assert [violation.rule_name for violation in report.violations] == []


def test_what_the_other_account_deploys_is_a_template_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    app.synthesise(ELSEWHERE, built(tmp_path), folder)
    written = app.synthesise_warehouse_account(ELSEWHERE, folder)
    assert written.name == "Querycast-elsewhere-warehouse-account.template.json"
    assert "cdk-hnb659fds-assets" not in written.read_text()
    assert not list(written.parent.glob("asset.*"))
