"""After mending, the deployed stack is what its template says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.assembly import StackAssembly
from local.deploy import deploy
from local.errors import FilterError, ScheduleError
from local.mend import mend
from local.pump.pump import mappings_file
from tests.local.assemblies import function, table, write_assembly
from tests.local.conftest import Emulator

NAME = "mended"
MAIL_FROM = "mended@example.com"
VARIABLES = {
    "GRAPHQL_URL": "https://aws",
    "APP_URL": "https://aws",
    "MAIL_FROM": MAIL_FROM,
    "KEPT": "1",
}
SCHEDULE: dict[str, Any] = {
    "Name": NAME,
    "ScheduleExpression": "cron(0 7 * * ? *)",
    "ScheduleExpressionTimezone": "Europe/Berlin",
    "StartDate": "2099-01-01T00:00:00Z",
    "ActionAfterCompletion": "DELETE",
    "GroupName": {"Ref": "Schedules"},
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "State": "DISABLED",
    "Target": {
        "Arn": {"Fn::GetAtt": ["Function", "Arn"]},
        "RoleArn": "arn:aws:iam::000000000000:role/any",
        "Input": '"<aws.scheduler.scheduled-time>"',
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
        "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead"},
    },
}
EVERYTHING: dict[str, Any] = {
    "Table": table(
        TableName=NAME,
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": True},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    ),
    "Function": function(FunctionName=NAME, Environment={"Variables": VARIABLES}),
    "Other": function(FunctionName=f"{NAME}-other"),
    "Bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": NAME, "Tags": [{"Key": "application", "Value": "querycast"}]},
    },
    "Schedules": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": NAME}},
    "Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": SCHEDULE},
    "Mapping": {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
            "FunctionName": {"Ref": "Function"},
            "StartingPosition": "TRIM_HORIZON",
            "MaximumRetryAttempts": 3,
        },
    },
}


@pytest.fixture
def deployed(local_aws: Emulator, tmp_path: Path) -> StackAssembly:
    assembly = write_assembly(tmp_path, NAME, EVERYTHING)
    deploy(assembly)
    mend(assembly, local_aws.settings)
    return assembly


@pytest.fixture
def uuid(local_aws: Emulator, deployed: StackAssembly) -> str:
    mappings = local_aws.client("lambda").list_event_source_mappings(FunctionName=NAME)
    return str(mappings["EventSourceMappings"][0]["UUID"])


def test_mending_again_finds_nothing(local_aws: Emulator, deployed: StackAssembly) -> None:
    assert mend(deployed, local_aws.settings) == []


def test_the_table_forgets_expired_items(local_aws: Emulator, deployed: StackAssembly) -> None:
    ttl = local_aws.client("dynamodb").describe_time_to_live(TableName=NAME)
    assert ttl["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expiresAt",
    }


def test_the_table_can_be_recovered(local_aws: Emulator, deployed: StackAssembly) -> None:
    answer = local_aws.client("dynamodb").describe_continuous_backups(TableName=NAME)
    recovery = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_the_bucket_has_its_tags(local_aws: Emulator, deployed: StackAssembly) -> None:
    tags = local_aws.client("s3").get_bucket_tagging(Bucket=NAME)["TagSet"]
    assert tags == [{"Key": "application", "Value": "querycast"}]


def test_a_publisher_is_pointed_at_the_local_appsync(
    local_aws: Emulator, deployed: StackAssembly
) -> None:
    configuration = local_aws.client("lambda").get_function_configuration(FunctionName=NAME)
    assert configuration["Environment"]["Variables"] == {
        "GRAPHQL_URL": f"{local_aws.settings.appsync_url}/graphql",
        "APP_URL": f"http://localhost:{local_aws.settings.port}",
        "MAIL_FROM": MAIL_FROM,
        "KEPT": "1",
    }


def test_who_sends_mails_is_verified(local_aws: Emulator, deployed: StackAssembly) -> None:
    identity = local_aws.client("sesv2").get_email_identity(EmailIdentity=MAIL_FROM)
    assert identity["VerifiedForSendingStatus"]


def test_the_schedule_runs_when_its_template_says(
    local_aws: Emulator, deployed: StackAssembly
) -> None:
    schedule = local_aws.client("scheduler").get_schedule(Name=NAME, GroupName=NAME)
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert schedule["StartDate"] == datetime(2099, 1, 1, tzinfo=UTC)
    assert schedule["ActionAfterCompletion"] == "DELETE"


def test_the_schedule_keeps_all_else(local_aws: Emulator, deployed: StackAssembly) -> None:
    schedule = local_aws.client("scheduler").get_schedule(Name=NAME, GroupName=NAME)
    assert schedule["State"] == "DISABLED"
    assert schedule["ScheduleExpression"] == "cron(0 7 * * ? *)"
    assert schedule["Target"]["RetryPolicy"] == SCHEDULE["Target"]["RetryPolicy"]
    assert schedule["Target"]["DeadLetterConfig"] == SCHEDULE["Target"]["DeadLetterConfig"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"ScheduleExpression": "rate(0 minutes)"}, r"rate\(0 minutes\)"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Mars/Olympus"),
    ],
)
def test_a_schedule_that_aws_would_refuse_is_an_error(
    local_aws: Emulator, tmp_path: Path, wrong: dict[str, str], named: str
) -> None:
    assembly = deployed_schedule(tmp_path, wrong)
    with pytest.raises(ScheduleError, match=named):
        mend(assembly, local_aws.settings)


def test_a_schedule_that_deleted_itself_needs_no_mending(
    local_aws: Emulator, tmp_path: Path
) -> None:
    assembly = deployed_schedule(tmp_path, {})
    local_aws.client("scheduler").delete_schedule(Name=assembly.name)
    assert "Schedule" not in mend(assembly, local_aws.settings)


def deployed_schedule(directory: Path, more: dict[str, str]) -> StackAssembly:
    """A stack of nothing but a schedule."""
    name = f"schedule-{uuid4().hex[:8]}"
    target = SCHEDULE["Target"] | {"Arn": "arn:aws:sqs:us-east-1:000000000000:any"}
    properties = SCHEDULE | {"Name": name, "GroupName": "default", "Target": target} | more
    resource = {"Type": "AWS::Scheduler::Schedule", "Properties": properties}
    assembly = write_assembly(directory, name, {"Schedule": resource})
    deploy(assembly)
    return assembly


def test_the_pump_takes_over_the_stream(local_aws: Emulator, uuid: str) -> None:
    mapping = local_aws.client("lambda").get_event_source_mapping(UUID=uuid)
    assert mapping["State"] == "Disabled"
    [listed] = json.loads(mappings_file(local_aws.settings.pump).read_text())
    assert (listed["UUID"], listed["MaximumRetryAttempts"]) == (uuid, 3)


def test_a_disabled_mapping_stays_with_nobody(local_aws: Emulator, tmp_path: Path) -> None:
    mapping = json.loads(json.dumps(EVERYTHING["Mapping"]))
    mapping["Properties"]["Enabled"] = False
    assembly = write_assembly(tmp_path, NAME, EVERYTHING | {"Mapping": mapping})
    deploy(assembly)
    mend(assembly, local_aws.settings)
    assert json.loads(mappings_file(local_aws.settings.pump).read_text()) == []


def test_a_filter_that_the_pump_cannot_apply_is_an_error(
    local_aws: Emulator, tmp_path: Path
) -> None:
    mapping = json.loads(json.dumps(EVERYTHING["Mapping"]))
    pattern = json.dumps({"eventName": [{"wildcard": "IN*"}]})
    mapping["Properties"]["FilterCriteria"] = {"Filters": [{"Pattern": pattern}]}
    assembly = write_assembly(tmp_path, NAME, EVERYTHING | {"Mapping": mapping})
    deploy(assembly)
    with pytest.raises(FilterError, match="wildcard"):
        mend(assembly, local_aws.settings)
