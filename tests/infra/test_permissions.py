"""What each role may do, exactly; and why a resource is named by a wildcard, if one is."""

from typing import Any

import pytest

from infra.sender import identities
from tests.calls.compared import SELDOM
from tests.infra.arns import ASSETS, MUTATIONS, REDSHIFT, SCHEDULES, SERVERLESS, SES
from tests.infra.conftest import SECRET_ARN, STAGES, WORKGROUP_ID
from tests.infra.template import Template, listed, text

TABLE = "QueriesTable.Arn"
STREAM = "QueriesTable.StreamArn"
AGENDA = "AgendaTable.Arn"
AGENDA_STREAM = "AgendaTable.StreamArn"
REVISITS = "RevisitsQueue.Arn"
EXPORTS = "ExportsQueue.Arn"
NOTICES = "NoticesQueue.Arn"
REFRESHES = "RefreshesQueue.Arn"
EXPORTED = "ExportsBucket.Arn/exports/*"
USER_POOL = "UsersPool.Arn"
CATALOGUE = "StorageCatalogue.Arn/catalogue.json"
NOTIFY = "FunctionsNotify"
WITHOUT_REDSHIFT = (
    NOTIFY,
    *(f"AgendaFunctions{name}" for name in ("Agenda", "AgendaChanged", "EventWriter")),
)
KEEPING = ("Create", "Update", "Delete")

# (action, resource): why it cannot be narrower.
WILDCARDS = {
    ("s3:GetObject", f"{ASSETS}/*.json"): "a rollback reads what the release before carried",
    ("redshift-data:BatchExecuteStatement", f"{SERVERLESS}:workgroup/*"): "the stage gives no id",
    ("xray:PutTraceSegments", "*"): "X-Ray knows no resources for it",
    ("xray:PutTelemetryRecords", "*"): "X-Ray knows no resources for it",
    ("dynamodb:ListStreams", "*"): "DynamoDB knows no resources for it; Lambda wants it granted",
    ("redshift-data:CancelStatement", "*"): "a statement has no ARN; bound to its owner",
    ("redshift-data:DescribeStatement", "*"): "a statement has no ARN; bound to its owner",
    ("redshift-data:GetStatementResult", "*"): "a statement has no ARN; bound to its owner",
    ("redshift-data:ListStatements", "*"): "a statement has no ARN; bound to its owner",
    ("redshift-data:ExecuteStatement", f"{SERVERLESS}:workgroup/*"): "the stage gives no id",
    ("redshift-serverless:GetCredentials", f"{SERVERLESS}:workgroup/*"): "the stage gives no id",
    ("lambda:InvokeFunction", "FunctionsResolvers.Arn:*"): "versions of one function",
    ("lambda:InvokeFunction", "AgendaFunctionsAgenda.Arn:*"): "versions of one function",
    ("lambda:InvokeFunction", "FunctionsPipeline.Arn:*"): "versions of one function",
    **{
        (f"scheduler:{operation}Schedule", SCHEDULES): "each schedule has a name of its own"
        for operation in KEEPING
    },
    **{
        (f"s3:{operation}", "ExportsBucket.Arn/exports/*"): "each export has keys of its own"
        for operation in ("GetObject", "PutObject", "AbortMultipartUpload", "DeleteObject")
    },
}


def common(function: str) -> set[tuple[str, str]]:
    """What every Lambda may do: log, trace, and, but for some, act as the warehouse role."""
    acting = set() if function in WITHOUT_REDSHIFT else {("sts:AssumeRole", "WarehouseRole.Arn")}
    return acting | {
        ("logs:CreateLogStream", f"{function}Log.Arn"),
        ("logs:PutLogEvents", f"{function}Log.Arn"),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }


def dead_letters(queue: str) -> set[tuple[str, str]]:
    operations = ("SendMessage", "GetQueueAttributes", "GetQueueUrl")
    return {(f"sqs:{operation}", f"{queue}.Arn") for operation in operations}


STARTING = {  # what a function may do that starts queries
    ("dynamodb:GetItem", TABLE),
    ("dynamodb:PutItem", TABLE),
    ("dynamodb:UpdateItem", TABLE),
    ("sqs:SendMessage", REVISITS),
    ("s3:GetObject", CATALOGUE),
}


def following(stream: str) -> set[tuple[str, str]]:
    operations = ("DescribeStream", "GetRecords", "GetShardIterator")
    return {*((f"dynamodb:{each}", stream) for each in operations), ("dynamodb:ListStreams", "*")}


def receiving(queue: str) -> set[tuple[str, str]]:
    operations = ("ReceiveMessage", "ChangeMessageVisibility", "DeleteMessage")
    told = ("GetQueueUrl", "GetQueueAttributes")
    return {(f"sqs:{operation}", queue) for operation in (*operations, *told)}


ROLES = {
    "FunctionsResolvers": STARTING
    | {
        ("dynamodb:Query", f"{TABLE}/index/byOwner"),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        ("dynamodb:Query", f"{TABLE}/index/bySchedule"),
        ("sts:AssumeRole", "ExportsDownloadRole.Arn"),
    },
    "FunctionsStatementChanged": {
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:UpdateItem", TABLE),
        *dead_letters("EventsEventFailures"),
    },
    "FunctionsPublish": following(STREAM)
    | {
        ("appsync:GraphQL", f"{MUTATIONS}/publishQuery"),
        ("appsync:GraphQL", f"{MUTATIONS}/keepPipelineMembers"),
        ("s3:GetObject", CATALOGUE),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        ("cognito-idp:ListUsersInGroup", USER_POOL),
        *dead_letters("EventsPublishFailures"),
    },
    "FunctionsSweep": STARTING
    | {
        ("dynamodb:Query", f"{TABLE}/index/unfinished"),
        ("sqs:SendMessage", EXPORTS),
        *dead_letters("EventsEventFailures"),
    },
    "FunctionsEnded": STARTING
    | following(STREAM)
    | {
        ("dynamodb:Query", f"{TABLE}/index/unfinished"),
        ("sqs:SendMessage", EXPORTS),
        ("sqs:SendMessage", NOTICES),
        ("sqs:SendMessage", REFRESHES),
        *dead_letters("EventsEndedFailures"),
    },
    "FunctionsRevisit": STARTING
    | {
        ("dynamodb:Query", f"{TABLE}/index/unfinished"),
        ("sqs:SendMessage", EXPORTS),
        *receiving(REVISITS),
    },
    "FunctionsExport": {
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("s3:GetObject", EXPORTED),
        ("s3:PutObject", EXPORTED),
        ("s3:AbortMultipartUpload", EXPORTED),
        ("s3:DeleteObject", EXPORTED),
        *receiving(EXPORTS),
    },
    NOTIFY: {
        *((f"dynamodb:{operation}", TABLE) for operation in ("GetItem", "PutItem")),
        *((f"dynamodb:{operation}", TABLE) for operation in ("UpdateItem", "DeleteItem")),
        ("dynamodb:Query", f"{TABLE}/index/byOwner"),
        ("s3:GetObject", CATALOGUE),
        ("cognito-idp:AdminGetUser", USER_POOL),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        ("ses:SendEmail", f"{SES}:identity/querycast@localhost"),
        ("ses:SendEmail", f"{SES}:identity/localhost"),
        ("sns:Publish", "NoticesTopic"),
        *receiving(NOTICES),
    },
    "FunctionsPipeline": STARTING | dead_letters("PipelinesFailures"),
    "FunctionsRefresh": STARTING
    | {
        ("dynamodb:Query", f"{TABLE}/index/byOwner"),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        ("sqs:SendMessage", REFRESHES),
        *receiving(REFRESHES),
    },
    "FunctionsScheduledReport": STARTING
    | {
        ("dynamodb:GetItem", AGENDA),
        ("dynamodb:PutItem", AGENDA),
        ("cognito-idp:AdminGetUser", USER_POOL),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        ("scheduler:DeleteSchedule", SCHEDULES),
        *dead_letters("SchedulesFailures"),
    },
    "AgendaFunctionsAgenda": {
        ("dynamodb:GetItem", AGENDA),
        ("dynamodb:PutItem", AGENDA),
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/byOwner"),
        ("dynamodb:Query", f"{TABLE}/index/bySchedule"),
        ("s3:GetObject", CATALOGUE),
        ("dynamodb:Query", f"{AGENDA}/index/byCalendar"),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
    },
    "AgendaFunctionsAgendaChanged": following(AGENDA_STREAM)
    | {
        ("appsync:GraphQL", f"{MUTATIONS}/publishEventChange"),
        ("appsync:GraphQL", f"{MUTATIONS}/keepCalendarMembers"),
        ("appsync:GraphQL", f"{MUTATIONS}/publishScheduleChange"),
        ("dynamodb:GetItem", AGENDA),
        ("dynamodb:PutItem", AGENDA),
        *((f"scheduler:{operation}Schedule", SCHEDULES) for operation in KEEPING),
        ("iam:PassRole", "SchedulesRole.Arn"),
        ("lambda:InvokeFunction", "FunctionsScheduledReport.Arn"),
        ("cognito-idp:ListUsersInGroup", USER_POOL),
        *dead_letters("EventsAgendaFailures"),
    },
    "AgendaFunctionsEventWriter": {
        ("dynamodb:GetItem", AGENDA),
        ("dynamodb:PutItem", AGENDA),
        ("cognito-idp:GetGroup", USER_POOL),
    },
}
SIGN_IN = {
    "workgroup": {
        ("redshift-data:ExecuteStatement", f"{SERVERLESS}:workgroup/{WORKGROUP_ID}"),
        ("redshift-data:BatchExecuteStatement", f"{SERVERLESS}:workgroup/{WORKGROUP_ID}"),
        ("redshift-serverless:GetCredentials", f"{SERVERLESS}:workgroup/{WORKGROUP_ID}"),
    },
    "user": {
        ("redshift-data:ExecuteStatement", f"{REDSHIFT}:cluster:reports"),
        ("redshift-data:BatchExecuteStatement", f"{REDSHIFT}:cluster:reports"),
        ("redshift:GetClusterCredentials", f"{REDSHIFT}:dbuser:reports/querycast"),
        ("redshift:GetClusterCredentials", f"{REDSHIFT}:dbname:reports/dev"),
    },
    "secret": {
        ("redshift-data:ExecuteStatement", f"{REDSHIFT}:cluster:reports"),
        ("redshift-data:BatchExecuteStatement", f"{REDSHIFT}:cluster:reports"),
        ("secretsmanager:GetSecretValue", SECRET_ARN),
    },
}


MIGRATE = "MigrationsMigrate"
OWN_STATEMENTS = {
    ("redshift-data:CancelStatement", "*"),
    ("redshift-data:DescribeStatement", "*"),
    ("redshift-data:GetStatementResult", "*"),
}
FINDING = {("redshift-data:ListStatements", "*")}


@pytest.mark.parametrize("function", ROLES)
def test_a_function_may_do_only_this(dev: Template, function: str) -> None:
    assert dev.permissions(f"{function}Role") == common(function) | ROLES[function]


def test_every_function_has_a_role_of_its_own(dev: Template) -> None:
    roles = {key: text(f["Properties"]["Role"]) for key, f in dev.of("Lambda::Function").items()}
    assert roles == {function: f"{function}Role.Arn" for function in (*ROLES, MIGRATE)}


@pytest.mark.parametrize("warehouse", SIGN_IN)
def test_the_warehouse_role_may_do_only_this(
    templates: dict[str, Template], warehouse: str
) -> None:
    permissions = templates[warehouse].permissions("WarehouseRole")
    assert permissions == SIGN_IN[warehouse] | OWN_STATEMENTS | FINDING


@pytest.mark.parametrize("warehouse", SIGN_IN)
def test_who_migrates_signs_in_for_itself_and_may_run_a_transaction(
    templates: dict[str, Template], warehouse: str
) -> None:
    assert templates[warehouse].permissions(f"{MIGRATE}Role") == {
        *(common(MIGRATE) - {("sts:AssumeRole", "WarehouseRole.Arn")}),
        *(SIGN_IN[warehouse] | OWN_STATEMENTS),
        ("s3:GetObject", f"{ASSETS}/*.json"),
    }


@pytest.mark.parametrize("role", ["WarehouseRole", f"{MIGRATE}Role"])
def test_only_own_statements_may_be_read_and_stopped(of_one_account: Template, role: str) -> None:
    [statement] = [
        statement
        for statement in of_one_account.statements(role)
        if "redshift-data:DescribeStatement" in statement["Action"]
    ]
    assert {action for action, _ in OWN_STATEMENTS} <= set(statement["Action"])
    owner = {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}
    assert statement["Condition"] == {"StringEquals": owner}


def test_what_tests_need_not_use_is_granted_at_all(dev: Template) -> None:
    for role, action, resource in SELDOM:
        assert (action, resource) in dev.permissions(role)


def test_only_the_functions_act_as_the_warehouse_role(of_one_account: Template) -> None:
    trust = of_one_account.resources["WarehouseRole"]["Properties"]["AssumeRolePolicyDocument"]
    callers = {text(statement["Principal"]["AWS"]) for statement in trust["Statement"]}
    assert callers == {f"{function}Role.Arn" for function in ROLES.keys() - WITHOUT_REDSHIFT}
    for statement in trust["Statement"]:
        assert statement["Condition"] == {"StringEquals": {"sts:RoleSessionName": "querycast"}}


def test_redshift_may_write_exports_and_nothing_else(dev: Template) -> None:
    assert dev.permissions("ExportsUnloadRole") == {
        ("s3:GetObject", EXPORTED),
        ("s3:PutObject", EXPORTED),
        ("s3:AbortMultipartUpload", EXPORTED),
        ("s3:ListBucket", "ExportsBucket.Arn"),
        ("s3:GetBucketLocation", "ExportsBucket.Arn"),
    }
    trust = dev.resources["ExportsUnloadRole"]["Properties"]["AssumeRolePolicyDocument"]
    for statement in trust["Statement"]:
        assert statement["Principal"]["Service"].startswith("redshift")
        assert text(statement["Condition"]["StringEquals"]["aws:SourceAccount"]) == "AWS::AccountId"


def test_who_signs_addresses_may_read_exports_and_nothing_else(dev: Template) -> None:
    assert dev.permissions("ExportsDownloadRole") == {("s3:GetObject", EXPORTED)}
    trust = dev.resources["ExportsDownloadRole"]["Properties"]["AssumeRolePolicyDocument"]
    [statement] = trust["Statement"]
    assert text(statement["Principal"]["AWS"]) == "FunctionsResolversRole.Arn"
    assert statement["Condition"] == {"StringEquals": {"sts:RoleSessionName": "querycast"}}


def test_mails_come_from_the_one_address(dev: Template, production: Template) -> None:
    [statement] = [
        statement
        for statement in dev.statements(f"{NOTIFY}Role")
        if statement["Action"] == "ses:SendEmail"
    ]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "querycast@localhost"}}
    permissions = production.permissions(f"{NOTIFY}Role")  # which has no address
    assert not [action for action, _ in permissions if action.startswith("ses:")]


def test_an_address_is_sent_from_by_itself_or_by_a_domain_that_it_is_in() -> None:
    found = identities("q@mail.example.com")
    assert found == ["q@mail.example.com", "mail.example.com", "example.com"]
    assert identities("q@example.com") == ["q@example.com", "example.com"]


def test_schedules_may_call_for_pipelines_and_nothing_else(dev: Template) -> None:
    assert dev.permissions("PipelinesRole") == {
        ("lambda:InvokeFunction", "FunctionsPipeline.Arn"),
        ("lambda:InvokeFunction", "FunctionsPipeline.Arn:*"),
        ("sqs:SendMessage", "PipelinesFailures.Arn"),
    }
    trust = dev.resources["PipelinesRole"]["Properties"]["AssumeRolePolicyDocument"]
    [statement] = trust["Statement"]
    assert statement["Principal"]["Service"] == "scheduler.amazonaws.com"
    assert text(statement["Condition"]["StringEquals"]["aws:SourceAccount"]) == "AWS::AccountId"


def test_schedules_of_users_may_call_for_reports_and_nothing_else(dev: Template) -> None:
    assert dev.permissions("SchedulesRole") == {
        ("lambda:InvokeFunction", "FunctionsScheduledReport.Arn"),
        ("sqs:SendMessage", "SchedulesFailures.Arn"),
    }
    trust = dev.resources["SchedulesRole"]["Properties"]["AssumeRolePolicyDocument"]
    [statement] = trust["Statement"]
    assert statement["Principal"]["Service"] == "scheduler.amazonaws.com"
    assert text(statement["Condition"]["StringEquals"]["aws:SourceAccount"]) == "AWS::AccountId"


def test_every_wildcard_has_its_reason(template: Template) -> None:
    found = {
        permission
        for role in template.of("IAM::Role")
        for permission in template.permissions(role)
        if "*" in "".join(permission)
    }
    assert found <= WILDCARDS.keys()


def test_every_reason_for_a_wildcard_is_needed(dev: Template) -> None:
    found = {each for role in dev.of("IAM::Role") for each in dev.permissions(role)}
    assert WILDCARDS.keys() <= found


def test_no_role_has_a_managed_policy(template: Template) -> None:
    assert not any("ManagedPolicyArns" in role for role in template.properties("IAM::Role"))


def test_policies_of_resources_only_deny_or_name_a_service_and_a_source(
    of_one_account: Template,
) -> None:
    kinds = ("SQS::QueuePolicy", "S3::BucketPolicy", "SNS::TopicPolicy")
    for policy in [each for kind in kinds for each in of_one_account.properties(kind)]:
        for statement in listed(policy["PolicyDocument"]["Statement"]):
            told = str(statement).lower()
            sourced = "aws:sourcearn" in told or "aws:sourceaccount" in told
            granted = "Service" in statement["Principal"] and sourced
            assert statement["Effect"] == "Deny" or granted


@pytest.mark.parametrize("stage", [stage.name for stage in STAGES])
def test_cdk_nag_finds_nothing_unexplained(stacks: dict[str, Any], stage: str) -> None:
    from cdk_nag import AwsSolutionsChecks

    report = AwsSolutionsChecks(stacks[stage]).validate_scope(stacks[stage])
    assert [violation.rule_name for violation in report.violations] == []
