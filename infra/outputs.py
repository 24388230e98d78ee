"""What clients, tools and tests need to know of a deployed stack."""

from aws_cdk import CfnOutput, Stack

from infra.agenda_functions import AgendaFunctions
from infra.agenda_table import AgendaTable
from infra.api import Api
from infra.events import Events
from infra.exports import Exports
from infra.functions import Functions
from infra.migrations import Migrations
from infra.notices import Notices
from infra.pipelines import Pipelines
from infra.query_table import QueryTable
from infra.refreshes import Refreshes
from infra.revisits import Revisits
from infra.schedules import Schedules
from infra.stage import Stage
from infra.storage import Storage
from infra.users import Users
from infra.warehouse_role import WarehouseRole
from infra.web_hosting import WebHosting


def add_outputs(
    stack: Stack,
    *,
    api: Api,
    users: Users,
    queries: QueryTable,
    agenda: AgendaTable,
    storage: Storage,
    stage: Stage,
    exports: Exports,
    migrations: Migrations,
    warehouse_role: WarehouseRole,
    functions: Functions,
    agenda_functions: AgendaFunctions,
    events: Events,
    revisits: Revisits,
    notices: Notices,
    refreshes: Refreshes,
    pipelines: Pipelines,
    schedules: Schedules,
    web: WebHosting | None,
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
        "Region": stack.region,
        "QueryTable": queries.table.table_name,
        "AgendaTable": agenda.table.table_name,
        "CatalogueBucket": storage.catalogue.bucket_name,
        "DataBucket": storage.data.bucket_name,
        "ExportBucket": exports.bucket.bucket_name,
        "UnloadRoleArn": exports.unload_role.role_arn,
        "WarehouseWorkgroup": warehouse.workgroup,
        "WarehouseCluster": warehouse.cluster,
        "WarehouseDatabase": warehouse.database,
        "WarehouseCopyRole": warehouse.copy_role,
        "WarehouseRoleArn": warehouse_role.role.role_arn,
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
        "MigrateRoleArn": migrations.role.role_arn,
        "SampleData": str(stage.sample_data).lower(),
        "StatementRule": events.statement_rule.rule_name,
        "PublishDeadLetterQueueUrl": events.publish_failures.queue_url,
        "EventDeadLetterQueueUrl": events.event_failures.queue_url,
        "EndedDeadLetterQueueUrl": events.ended_failures.queue_url,
        "AgendaDeadLetterQueueUrl": events.agenda_failures.queue_url,
        "RevisitDeadLetterQueueUrl": revisits.queue.failures.queue_url,
        "ExportDeadLetterQueueUrl": exports.queue.failures.queue_url,
        "NoticeDeadLetterQueueUrl": notices.queue.failures.queue_url,
        "NoticeTopicArn": notices.topic.topic_arn,
        "RefreshDeadLetterQueueUrl": refreshes.queue.failures.queue_url,
        "PipelineDeadLetterQueueUrl": pipelines.failures.queue_url,
        "PipelineSchedules": pipelines.version,
        "ScheduleGroup": schedules.group.ref,
        "ScheduledReportDeadLetterQueueUrl": schedules.failures.queue_url,
    }
    if web is not None:
        values |= {"WebBucket": web.bucket.bucket_name, "WebUrl": web.url}
        values["WebDomainTarget"] = web.domain_target
    for name, value in values.items():
        if value is not None:
            CfnOutput(stack, name, value=value)
