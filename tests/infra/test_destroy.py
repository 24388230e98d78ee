"""A stack is deleted after its name was typed, with no data but what may go; on the local AWS."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from infra.destroy import NotDestroyed, destroy
from infra.fetch_outputs import NotDeployed, outputs_of
from infra.stage import Stage
from infra.warehouse import Warehouse
from tests.local.conftest import Emulator, new_emulator

STAGE = Stage(name="test", warehouse=Warehouse(database="dev", workgroup="reports"))
NAME = STAGE.stack_name
TABLE = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
VERSIONED = {"VersioningConfiguration": {"Status": "Enabled"}}


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    yield from new_emulator(tmp_path_factory.mktemp("aws"))


@pytest.fixture
def session(local_aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.settings.aws_url)
    return boto3.Session(
        aws_access_key_id="000000000000", aws_secret_access_key="test", region_name="us-east-1"
    )


def deployed(session: boto3.Session, *, table: str, bucket: str) -> tuple[str, str]:
    """The names of a table and a bucket, with an object, of a stack with these policies."""
    resources = {
        "Items": {"Type": "AWS::DynamoDB::Table", "Properties": TABLE, "DeletionPolicy": table},
        "Files": {"Type": "AWS::S3::Bucket", "Properties": VERSIONED, "DeletionPolicy": bucket},
    }
    outputs = {name: {"Value": {"Ref": name}} for name in resources}
    client: Any = session.client("cloudformation")
    template = json.dumps({"Resources": resources, "Outputs": outputs})
    client.create_stack(StackName=NAME, TemplateBody=template)
    client.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1})
    made = outputs_of(client, NAME)
    session.client("s3").put_object(Bucket=made["files"], Key="one", Body=b"1")
    return made["items"], made["files"]


def remaining(session: boto3.Session) -> set[str]:
    """The tables and buckets of the account."""
    tables = session.client("dynamodb").list_tables()["TableNames"]
    return {*tables, *(each["Name"] for each in session.client("s3").list_buckets()["Buckets"])}


def typed(text: str) -> Any:
    return lambda _question: text


def test_what_is_retained_stays(session: boto3.Session, capsys: pytest.CaptureFixture[str]) -> None:
    table, bucket = deployed(session, table="Retain", bucket="Retain")
    destroy(STAGE, session, typed(NAME), delete_data=False)
    assert {table, bucket} <= remaining(session)
    assert f"stays  table {table}" in capsys.readouterr().out
    session.client("dynamodb").delete_table(TableName=table)
    session.resource("s3").Bucket(bucket).object_versions.delete()
    session.client("s3").delete_bucket(Bucket=bucket)


def test_data_goes_where_that_was_said_and_the_name_typed(session: boto3.Session) -> None:
    table, bucket = deployed(session, table="Delete", bucket="Delete")
    with pytest.raises(NotDestroyed, match=r"Data would go\. Say so with DATA=delete"):
        destroy(STAGE, session, typed(NAME), delete_data=False)
    with pytest.raises(NotDestroyed, match="That was not its name"):
        destroy(STAGE, session, typed("yes"), delete_data=True)
    assert {table, bucket} <= remaining(session)
    destroy(STAGE, session, typed(NAME), delete_data=True)
    assert not {table, bucket} & remaining(session)


def test_a_stack_that_is_not_there_is_told(session: boto3.Session) -> None:
    with pytest.raises(NotDestroyed, match=f"There is no stack {NAME} in this account"):
        destroy(STAGE, session, typed(NAME), delete_data=True)


def test_a_stage_that_is_not_deployed_has_no_outputs(session: boto3.Session) -> None:
    with pytest.raises(NotDeployed, match="There is no stack Querycast-never in this account"):
        outputs_of(session.client("cloudformation"), "Querycast-never")
