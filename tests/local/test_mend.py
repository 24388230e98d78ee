"""After mending, the deployed stack is what its template says."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.assembly import StackAssembly
from local.deploy import deploy
from local.errors import FilterError
from local.mend import mend
from local.pump.pump import mappings_file
from tests.local.assemblies import function, table, write_assembly
from tests.local.conftest import Emulator

NAME = "mended"
EVERYTHING: dict[str, Any] = {
    "Table": table(
        TableName=NAME,
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": True},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    ),
    "Function": function(
        FunctionName=NAME, Environment={"Variables": {"GRAPHQL_URL": "https://aws", "KEPT": "1"}}
    ),
    "Other": function(FunctionName=f"{NAME}-other"),
    "Bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": NAME, "Tags": [{"Key": "application", "Value": "querycast"}]},
    },
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
        "KEPT": "1",
    }


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
