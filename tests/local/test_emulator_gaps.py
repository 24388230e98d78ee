"""What the emulator gets wrong, and which file of local/ makes up for it.

A failure here is good news: the emulator has learnt the thing, and the workaround can go.
"""

import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials

from local.deploy import deploy
from local.settings import settings_from
from tests.local.assemblies import table, write_assembly
from tests.local.conftest import Emulator, wait_until
from tests.local.function_urls.conftest import MAY_CALL, Server
from tests.local.pump.streaming import Source

FAIL: dict[str, Any] = {"fail": {"BOOL": True}}
POISON: dict[str, Any] = {"poison": {"BOOL": True}}
SCHEDULE: dict[str, Any] = {
    "ScheduleExpression": "at(2999-01-01T00:00:00)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {
        "Arn": "arn:aws:sqs:us-east-1:000000000000:any",
        "RoleArn": "arn:aws:iam::000000000000:role/any",
    },
}
# What its scheduler would send for a schedule, given as JSON, if it were let.
FIRE = """
import json, sys
from ministack.services import eventbridge, scheduler
eventbridge._dispatch_to_sqs = lambda spec, payload, parameters: print(payload)
print(scheduler._create_schedule("due", json.loads(sys.argv[1]))[0])
scheduler._tick_schedules()
scheduler._tick_schedules()
scheduler._schedule_last_fired.clear()  # which no restart keeps
scheduler._tick_schedules()
"""


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
        "Schedule": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": SCHEDULE
            | {
                "Name": name,
                "ScheduleExpressionTimezone": "Asia/Tokyo",
                "EndDate": "2999-01-01T00:00:00Z",
                "ActionAfterCompletion": "DELETE",
            },
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


def test_cloudformation_drops_what_says_when_a_schedule_runs(
    local_aws: Emulator, deployed: str
) -> None:
    """local/mend.py: complete_schedule"""
    schedule = local_aws.client("scheduler").get_schedule(Name=deployed)
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["ActionAfterCompletion"] == "NONE"
    assert "EndDate" not in schedule


def test_cloudformation_changes_a_schedule_without_a_new_date(
    local_aws: Emulator, tmp_path: Path
) -> None:
    """local/scheduler/register.py: READ_AGAIN"""
    dates = []
    for expression in ("rate(1 day)", "rate(2 days)"):
        properties = SCHEDULE | {"Name": "dated", "ScheduleExpression": expression}
        resource = {"Type": "AWS::Scheduler::Schedule", "Properties": properties}
        deploy(write_assembly(tmp_path, "dated", {"Schedule": resource}))
        schedule = local_aws.client("scheduler").get_schedule(Name="dated")
        assert schedule["ScheduleExpression"] == expression
        dates.append(schedule["LastModificationDate"])
    assert dates[0] == dates[1]


def test_a_listing_of_schedules_ends_without_telling_of_the_rest(
    shared_emulator: Emulator,
) -> None:
    """local/scheduler/register.py: PAGE_SIZE"""
    client = shared_emulator.client("scheduler")
    for name in ("listed-1", "listed-2"):
        client.create_schedule(Name=name, **SCHEDULE)
    page = client.list_schedules(NamePrefix="listed", MaxResults=1)
    assert len(page["Schedules"]) == 1
    assert "NextToken" not in page


def fired(schedule: dict[str, Any], tmp_path: Path) -> list[str]:
    """What the emulator's own scheduler sends at two looks, and at one after a restart."""
    command = [str(settings_from().emulator_python), "-I", "-c", FIRE, json.dumps(schedule)]
    environment = {"STATE_DIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    created, *sent = done.stdout.splitlines()
    assert created == "200", done.stderr
    return sent


def test_its_scheduler_knows_no_time_zones(tmp_path: Path) -> None:
    """local/scheduler/: that hour has passed in UTC, but not yet in this zone."""
    hour_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    due = {
        "ScheduleExpression": f"at({hour_ago:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "Pacific/Pago_Pago",
    }
    assert fired(SCHEDULE | due, tmp_path) != []


def test_its_scheduler_fires_once_more_after_a_restart(tmp_path: Path) -> None:
    """local/scheduler/"""
    assert len(fired(SCHEDULE | {"ScheduleExpression": "at(2000-01-01T00:00:00)"}, tmp_path)) == 2


def test_its_scheduler_leaves_context_attributes_as_they_are(tmp_path: Path) -> None:
    """local/scheduler/"""
    target = SCHEDULE["Target"] | {"Input": "<aws.scheduler.scheduled-time>"}
    due = SCHEDULE | {"ScheduleExpression": "at(2000-01-01T00:00:00)", "Target": target}
    assert set(fired(due, tmp_path)) == {"<aws.scheduler.scheduled-time>"}


def test_its_function_urls_believe_any_signature_and_name_no_caller(
    shared_emulator: Emulator,
) -> None:
    """local/function_urls/"""
    server = Server(f"{shared_emulator.settings.aws_url}/_aws/lambda-url", shared_emulator)
    forged = replace_secret(server.user(*MAY_CALL))
    answer = server.ask(f"/{server.function()}/", forged)
    assert answer.status_code == 200
    assert "authorizer" not in answer.json()["requestContext"]


def replace_secret(credentials: Credentials) -> Credentials:
    return Credentials(credentials.access_key, "not-the-secret")
