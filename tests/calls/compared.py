"""What roles asked for beside what they may: nothing may be missing, and nothing too much."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from tests.calls.recorded import Call
from tests.infra.template import Template

# What a role may that its function never asks for itself, by action: who does, or why nobody does.
BY_LAMBDA = "Lambda does so for the function"
NOT_HERE = {
    "logs:CreateLogStream": BY_LAMBDA,
    "logs:PutLogEvents": BY_LAMBDA,
    "xray:PutTraceSegments": BY_LAMBDA,
    "xray:PutTelemetryRecords": BY_LAMBDA,
    "dynamodb:DescribeStream": BY_LAMBDA,
    "dynamodb:GetRecords": BY_LAMBDA,
    "dynamodb:GetShardIterator": BY_LAMBDA,
    "dynamodb:ListStreams": BY_LAMBDA,
    "sqs:ReceiveMessage": BY_LAMBDA,
    "sqs:ChangeMessageVisibility": BY_LAMBDA,
    "sqs:DeleteMessage": BY_LAMBDA,
    "sqs:GetQueueAttributes": BY_LAMBDA,
    "sqs:GetQueueUrl": BY_LAMBDA,
}
DEAD_LETTERS = "sqs:SendMessage", "*Failures.Arn"  # Lambda sends them, too
REVISITING = ("Ended", "Pipeline", "Refresh", "Revisit", "ScheduledReport", "Sweep")
WAREHOUSE_IS_FULL = "only where what it starts finds no room, or its report has a timeout"
SELDOM = {  # what a role may, and a run of the tests may come without: when it needs that
    **{
        (f"Functions{each}Role", "sqs:SendMessage", "RevisitsQueue.Arn"): WAREHOUSE_IS_FULL
        for each in REVISITING
    },
    **{
        ("FunctionsRevisitRole", *permission): "only where a query waits when it is looked at again"
        for permission in (
            ("dynamodb:UpdateItem", "QueriesTable.Arn"),
            ("dynamodb:Query", "QueriesTable.Arn/index/unfinished"),
            ("s3:GetObject", "StorageCatalogue.Arn/catalogue.json"),
        )
    },
    (
        "FunctionsRevisitRole",
        "sqs:SendMessage",
        "ExportsQueue.Arn",
    ): "only for an export with a timeout, whose end nobody told",
    (
        "FunctionsRefreshRole",
        "sqs:SendMessage",
        "RefreshesQueue.Arn",
    ): "only where more than 25 watch a report",
    (
        "FunctionsNotifyRole",
        "cognito-idp:AdminListGroupsForUser",
        "UsersPool.Arn",
    ): "only for a report of groups",
    (
        "FunctionsExportRole",
        "s3:AbortMultipartUpload",
        "ExportsBucket.Arn/exports/*",
    ): "only where joining files fails halfway",
    (
        "AgendaFunctionsAgendaChangedRole",
        "dynamodb:PutItem",
        "AgendaTable.Arn",
    ): "only where Scheduler refuses what was taken",
    (
        "AgendaFunctionsAgendaChangedRole",
        "lambda:InvokeFunction",
        "FunctionsScheduledReport.Arn",
    ): "only for a time that came before Scheduler knew of it",
    (
        "MigrationsMigrateRole",
        "redshift-data:CancelStatement",
        "*",
    ): "only where a migration waits for 14 minutes",
}


def refused(calls: Iterable[Call], template: Template) -> list[str]:
    """Calls that no policy of their role allows."""
    return sorted(
        f"{call.role} may not {call.action} on {call.resource}"
        for call in calls
        if not any(covers(granted, call) for granted in template.permissions(call.role))
    )


def unused(calls: Iterable[Call], template: Template, roles: Iterable[str]) -> list[str]:
    """What these roles may do, and nobody asked for."""
    asked = list(calls)
    return sorted(
        f"{role} never asked to {action} on {resource}"
        for role in roles
        for action, resource in template.permissions(role)
        if not is_asked_by_lambda(action, resource)
        and (role, action, resource) not in SELDOM
        and not any(call.role == role and covers((action, resource), call) for call in asked)
    )


def is_asked_by_lambda(action: str, resource: str) -> bool:
    sends, queues = DEAD_LETTERS
    return action in NOT_HERE or (action == sends and fnmatchcase(resource, queues))


def covers(granted: tuple[str, str], call: Call) -> bool:
    """Whether the permission allows the call."""
    action, resource = granted
    return action == call.action and fnmatchcase(call.resource, resource)
