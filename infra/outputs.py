"""What clients, tools and tests need to know of a deployed stack."""

from aws_cdk import CfnOutput, Stack

from infra.agenda_functions import AgendaFunctions
from infra.api import Api
from infra.customer_key import CustomerKey
from infra.events import Events
from infra.functions import Functions
from infra.migrations import Migrations
from infra.pipelines import Pipelines
from infra.schedules import Schedules
from infra.stage import Stage
from infra.stores import Stores
from infra.users import Users
from infra.warehouse_role import WarehouseRole
from infra.web_hosting import WebHosting
from infra.work import Work


def add_outputs(
    stack: Stack,
    *,
    api: Api,
    users: Users,
    stores: Stores,
    work: Work,
    stage: Stage,
    migrations: Migrations,
    warehouse_role: WarehouseRole,
    functions: Functions,
    agenda_functions: AgendaFunctions,
    events: Events,
    pipelines: Pipelines,
    schedules: Schedules,
    web: WebHosting | None,
    key: CustomerKey | None,
) -> None:
    warehouse = stage.warehouse
    values: dict[str, str | None] = {
        "ApiId": api.graphql.api_id,
        "GraphqlUrl": api.url,
        "RealtimeUrl": api.realtime_url,
        "ApiKey": api.graphql.api_key,
        "ApiDomainTarget": api.domain_target,
        "UserPoolId": users.pool.user_pool_id,
        "UserPoolClientId": users.client.user_pool_client_id,
        "SelfSignUp": str(stage.self_sign_up).lower(),
        "Mfa": stage.mfa,
        "Region": stack.region,
        "QueryTable": stores.queries.table.table_name,
        "AgendaTable": stores.agenda.table.table_name,
        "CatalogueBucket": stores.storage.catalogue.bucket_name,
        "DataBucket": stores.storage.data.bucket_name,
        "ExportBucket": work.exports.bucket.bucket_name,
        "UnloadRoleArn": work.exports.unload_role_arn,
        "WarehouseWorkgroup": warehouse.workgroup,
        "WarehouseCluster": warehouse.cluster,
        "WarehouseDatabase": warehouse.database,
        "WarehouseCopyRole": migrations.copy_role,
        "WarehouseRoleArn": warehouse_role.arn,
        "ResolversFunction": functions.resolvers.function_name,
        "StatementChangedFunction": functions.statement_changed.function_name,
        "PublishFunction": functions.publish.function_name,
        "EndedFunction": functions.ended.function_name,
        "RevisitFunction": functions.revisit.function_name,
        "ExportFunction": functions.export.function_name,
        "NotifyFunction": functions.notify.function_name,
        "PipelineFunction": functions.pipeline.function_name,
        "ScheduledReportFunction": functions.scheduled_report.function_name,
        "RefreshFunction": functions.refresh.function_name,
        "AgendaFunction": agenda_functions.agenda.function_name,
        "AgendaChangedFunction": agenda_functions.changed.function_name,
        "EventWriterFunction": agenda_functions.event_writer.function_name,
        "EventWriterUrl": agenda_functions.event_writer_url,
        "SweepFunction": functions.sweep.function_name,
        "MigrateFunction": migrations.function.function_name,
        "MigrateRoleArn": migrations.role_arn,
        "SampleData": str(stage.sample_data).lower(),
        "StatementRule": events.statement_rule.rule_name,
        "PublishDeadLetterQueueUrl": events.publish_failures.queue_url,
        "EventDeadLetterQueueUrl": events.event_failures.queue_url,
        "EndedDeadLetterQueueUrl": events.ended_failures.queue_url,
        "AgendaDeadLetterQueueUrl": events.agenda_failures.queue_url,
        "RevisitDeadLetterQueueUrl": work.revisits.queue.failures.queue_url,
        "ExportDeadLetterQueueUrl": work.exports.queue.failures.queue_url,
        "NoticeDeadLetterQueueUrl": work.notices.queue.failures.queue_url,
        "NoticeTopicArn": work.notices.topic.topic_arn,
        "RefreshDeadLetterQueueUrl": work.refreshes.queue.failures.queue_url,
        "PipelineDeadLetterQueueUrl": pipelines.failures.queue_url,
        "PipelineSchedules": pipelines.version,
        "ScheduleGroup": schedules.group.ref,
        "ScheduledReportDeadLetterQueueUrl": schedules.failures.queue_url,
    }
    if web is not None:
        values |= {"WebBucket": web.bucket.bucket_name, "WebUrl": web.url}
        values["WebDomainTarget"] = web.domain_target
    if key is not None:
        values["CustomerKeyArn"] = key.key.key_arn
    for name, value in values.items():
        if value is not None:
            CfnOutput(stack, name, value=value)
