"""After a deployment: what the emulator drops or does wrong is put right through public APIs.

Each entry of MENDERS names a resource type, and knows one way in which the emulator falls short of
its template. tests/local/test_emulator_gaps.py fails when the emulator learns one: then its
entry can go.
"""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from core.schedule import InvalidSchedule, Schedule
from local.assembly import StackAssembly
from local.errors import ScheduleError
from local.files import write_json
from local.pump.mapping import SETTINGS, stream_mapping
from local.pump.pump import mappings_file
from local.settings import Settings

# Of a schedule, what the emulator's CloudFormation does not drop.
KEPT_OF_SCHEDULE = (
    "Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target", "State",
    "Description",
)  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """As the template has it, and the id of what was made of it."""

    logical_id: str
    physical_id: str
    properties: Mapping[str, Any]


Mender = Callable[[Resource, Settings], bool]  # whether there was anything to mend


def mend(assembly: StackAssembly, settings: Settings) -> list[str]:
    """Mend every resource of the stack; the logical ids of those that needed it."""
    template = json.loads(assembly.template.content())
    mended = [
        resource.logical_id
        for kind, mender in MENDERS
        for resource in resources(assembly.name, template, kind)
        if mender(resource, settings)
    ]
    if hand_over_streams(assembly.name, template, settings):
        mended.append("stream pump")
    return mended


def resources(stack: str, template: Mapping[str, Any], kind: str) -> Iterator[Resource]:
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack):
        for summary in page["StackResourceSummaries"]:
            if summary["ResourceType"] == kind and "PhysicalResourceId" in summary:
                name = summary["LogicalResourceId"]
                properties = template["Resources"][name].get("Properties", {})
                yield Resource(name, summary["PhysicalResourceId"], properties)


def enable_time_to_live(table: Resource, settings: Settings) -> bool:
    wanted = table.properties.get("TimeToLiveSpecification")
    if not wanted or not wanted.get("Enabled"):
        return False
    client = boto3.client("dynamodb")
    is_now = client.describe_time_to_live(TableName=table.physical_id)["TimeToLiveDescription"]
    if is_now.get("AttributeName") == wanted["AttributeName"]:
        return False
    client.update_time_to_live(TableName=table.physical_id, TimeToLiveSpecification=wanted)
    return True


def enable_recovery(table: Resource, settings: Settings) -> bool:
    wanted = table.properties.get("PointInTimeRecoverySpecification")
    if not wanted or not wanted.get("PointInTimeRecoveryEnabled"):
        return False
    client = boto3.client("dynamodb")
    backups = client.describe_continuous_backups(TableName=table.physical_id)
    is_now = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if is_now.get("PointInTimeRecoveryStatus") == "ENABLED":
        return False
    client.update_continuous_backups(
        TableName=table.physical_id,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    return True


def tag_bucket(bucket: Resource, settings: Settings) -> bool:
    wanted = bucket.properties.get("Tags")
    if not wanted:
        return False
    client = boto3.client("s3")
    try:
        tags = client.get_bucket_tagging(Bucket=bucket.physical_id)["TagSet"]
    except client.exceptions.ClientError:  # NoSuchTagSet
        tags = []
    if sorted(tags, key=str) == sorted(wanted, key=str):
        return False
    client.put_bucket_tagging(Bucket=bucket.physical_id, Tagging={"TagSet": wanted})
    return True


def point_at_local_appsync(function: Resource, settings: Settings) -> bool:
    """The emulator's own GraphQL address has no subscriptions; ours has, and the application."""
    app = f"http://localhost:{settings.port}"
    ours = {"GRAPHQL_URL": f"{settings.appsync_url}/graphql", "APP_URL": app}
    known = function.properties.get("Environment", {}).get("Variables", {})
    if not ours.keys() & known.keys():
        return False
    client = boto3.client("lambda")
    configuration = client.get_function_configuration(FunctionName=function.physical_id)
    variables = configuration["Environment"]["Variables"]
    wanted = variables | {name: url for name, url in ours.items() if name in known}
    if variables == wanted:
        return False
    client.update_function_configuration(
        FunctionName=function.physical_id, Environment={"Variables": wanted}
    )
    return True


def verify_sender(function: Resource, settings: Settings) -> bool:
    """In AWS whoever deploys verifies the address, by a mail to it; here nobody would read that."""
    known = function.properties.get("Environment", {}).get("Variables", {})
    if "MAIL_FROM" not in known:
        return False
    client = boto3.client("sesv2")
    try:
        client.get_email_identity(EmailIdentity=known["MAIL_FROM"])
    except client.exceptions.NotFoundException:
        client.create_email_identity(EmailIdentity=known["MAIL_FROM"])
        return True
    return False


def complete_schedule(schedule: Resource, settings: Settings) -> bool:
    """
    Raises:
        ScheduleError: AWS would refuse its expression or time zone, which the emulator takes.
    """
    client = boto3.client("scheduler")
    is_now = find_schedule(client, schedule)
    if is_now is None:  # it was complete, and so deleted
        return False
    wanted = {
        "ScheduleExpressionTimezone": schedule.properties.get("ScheduleExpressionTimezone", "UTC"),
        "StartDate": utc_moment(schedule.properties.get("StartDate")),
        "EndDate": utc_moment(schedule.properties.get("EndDate")),
        "ActionAfterCompletion": schedule.properties.get("ActionAfterCompletion", "NONE"),
    }
    try:
        Schedule(is_now["ScheduleExpression"], wanted["ScheduleExpressionTimezone"])
    except InvalidSchedule as error:
        raise ScheduleError(f"Schedule {schedule.logical_id}: {error}") from error
    if all(is_now.get(name) == value for name, value in wanted.items()):
        return False
    given = {name: is_now[name] for name in KEPT_OF_SCHEDULE if is_now.get(name)} | wanted
    client.update_schedule(**{name: value for name, value in given.items() if value is not None})
    return True


def find_schedule(client: Any, schedule: Resource) -> dict[str, Any] | None:
    """By its name; its group only where the template does not name that by a reference."""
    pages = client.get_paginator("list_schedules").paginate(NamePrefix=schedule.physical_id)
    group = schedule.properties.get("GroupName", "default")
    found = [
        each
        for page in pages
        for each in page["Schedules"]
        if each["Name"] == schedule.physical_id
        and (not isinstance(group, str) or each["GroupName"] == group)
    ]
    if not found:
        return None
    latest = max(found, key=lambda each: each["CreationDate"])
    description: dict[str, Any] = client.get_schedule(
        Name=latest["Name"], GroupName=latest["GroupName"]
    )
    return description


def utc_moment(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


MENDERS: list[tuple[str, Mender]] = [
    ("AWS::DynamoDB::Table", enable_time_to_live),
    ("AWS::DynamoDB::Table", enable_recovery),
    ("AWS::S3::Bucket", tag_bucket),
    ("AWS::Lambda::Function", point_at_local_appsync),
    ("AWS::Lambda::Function", verify_sender),
    ("AWS::Scheduler::Schedule", complete_schedule),
]


def hand_over_streams(stack: str, template: Mapping[str, Any], settings: Settings) -> bool:
    """From the emulator's poller to our pump, every mapping that the template has enabled."""
    client = boto3.client("lambda")
    descriptions: list[dict[str, Any]] = []
    changed = False
    for mapping in resources(stack, template, "AWS::Lambda::EventSourceMapping"):
        description: Any = client.get_event_source_mapping(UUID=mapping.physical_id)
        if ":dynamodb:" not in description["EventSourceArn"]:
            continue
        if description["State"] not in ("Disabled", "Disabling"):
            client.update_event_source_mapping(UUID=mapping.physical_id, Enabled=False)
            changed = True
        if mapping.properties.get("Enabled", True):
            stream_mapping(description)  # what the pump cannot serve is an error now, not later
            descriptions.append({key: description[key] for key in SETTINGS if key in description})
    return write_json(mappings_file(settings.pump), descriptions) or changed
