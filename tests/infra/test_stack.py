"""What must hold for all resources of a kind, whichever construct made them."""

import ast
import json
from typing import Any

import pytest

from core.again import LONGEST_DELAY
from core.exports.assemble import GIVEN_UP_AFTER
from core.query import QueryStatus
from core.sweep import ASSEMBLED_WITHIN, RECORDED_WITHIN, SETTLED_AFTER
from infra.redrive import AGAIN
from infra.sources import ROOT
from infra.stage import read_stage
from tests.infra.template import Template, text

REVISITS = "RevisitsQueue"
DEAD_LETTERS = {
    *("EventsEventFailures", "EventsPublishFailures", "EventsEndedFailures"),
    *("RevisitsFailures", "ExportsFailures"),
}
EXPORTS = "ExportsQueue"
FINAL = {status.value for status in QueryStatus if status.is_final}
# What MiniStack refuses, or never finishes; see its list of CloudFormation types.
UNSUPPORTED = {"AWS::SQS::QueueInlinePolicy", "AWS::SNS::TopicInlinePolicy", "Custom::"}
OURS = "Custom::WarehouseMigrations"  # answered by a function of ours, in Python
MIGRATE = "MigrationsMigrate"


def test_every_handler_is_a_function_of_the_checkout(dev: Template) -> None:
    for function in dev.properties("Lambda::Function"):
        module, _, name = function["Handler"].rpartition(".")
        source = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text())
        assert name in {node.name for node in source.body if isinstance(node, ast.FunctionDef)}


def test_functions_run_the_bundled_python_traced_and_in_time(template: Template) -> None:
    functions = template.properties("Lambda::Function")
    assert {function["Runtime"] for function in functions} == {"python3.13"}
    assert {function["TracingConfig"]["Mode"] for function in functions} == {"Active"}
    assert template.resources["FunctionsResolvers"]["Properties"]["Timeout"] < 30


def test_functions_know_table_warehouse_and_role(template: Template) -> None:
    for key, function in template.of("Lambda::Function").items():
        variables = function["Properties"]["Environment"]["Variables"]
        assert variables["POWERTOOLS_SERVICE_NAME"] == "querycast"
        assert {"WAREHOUSE_WORKGROUP", "WAREHOUSE_CLUSTER"} & variables.keys()
        if key == MIGRATE:  # it knows nothing of queries, and acts by its own role
            continue
        assert text(variables["QUERY_TABLE"]) == "QueriesTable"
        assert text(variables["WAREHOUSE_ROLE_ARN"]) == "WarehouseRole.Arn"


def test_no_function_lives_until_an_ended_query_is_settled(template: Template) -> None:
    """None can still be starting a statement that the sweeper has given up looking for."""
    functions = template.of("Lambda::Function").items()
    timeouts = {key: each["Properties"]["Timeout"] for key, each in functions if key != MIGRATE}
    assert timeouts.pop("FunctionsExport") < ASSEMBLED_WITHIN.total_seconds()  # it starts none
    assert max(timeouts.values()) < SETTLED_AFTER.total_seconds()


def test_the_table_is_on_demand_expires_recovers_and_streams(template: Template) -> None:
    [table] = template.properties("DynamoDB::Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_the_indexes_are_by_owner_and_the_unfinished(template: Template) -> None:
    [table] = template.properties("DynamoDB::Table")
    keys = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert keys == {"byOwner": ["owner", "submittedAt"], "unfinished": ["unfinished", "updatedAt"]}


def test_buckets_are_private_encrypted_and_tls_only(template: Template) -> None:
    for bucket in template.properties("S3::Bucket"):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]
    policies = template.properties("S3::BucketPolicy")
    assert {text(policy["Bucket"]) for policy in policies} == set(template.of("S3::Bucket"))
    assert all('"aws:SecureTransport": "false"' in json.dumps(policy) for policy in policies)


def test_a_place_is_held_for_a_query_as_long_as_it_may_come_to_be_recorded(
    template: Template,
) -> None:
    timeout = template.resources["FunctionsResolvers"]["Properties"]["Timeout"]
    assert timeout < RECORDED_WITHIN.total_seconds()


def test_queues_are_encrypted_and_dead_letters_are_kept_for_two_weeks(template: Template) -> None:
    assert set(template.of("SQS::Queue")) == {*DEAD_LETTERS, REVISITS, EXPORTS}
    for key, queue in template.of("SQS::Queue").items():
        assert queue["Properties"]["SqsManagedSseEnabled"]
        kept = queue["Properties"]["MessageRetentionPeriod"]
        assert (kept == 14 * 24 * 3600) == (key in DEAD_LETTERS)


def test_a_message_that_cannot_be_handled_is_tried_again_and_then_kept(template: Template) -> None:
    queue = template.resources[REVISITS]["Properties"]
    assert text(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "RevisitsFailures.Arn"
    deliveries, invisible = queue["RedrivePolicy"]["maxReceiveCount"], queue["VisibilityTimeout"]
    assert invisible >= 6 * template.resources["FunctionsRevisit"]["Properties"]["Timeout"]
    longest = LONGEST_DELAY.total_seconds() + deliveries * invisible
    assert queue["MessageRetentionPeriod"] > longest


def test_what_makes_files_is_tried_again_until_the_export_is_given_up(template: Template) -> None:
    queue = template.resources[EXPORTS]["Properties"]
    assert text(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "ExportsFailures.Arn"
    deliveries, invisible = queue["RedrivePolicy"]["maxReceiveCount"], queue["VisibilityTimeout"]
    timeout = template.resources["FunctionsExport"]["Properties"]["Timeout"]
    assert timeout < invisible < ASSEMBLED_WITHIN.total_seconds()
    assert deliveries * invisible <= GIVEN_UP_AFTER.total_seconds()
    assert queue["MessageRetentionPeriod"] > deliveries * invisible


def test_each_export_has_a_lambda_to_itself(template: Template) -> None:
    mapping = template.mapping("FunctionsExport")
    assert text(mapping["EventSourceArn"]) == f"{EXPORTS}.Arn"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (1, {"MaximumConcurrency": 10})


def test_exports_expire_and_no_address_of_one_works_for_long(template: Template) -> None:
    bucket = template.resources["ExportsBucket"]["Properties"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 7)
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in rule
    [policy] = [
        policy
        for policy in template.properties("S3::BucketPolicy")
        if text(policy["Bucket"]) == "ExportsBucket"
    ]
    too_old = {"NumericGreaterThan": {"s3:signatureAge": 15 * 60 * 1000}}
    [statement] = [
        statement
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Condition"] == too_old
    ]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:GetObject")


def test_exports_know_where_they_go(dev: Template) -> None:
    functions = {
        key.removeprefix("Functions"): function["Properties"]["Environment"]["Variables"]
        for key, function in dev.of("Lambda::Function").items()
    }
    for starter in ("Resolvers", "Sweep", "Ended", "Revisit"):
        assert text(functions[starter]["EXPORT_BUCKET"]) == "ExportsBucket"
        assert text(functions[starter]["UNLOAD_ROLE_ARN"]) == "ExportsUnloadRole.Arn"
    for asker in ("Sweep", "Ended", "Revisit"):
        assert text(functions[asker]["EXPORT_QUEUE_URL"]) == EXPORTS
    assert text(functions["Export"]["EXPORT_BUCKET"]) == "ExportsBucket"
    assert functions["Export"]["EXPORT_DAYS"] == "7"
    assert functions["Resolvers"]["DOWNLOAD_MINUTES"] == "15"
    assert text(functions["Resolvers"]["DOWNLOAD_ROLE_ARN"]) == "ExportsDownloadRole.Arn"


def test_messages_are_handled_few_at_a_time_and_each_may_fail_alone(template: Template) -> None:
    mapping = template.mapping("FunctionsRevisit")
    assert text(mapping["EventSourceArn"]) == f"{REVISITS}.Arn"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_who_starts_queries_is_told_the_limits(dev: Template) -> None:
    stage = read_stage("dev")
    told = (str(stage.running_limit), str(stage.waiting_limit), REVISITS)
    for function in ("Resolvers", "Sweep", "Ended", "Revisit"):
        variables = dev.resources[f"Functions{function}"]["Properties"]["Environment"]["Variables"]
        limits = (variables["RUNNING_LIMIT"], variables["WAITING_LIMIT"])
        assert (*limits, text(variables["REVISIT_QUEUE_URL"])) == told


def test_every_rule_hands_failures_to_a_dead_letter_queue(template: Template) -> None:
    for rule in template.properties("Events::Rule"):
        for target in rule["Targets"]:
            assert text(target["DeadLetterConfig"]["Arn"]) == "EventsEventFailures.Arn"
            assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 3600


def test_every_function_that_a_rule_starts_keeps_its_failures(template: Template) -> None:
    started = {
        text(target["Arn"]).removesuffix(".Arn")
        for rule in template.properties("Events::Rule")
        for target in rule["Targets"]
    }
    configs = template.properties("Lambda::EventInvokeConfig")
    assert {text(config["FunctionName"]) for config in configs} == started
    for config in configs:
        destination = config["DestinationConfig"]["OnFailure"]["Destination"]
        assert text(destination) == "EventsEventFailures.Arn"


def test_the_streams_functions_see_queries_alone_and_one_sees_what_follows_on_a_change(
    template: Template,
) -> None:
    assert seen(template, "Publish") == [{"status": {"S": [{"exists": True}]}}]
    ended, unloaded = seen(template, "Ended")
    assert set(ended["status"]["S"]) == FINAL
    assert unloaded == {"awaitsFiles": {"S": ["yes"]}}


def seen(template: Template, function: str) -> list[Any]:
    """What items must look like whose changes the function sees."""
    filters = template.mapping(f"Functions{function}")["FilterCriteria"]["Filters"]
    patterns = [json.loads(each["Pattern"]) for each in filters]
    assert all(pattern["eventName"] == ["INSERT", "MODIFY"] for pattern in patterns)
    return [pattern["dynamodb"]["NewImage"] for pattern in patterns]


@pytest.mark.parametrize("function", ["Publish", "Ended"])
def test_the_stream_is_read_with_bounded_retries_and_no_blocking_record(
    template: Template, function: str
) -> None:
    mapping = template.mapping(f"Functions{function}")
    assert text(mapping["EventSourceArn"]) == "QueriesTable.StreamArn"
    assert mapping["BisectBatchOnFunctionError"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert mapping["MaximumRecordAgeInSeconds"] == 3600
    failures = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert text(failures) == f"Events{function}Failures.Arn"


def test_the_rules_are_a_statements_end_and_every_minute(template: Template) -> None:
    ended = template.resources["EventsStatementChanged"]["Properties"]["EventPattern"]
    assert ended["source"] == ["aws.redshift-data"]
    assert ended["detail-type"] == ["Redshift Data Statement Status Change"]
    assert template.resources["EventsSweep"]["Properties"]["ScheduleExpression"] == "rate(1 minute)"


def test_every_queue_and_every_function_has_an_alarm(template: Template) -> None:
    watched = {
        text(dimension["Value"]).removesuffix(".QueueName")
        for alarm in template.properties("CloudWatch::Alarm")
        for dimension in alarm["Dimensions"]
    }
    # what goes wrong with a migration, a deployment tells
    assert watched == DEAD_LETTERS | set(template.of("Lambda::Function")) - {MIGRATE}


def test_one_command_redrives_every_queue(template: Template) -> None:
    urls = {name: text(output["Value"]) for name, output in template.outputs.items()}
    redriven = {urls[queue[0].upper() + queue[1:]] for queue in AGAIN}
    assert redriven == DEAD_LETTERS


@pytest.mark.parametrize("stage", ["dev", "staging", "production"])
def test_every_log_group_forgets_when_the_stage_says(
    templates: dict[str, Template], stage: str
) -> None:
    template = templates[stage]
    logs = template.properties("Logs::LogGroup")
    assert {log["RetentionInDays"] for log in logs} == {read_stage(stage).log_retention_days}
    written = [f["LoggingConfig"]["LogGroup"] for f in template.properties("Lambda::Function")]
    assert set(map(text, written)) <= set(template.of("Logs::LogGroup"))
    assert len(logs) == len(written) + 1  # one is AppSync's


def test_production_keeps_its_data(production: Template) -> None:
    kept = ("DynamoDB::Table", "S3::Bucket", "Cognito::UserPool", "Logs::LogGroup")
    for kind in kept:
        assert {each["DeletionPolicy"] for each in production.of(kind).values()} == {"Retain"}
    assert production.properties("DynamoDB::Table")[0]["DeletionProtectionEnabled"]
    assert production.properties("Cognito::UserPool")[0]["DeletionProtection"] == "ACTIVE"


def test_dev_goes_without_a_trace(dev: Template) -> None:
    assert not [
        key for key, each in dev.resources.items() if each.get("DeletionPolicy") == "Retain"
    ]


def test_no_resource_needs_more_than_cloudformation_itself(template: Template) -> None:
    kinds = {resource["Type"] for resource in template.resources.values()}
    assert not [kind for kind in kinds - {OURS} if kind.startswith(tuple(UNSUPPORTED))]


def test_the_user_pool_invites_and_tells_nobody_who_exists(template: Template) -> None:
    [pool] = template.properties("Cognito::UserPool")
    [client] = template.properties("Cognito::UserPoolClient")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert not client["GenerateSecret"]
    assert set(client["ExplicitAuthFlows"]) == {
        *("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    }


def test_there_are_analysts_and_administrators(template: Template) -> None:
    groups = template.properties("Cognito::UserPoolGroup")
    assert {group["GroupName"] for group in groups} == {"analysts", "administrators"}


def test_the_outputs_are_what_clients_read(dev: Template) -> None:
    assert set(dev.outputs) == {
        *("ApiId", "GraphqlUrl", "RealtimeUrl", "ApiKey", "Region"),
        *("UserPoolId", "UserPoolClientId", "QueryTable", "CatalogueBucket", "DataBucket"),
        *("WarehouseWorkgroup", "WarehouseDatabase", "WarehouseRoleArn"),
        *(
            "PublishFunction",
            "SweepFunction",
            "EndedFunction",
            "RevisitFunction",
            "ExportFunction",
            "StatementChangedFunction",
            "StatementRule",
            "MigrateFunction",
        ),
        *("MigrateRoleArn", "SampleData"),
        *("PublishDeadLetterQueueUrl", "EventDeadLetterQueueUrl"),
        *("EndedDeadLetterQueueUrl", "RevisitDeadLetterQueueUrl", "ExportDeadLetterQueueUrl"),
        *("ExportBucket", "UnloadRoleArn"),
    }


def test_a_cluster_is_put_out_by_its_name(templates: dict[str, Template]) -> None:
    assert templates["user"].outputs["WarehouseCluster"] == {"Value": "reports"}
    assert "WarehouseWorkgroup" not in templates["user"].outputs
