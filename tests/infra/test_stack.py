"""What must hold for all resources of a kind, whichever construct made them."""

import ast
import json
from typing import Any

import pytest

from core.again import LONGEST_DELAY
from core.aws.schedule_group import CALL_AGE_SECONDS, RETRIES
from core.exports.assemble import GIVEN_UP_AFTER
from core.left_out import LATEST
from core.notices.notify import SENDING_TAKES
from core.query import QueryStatus
from core.sweep import ASSEMBLED_WITHIN, RECORDED_WITHIN, SETTLED_AFTER
from infra.redrive import AGAIN
from infra.sources import ROOT
from infra.stage import read_stage
from tests.infra.template import Template, text

REVISITS = "RevisitsQueue"
DEAD_LETTERS = {
    "EventsAgendaFailures",
    *("EventsEventFailures", "EventsPublishFailures", "EventsEndedFailures"),
    *("RevisitsFailures", "ExportsFailures", "NoticesFailures"),
    *("RefreshesFailures", "PipelinesFailures", "SchedulesFailures"),
}
WITH_HOLIDAYS = {
    *("AgendaFunctionsAgenda", "AgendaFunctionsAgendaChanged", "FunctionsScheduledReport")
}
EXPORTS = "ExportsQueue"
NOTICES = "NoticesQueue"
REFRESHES = "RefreshesQueue"
FINAL = {status.value for status in QueryStatus if status.is_final}
# What MiniStack refuses, or never finishes; see its list of CloudFormation types.
UNSUPPORTED = {"AWS::SQS::QueueInlinePolicy", "AWS::SNS::TopicInlinePolicy", "Custom::"}
OURS = "Custom::WarehouseMigrations"  # answered by a function of ours, in Python
MIGRATE = "MigrationsMigrate"
NOTIFY = "FunctionsNotify"
AGENDA, AGENDA_CHANGED = "AgendaFunctionsAgenda", "AgendaFunctionsAgendaChanged"
EVENT_WRITER = "AgendaFunctionsEventWriter"
OF_AGENDA = (AGENDA, AGENDA_CHANGED, EVENT_WRITER)


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


def test_functions_know_table_warehouse_and_role(of_one_account: Template) -> None:
    for key, function in of_one_account.of("Lambda::Function").items():
        variables = function["Properties"]["Environment"]["Variables"]
        assert variables["POWERTOOLS_SERVICE_NAME"] == "querycast"
        if key in (NOTIFY, *OF_AGENDA):  # they have nothing of Redshift
            assert not [name for name in variables if name.startswith("WAREHOUSE")]
            continue
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


@pytest.mark.parametrize(
    ("name", "images"), [("QueriesTable", "NEW_IMAGE"), ("AgendaTable", "NEW_AND_OLD_IMAGES")]
)
def test_a_table_is_on_demand_expires_recovers_and_streams(
    template: Template, name: str, images: str
) -> None:
    table = template.resources[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["StreamSpecification"] == {"StreamViewType": images}


def test_the_indexes_of_queries_are_by_owner_by_schedule_and_the_unfinished(
    template: Template,
) -> None:
    assert indexes(template, "QueriesTable") == {
        "byOwner": ["owner", "submittedAt"],
        "bySchedule": ["schedule", "submittedAt"],
        "unfinished": ["unfinished", "updatedAt"],
    }


def test_the_index_of_the_agenda_is_by_calendar(template: Template) -> None:
    assert indexes(template, "AgendaTable") == {"byCalendar": ["part", "place"]}


def indexes(template: Template, table: str) -> dict[str, list[str]]:
    """The keys of each index of a table."""
    return {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in template.resources[table]["Properties"]["GlobalSecondaryIndexes"]
    }


def test_buckets_are_private_encrypted_tls_only_and_tidied(template: Template) -> None:
    for bucket in template.properties("S3::Bucket"):
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]
        [rule] = bucket["LifecycleConfiguration"]["Rules"]
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
        versioned = "NoncurrentVersionExpiration" in rule
        assert versioned == (bucket.get("VersioningConfiguration") == {"Status": "Enabled"})
        assert versioned != ("ExpirationInDays" in rule)
    policies = template.properties("S3::BucketPolicy")
    assert {text(policy["Bucket"]) for policy in policies} == set(template.of("S3::Bucket"))
    assert all('"aws:SecureTransport": "false"' in json.dumps(policy) for policy in policies)


def test_a_place_is_held_for_a_query_as_long_as_it_may_come_to_be_recorded(
    template: Template,
) -> None:
    timeout = template.resources["FunctionsResolvers"]["Properties"]["Timeout"]
    assert timeout < RECORDED_WITHIN.total_seconds()


def test_queues_are_encrypted_and_dead_letters_are_kept_for_two_weeks(template: Template) -> None:
    queues = {REVISITS, EXPORTS, NOTICES, REFRESHES}
    assert set(template.of("SQS::Queue")) == DEAD_LETTERS | queues
    for key, queue in template.of("SQS::Queue").items():
        assert {"SqsManagedSseEnabled", "KmsMasterKeyId"} & queue["Properties"].keys()
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


def test_a_notice_is_tried_again_once_the_attempt_before_is_surely_over(
    template: Template,
) -> None:
    queue = template.resources[NOTICES]["Properties"]
    assert text(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "NoticesFailures.Arn"
    deliveries, invisible = queue["RedrivePolicy"]["maxReceiveCount"], queue["VisibilityTimeout"]
    timeout = template.resources[NOTIFY]["Properties"]["Timeout"]
    assert timeout < SENDING_TAKES.total_seconds() < invisible
    assert queue["MessageRetentionPeriod"] > deliveries * invisible


def test_each_notice_has_a_lambda_to_itself(template: Template) -> None:
    mapping = template.mapping(NOTIFY)
    assert text(mapping["EventSourceArn"]) == f"{NOTICES}.Arn"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (1, {"MaximumConcurrency": 2})


def test_topics_are_encrypted_and_take_nothing_in_clear(template: Template) -> None:
    assert all(topic["KmsMasterKeyId"] for topic in template.properties("SNS::Topic"))
    policies = template.properties("SNS::TopicPolicy")
    refused = {text(topic) for policy in policies for topic in policy["Topics"]}
    assert refused == set(template.of("SNS::Topic"))
    assert all('"aws:SecureTransport": "false"' in json.dumps(policy) for policy in policies)


def test_only_a_stage_with_an_address_sends_mails(dev: Template, production: Template) -> None:
    for template, mail_from in ((dev, "querycast@localhost"), (production, None)):
        for function in ("FunctionsResolvers", NOTIFY):
            variables = template.resources[function]["Properties"]["Environment"]["Variables"]
            assert variables.get("MAIL_FROM") == mail_from


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
    for starter in (
        "Resolvers",
        "Sweep",
        "Ended",
        "Revisit",
        "Pipeline",
        "Refresh",
        "ScheduledReport",
    ):
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
    for function in ("Resolvers", "Sweep", "Ended", "Revisit", "Pipeline", "Refresh"):
        variables = dev.resources[f"Functions{function}"]["Properties"]["Environment"]["Variables"]
        limits = (variables["RUNNING_LIMIT"], variables["WAITING_LIMIT"])
        assert (*limits, text(variables["REVISIT_QUEUE_URL"])) == told


def test_every_function_that_a_rule_starts_keeps_its_failures(template: Template) -> None:
    started = {
        text(target["Arn"]).removesuffix(".Arn")
        for rule in template.properties("Events::Rule")
        for target in rule["Targets"]
    }
    destinations = {
        text(config["FunctionName"]): text(config["DestinationConfig"]["OnFailure"]["Destination"])
        for config in template.properties("Lambda::EventInvokeConfig")
    }
    by_schedule = {
        "FunctionsPipeline": "PipelinesFailures.Arn",
        "FunctionsScheduledReport": "SchedulesFailures.Arn",
    }
    assert destinations == dict.fromkeys(started, "EventsEventFailures.Arn") | by_schedule


def test_a_schedule_tells_for_which_time_it_calls(dev: Template) -> None:
    [schedule] = dev.properties("Scheduler::Schedule")
    target = schedule["Target"]
    assert schedule["ScheduleExpression"] == "cron(0 6 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "America/New_York"
    assert json.loads(target["Input"]) == {
        "pipeline": "load_taxi_trips",
        "scheduledAt": "<aws.scheduler.scheduled-time>",
    }
    assert text(target["DeadLetterConfig"]["Arn"]) == "PipelinesFailures.Arn"
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == LATEST.total_seconds()


def test_the_schedules_of_users_are_a_group_and_call_one_function(template: Template) -> None:
    keeper = template.resources[AGENDA_CHANGED]["Properties"]["Environment"]["Variables"]
    names = {name: text(value) for name, value in keeper.items()}
    assert names["SCHEDULE_GROUP"] == "SchedulesGroup"
    assert names["SCHEDULED_REPORT_FUNCTION_ARN"] == "FunctionsScheduledReport.Arn"
    assert names["SCHEDULED_REPORT_ROLE_ARN"] == "SchedulesRole.Arn"
    assert names["SCHEDULED_REPORT_QUEUE_ARN"] == "SchedulesFailures.Arn"
    assert list(template.of("Scheduler::ScheduleGroup")) == ["SchedulesGroup"]
    [config] = [
        each
        for each in template.properties("Lambda::EventInvokeConfig")
        if text(each["FunctionName"]) == "FunctionsScheduledReport"
    ]
    assert config["MaximumEventAgeInSeconds"] == LATEST.total_seconds() == CALL_AGE_SECONDS
    assert config["MaximumRetryAttempts"] == RETRIES


def test_what_fills_sample_data_is_scheduled_where_there_is_some(
    templates: dict[str, Template],
) -> None:
    scheduled = {name for name, each in templates.items() if each.of("Scheduler::Schedule")}
    assert scheduled == {"dev"}


def test_a_report_is_run_again_by_messages_that_are_tried_again(template: Template) -> None:
    queue = template.resources[REFRESHES]["Properties"]
    assert text(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "RefreshesFailures.Arn"
    deliveries, invisible = queue["RedrivePolicy"]["maxReceiveCount"], queue["VisibilityTimeout"]
    assert invisible >= 6 * template.resources["FunctionsRefresh"]["Properties"]["Timeout"]
    assert queue["MessageRetentionPeriod"] > deliveries * invisible
    mapping = template.mapping("FunctionsRefresh")
    assert text(mapping["EventSourceArn"]) == f"{REFRESHES}.Arn"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


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


def test_only_who_signs_reaches_the_writer_of_events(template: Template) -> None:
    [url] = template.properties("Lambda::Url")
    assert (text(url["TargetFunctionArn"]), url["AuthType"]) == (f"{EVENT_WRITER}.Arn", "AWS_IAM")
    assert not template.of("Lambda::Permission").keys() & {
        name for name in template.of("Lambda::Permission") if name.startswith(EVENT_WRITER)
    }


def test_the_agendas_function_sees_every_change_and_removals_too(template: Template) -> None:
    assert "FilterCriteria" not in template.mapping(AGENDA_CHANGED)


@pytest.mark.parametrize(
    ("function", "table", "failures"),
    [
        ("FunctionsPublish", "QueriesTable", "EventsPublishFailures"),
        ("FunctionsEnded", "QueriesTable", "EventsEndedFailures"),
        (AGENDA_CHANGED, "AgendaTable", "EventsAgendaFailures"),
    ],
)
def test_a_stream_is_read_with_bounded_retries_and_no_blocking_record(
    template: Template, function: str, table: str, failures: str
) -> None:
    mapping = template.mapping(function)
    assert text(mapping["EventSourceArn"]) == f"{table}.StreamArn"
    assert mapping["BisectBatchOnFunctionError"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert mapping["MaximumRecordAgeInSeconds"] == 3600
    kept = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert text(kept) == f"{failures}.Arn"


def test_the_rules_are_a_statements_end_and_every_minute(template: Template) -> None:
    ended = template.resources["EventsStatementChanged"]["Properties"]["EventPattern"]
    assert ended["source"] == ["aws.redshift-data"]
    assert ended["detail-type"] == ["Redshift Data Statement Status Change"]
    assert template.resources["EventsSweep"]["Properties"]["ScheduleExpression"] == "rate(1 minute)"


def test_every_dead_letter_queue_every_function_and_the_api_have_an_alarm(
    template: Template,
) -> None:
    watched = {
        text(dimension["Value"]).removesuffix(".QueueName")
        for alarm in template.properties("CloudWatch::Alarm")
        for dimension in alarm["Dimensions"]
    }
    # what goes wrong with a migration, a deployment tells
    functions = set(template.of("Lambda::Function")) - {MIGRATE}
    assert watched == DEAD_LETTERS | functions | {"ApiGraphQL.ApiId"}


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
    for table in production.properties("DynamoDB::Table"):
        assert table["DeletionProtectionEnabled"]
    assert production.properties("Cognito::UserPool")[0]["DeletionProtection"] == "ACTIVE"


def test_dev_goes_without_a_trace(dev: Template) -> None:
    assert not [
        key for key, each in dev.resources.items() if each.get("DeletionPolicy") == "Retain"
    ]


def test_no_resource_needs_more_than_cloudformation_itself(template: Template) -> None:
    kinds = {resource["Type"] for resource in template.resources.values()}
    assert not [kind for kind in kinds - {OURS} if kind.startswith(tuple(UNSUPPORTED))]


def test_people_make_accounts_by_themselves_where_a_stage_says_so(
    templates: dict[str, Template],
) -> None:
    invites = {
        stage: template.properties("Cognito::UserPool")[0]["AdminCreateUserConfig"]
        for stage, template in templates.items()
    }
    assert invites.pop("dev") == {"AllowAdminCreateUserOnly": False}
    assert all(each == {"AllowAdminCreateUserOnly": True} for each in invites.values())


@pytest.mark.parametrize(
    ("stage", "mfa"),
    [("dev", "OPTIONAL"), ("staging", "OPTIONAL"), ("production", "ON"), ("workgroup", "ON")],
)
def test_a_second_factor_is_an_authenticator_app_as_the_stage_says(
    templates: dict[str, Template], stage: str, mfa: str
) -> None:
    [pool] = templates[stage].properties("Cognito::UserPool")
    assert pool["MfaConfiguration"] == mfa
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert "SmsConfiguration" not in pool


def test_a_stage_may_have_no_second_factor(templates: dict[str, Template]) -> None:
    [pool] = templates["everything"].properties("Cognito::UserPool")
    assert pool["MfaConfiguration"] == "OFF"
    assert "EnabledMfas" not in pool


def test_the_user_pool_tells_nobody_who_exists(template: Template) -> None:
    [client] = template.properties("Cognito::UserPoolClient")
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
        *(
            "UserPoolId",
            "UserPoolClientId",
            "SelfSignUp",
            "Mfa",
            "QueryTable",
            "CatalogueBucket",
            "DataBucket",
        ),
        *("WarehouseWorkgroup", "WarehouseDatabase", "WarehouseRoleArn"),
        *(
            "ResolversFunction",
            "PublishFunction",
            "SweepFunction",
            "EndedFunction",
            "RevisitFunction",
            "ExportFunction",
            "NotifyFunction",
            "PipelineFunction",
            "RefreshFunction",
            "PipelineSchedules",
            "StatementChangedFunction",
            "StatementRule",
            "MigrateFunction",
        ),
        *("EventWriterFunction", "EventWriterUrl"),
        *("AgendaTable", "AgendaFunction", "AgendaChangedFunction", "AgendaDeadLetterQueueUrl"),
        *("MigrateRoleArn", "SampleData"),
        *("PublishDeadLetterQueueUrl", "EventDeadLetterQueueUrl"),
        *("EndedDeadLetterQueueUrl", "RevisitDeadLetterQueueUrl", "ExportDeadLetterQueueUrl"),
        *("ExportBucket", "UnloadRoleArn", "NoticeDeadLetterQueueUrl", "NoticeTopicArn"),
        *("RefreshDeadLetterQueueUrl", "PipelineDeadLetterQueueUrl"),
        *("ScheduleGroup", "ScheduledReportFunction", "ScheduledReportDeadLetterQueueUrl"),
    }


def test_a_cluster_is_put_out_by_its_name(templates: dict[str, Template]) -> None:
    assert templates["user"].outputs["WarehouseCluster"] == {"Value": "reports"}
    assert "WarehouseWorkgroup" not in templates["user"].outputs


def test_only_lambdas_that_may_ask_for_holidays_have_them(dev: Template) -> None:
    """They are a thousand files, which every other would unpack at a cold start for nothing."""
    functions = dev.of("Lambda::Function")
    assets = {name: text(each["Properties"]["Code"]["S3Key"]) for name, each in functions.items()}
    common = assets["FunctionsResolvers"]
    assert {name for name, asset in assets.items() if asset != common} == WITH_HOLIDAYS
