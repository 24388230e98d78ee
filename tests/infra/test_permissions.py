"""What each role may do, exactly; and why a resource is named by a wildcard, if one is."""

from typing import Any

import pytest

from tests.infra.conftest import SECRET_ARN, STAGES, WORKGROUP_ID
from tests.infra.template import Template, listed, text

TABLE = "QueriesTable.Arn"
STREAM = "QueriesTable.StreamArn"
REVISITS = "RevisitsQueue.Arn"
EXPORTS = "ExportsQueue.Arn"
EXPORTED = "ExportsBucket.Arn/exports/*"
USER_POOL = "UsersPool.Arn"
CATALOGUE = "StorageCatalogue.Arn/catalogue.json"
REDSHIFT = "arn:AWS::Partition:redshift:AWS::Region:AWS::AccountId"
SERVERLESS = "arn:AWS::Partition:redshift-serverless:AWS::Region:AWS::AccountId"
ASSETS = "arn:AWS::Partition:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
PUBLISH_QUERY = (
    "arn:AWS::Partition:appsync:AWS::Region:AWS::AccountId:apis/ApiGraphQL.ApiId"
    "/types/Mutation/fields/publishQuery"
)

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
    **{
        (f"s3:{operation}", "ExportsBucket.Arn/exports/*"): "each export has keys of its own"
        for operation in ("GetObject", "PutObject", "AbortMultipartUpload", "DeleteObject")
    },
}


def common(function: str) -> set[tuple[str, str]]:
    """What every Lambda may do: log, trace, and act as the warehouse role."""
    return {
        ("logs:CreateLogStream", f"{function}Log.Arn"),
        ("logs:PutLogEvents", f"{function}Log.Arn"),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
        ("sts:AssumeRole", "WarehouseRole.Arn"),
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
FOLLOWING = {  # one that reads the table's stream
    ("dynamodb:DescribeStream", STREAM),
    ("dynamodb:GetRecords", STREAM),
    ("dynamodb:GetShardIterator", STREAM),
    ("dynamodb:ListStreams", "*"),
}


def receiving(queue: str) -> set[tuple[str, str]]:
    operations = ("ReceiveMessage", "ChangeMessageVisibility", "DeleteMessage")
    told = ("GetQueueUrl", "GetQueueAttributes")
    return {(f"sqs:{operation}", queue) for operation in (*operations, *told)}


ROLES = {
    "FunctionsResolvers": STARTING
    | {
        ("dynamodb:Query", f"{TABLE}/index/byOwner"),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        ("sts:AssumeRole", "ExportsDownloadRole.Arn"),
    },
    "FunctionsStatementChanged": {
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        *dead_letters("EventsEventFailures"),
    },
    "FunctionsPublish": FOLLOWING
    | {
        ("appsync:GraphQL", PUBLISH_QUERY),
        ("s3:GetObject", CATALOGUE),
        ("cognito-idp:AdminListGroupsForUser", USER_POOL),
        *dead_letters("EventsPublishFailures"),
    },
    "FunctionsSweep": STARTING
    | {
        ("dynamodb:Query", f"{TABLE}/index/unfinished"),
        ("sqs:SendMessage", EXPORTS),
        *dead_letters("EventsEventFailures"),
    },
    "FunctionsEnded": STARTING
    | FOLLOWING
    | {
        ("dynamodb:Query", f"{TABLE}/index/unfinished"),
        ("sqs:SendMessage", EXPORTS),
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
    ("redshift-data:ListStatements", "*"),
}


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
    assert permissions == SIGN_IN[warehouse] | OWN_STATEMENTS


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
def test_only_own_statements_may_be_read_and_stopped(template: Template, role: str) -> None:
    [statement] = [
        statement
        for statement in template.statements(role)
        if "redshift-data:DescribeStatement" in statement["Action"]
    ]
    assert {"redshift-data:CancelStatement", "redshift-data:ListStatements"} < set(
        statement["Action"]
    )
    owner = {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}
    assert statement["Condition"] == {"StringEquals": owner}


def test_only_the_functions_act_as_the_warehouse_role(template: Template) -> None:
    trust = template.resources["WarehouseRole"]["Properties"]["AssumeRolePolicyDocument"]
    callers = {text(statement["Principal"]["AWS"]) for statement in trust["Statement"]}
    assert callers == {f"{function}Role.Arn" for function in ROLES}
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
    template: Template,
) -> None:
    for policy in template.properties("SQS::QueuePolicy") + template.properties("S3::BucketPolicy"):
        for statement in listed(policy["PolicyDocument"]["Statement"]):
            granted = "Service" in statement["Principal"] and "aws:SourceArn" in str(statement)
            assert statement["Effect"] == "Deny" or granted


@pytest.mark.parametrize("stage", [stage.name for stage in STAGES])
def test_cdk_nag_finds_nothing_unexplained(stacks: dict[str, Any], stage: str) -> None:
    from cdk_nag import AwsSolutionsChecks

    report = AwsSolutionsChecks(stacks[stage]).validate_scope(stacks[stage])
    assert [violation.rule_name for violation in report.violations] == []
