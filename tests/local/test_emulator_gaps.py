"""What the emulator gets wrong, and which file of local/ makes up for it.

A failure here is good news: the emulator has learnt the thing, and the workaround can go.
"""

from pathlib import Path
from typing import Any

import pytest

from local.deploy import deploy
from tests.local.assemblies import table, write_assembly
from tests.local.conftest import Emulator, wait_until
from tests.local.pump.streaming import Source

FAIL: dict[str, Any] = {"fail": {"BOOL": True}}
POISON: dict[str, Any] = {"poison": {"BOOL": True}}


@pytest.fixture
def deployed(local_aws: Emulator, tmp_path: Path) -> str:
    name = "gaps"
    resources = {
        "Table": table(
            TableName=name,
            TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": True},
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        ),
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"BucketName": name, "Tags": [{"Key": "a", "Value": "b"}]},
        },
    }
    deploy(write_assembly(tmp_path, name, resources))
    return name


def test_cloudformation_drops_time_to_live(local_aws: Emulator, deployed: str) -> None:
    """local/mend.py: enable_time_to_live"""
    ttl = local_aws.client("dynamodb").describe_time_to_live(TableName=deployed)
    assert ttl["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"


def test_cloudformation_drops_point_in_time_recovery(local_aws: Emulator, deployed: str) -> None:
    """local/mend.py: enable_recovery"""
    answer = local_aws.client("dynamodb").describe_continuous_backups(TableName=deployed)
    recovery = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "DISABLED"


def test_cloudformation_drops_the_tags_of_a_bucket(local_aws: Emulator, deployed: str) -> None:
    """local/mend.py: tag_bucket"""
    client = local_aws.client("s3")
    with pytest.raises(client.exceptions.ClientError, match="NoSuchTagSet"):
        client.get_bucket_tagging(Bucket=deployed)


def test_the_poller_ignores_the_number_of_retries(
    shared_emulator: Emulator, tmp_path: Path
) -> None:
    """local/pump/"""
    source = Source(shared_emulator, tmp_path).create(Enabled=True, MaximumRetryAttempts=0)
    source.put("bad", **POISON)
    wait_until(lambda: len(source.journal.batches()) >= 3, "a third attempt, where one is allowed")


def test_the_poller_drops_what_a_function_reports_as_failed(
    shared_emulator: Emulator, tmp_path: Path
) -> None:
    """local/pump/"""
    source = Source(shared_emulator, tmp_path).create(
        Enabled=True, FunctionResponseTypes=["ReportBatchItemFailures"], BatchSize=1
    )
    source.put("bad", **FAIL)
    wait_until(lambda: source.journal.ids() == ["bad"], "the failure is reported")
    source.put("good")
    wait_until(lambda: "good" in source.journal.ids(), "the next one arrives")
    assert source.journal.ids() == ["bad", "good"]


def test_it_cannot_be_told_to_save_its_state(shared_emulator: Emulator) -> None:
    """local/emulator_main.py: if one of these exists, the private API need not be used."""
    import http.client

    for path in ("save", "state/save", "checkpoint", "persist"):
        connection = http.client.HTTPConnection("127.0.0.1", shared_emulator.settings.aws_port)
        connection.request("POST", f"/_ministack/{path}")
        assert connection.getresponse().status >= 400
        connection.close()
