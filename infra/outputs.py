"""What clients, tools and tests need to know of a deployed stack."""

from aws_cdk import CfnOutput, Fn, Stack

from infra.api import Api
from infra.events import Events
from infra.exports import Exports
from infra.functions import Functions
from infra.migrations import Migrations
from infra.query_table import QueryTable
from infra.revisits import Revisits
from infra.stage import Stage
from infra.storage import Storage
from infra.users import Users
from infra.warehouse_role import WarehouseRole


def add_outputs(
    stack: Stack,
    *,
    api: Api,
    users: Users,
    queries: QueryTable,
    storage: Storage,
    stage: Stage,
    exports: Exports,
    migrations: Migrations,
    warehouse_role: WarehouseRole,
    functions: Functions,
    events: Events,
    revisits: Revisits,
) -> None:
    warehouse = stage.warehouse
    values = {
        "ApiId": api.graphql.api_id,
        "GraphqlUrl": api.graphql.graphql_url,
        "RealtimeUrl": _realtime_url(api.graphql.graphql_url),
        "ApiKey": api.graphql.api_key,
        "UserPoolId": users.pool.user_pool_id,
        "UserPoolClientId": users.client.user_pool_client_id,
        "Region": stack.region,
        "QueryTable": queries.table.table_name,
        "CatalogueBucket": storage.catalogue.bucket_name,
        "DataBucket": storage.data.bucket_name,
        "ExportBucket": exports.bucket.bucket_name,
        "UnloadRoleArn": exports.unload_role.role_arn,
        "WarehouseWorkgroup": warehouse.workgroup,
        "WarehouseCluster": warehouse.cluster,
        "WarehouseDatabase": warehouse.database,
        "WarehouseCopyRole": warehouse.copy_role,
        "WarehouseRoleArn": warehouse_role.role.role_arn,
        "StatementChangedFunction": functions.statement_changed.function_name,
        "PublishFunction": functions.publish.function_name,
        "EndedFunction": functions.ended.function_name,
        "RevisitFunction": functions.revisit.function_name,
        "ExportFunction": functions.export.function_name,
        "SweepFunction": functions.sweep.function_name,
        "MigrateFunction": migrations.function.function_name,
        "MigrateRoleArn": migrations.role.role_arn,
        "SampleData": str(stage.sample_data).lower(),
        "StatementRule": events.statement_rule.rule_name,
        "PublishDeadLetterQueueUrl": events.publish_failures.queue_url,
        "EventDeadLetterQueueUrl": events.event_failures.queue_url,
        "EndedDeadLetterQueueUrl": events.ended_failures.queue_url,
        "RevisitDeadLetterQueueUrl": revisits.failures.queue_url,
        "ExportDeadLetterQueueUrl": exports.failures.queue_url,
    }
    for name, value in values.items():
        if value is not None:
            CfnOutput(stack, name, value=value)


def _realtime_url(graphql_url: str) -> str:
    """https://ID.appsync-api.REGION... as wss://ID.appsync-realtime-api.REGION..."""
    address = Fn.select(1, Fn.split("https://", graphql_url))
    return "wss://" + Fn.join(".appsync-realtime-api.", Fn.split(".appsync-api.", address))
