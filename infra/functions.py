"""The Lambdas: what AppSync calls, and what events call. Each may do what its own code does."""

from functools import partial
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.exports import EXPORT_TIMEOUT, Exports
from infra.function import Function
from infra.query_table import BY_OWNER, UNFINISHED, QueryTable
from infra.revisits import REVISIT_TIMEOUT, Revisits
from infra.stage import Stage
from infra.storage import Storage
from infra.users import Users


class Functions(Construct):
    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        asset: Path,
        queries: QueryTable,
        storage: Storage,
        exports: Exports,
        revisits: Revisits,
        users: Users,
    ) -> None:
        super().__init__(scope, "Functions")
        function = partial(Function, self, stage=stage, code=lambda_.Code.from_asset(str(asset)))
        table = {"QUERY_TABLE": queries.table.table_name, **stage.warehouse.environment()}
        catalogue = {"CATALOGUE_BUCKET": storage.catalogue.bucket_name}
        files = {
            "EXPORT_BUCKET": exports.bucket.bucket_name,
            "EXPORT_DAYS": str(stage.export_days),
        }
        asking = {"EXPORT_QUEUE_URL": exports.queue.queue_url}
        starting = {  # what whoever may start a query is told
            "EXPORT_BUCKET": exports.bucket.bucket_name,
            "UNLOAD_ROLE_ARN": exports.unload_role.role_arn,
            "REVISIT_QUEUE_URL": revisits.queue.queue_url,
            "RUNNING_LIMIT": str(stage.running_limit),
            "WAITING_LIMIT": str(stage.waiting_limit),
        }
        pool = {"USER_POOL_ID": users.pool.user_pool_id}
        self.resolvers = function(
            "Resolvers",
            handler="resolvers.handler.handler",
            timeout=Duration.seconds(25),  # AppSync gives up after 30
            memory_mb=512,
            environment=table
            | catalogue
            | starting
            | pool
            | {"DOWNLOAD_MINUTES": str(stage.download_minutes)},
        )
        self.statement_changed = function(
            "StatementChanged",
            handler="streams.statement_changed.handler",
            timeout=Duration.seconds(30),
            environment=table,
        )
        self.publish = function(
            "Publish",
            handler="streams.publish.handler",
            timeout=Duration.seconds(60),  # a batch of results to read and to push
            memory_mb=512,
            environment=table | catalogue | pool,
        )
        self.sweep = function(
            "Sweep",
            handler="streams.sweep.handler",
            timeout=Duration.seconds(60),  # the next sweep starts then
            environment=table | catalogue | starting | asking,
        )
        self.ended = function(
            "Ended",
            handler="streams.ended.handler",
            timeout=Duration.seconds(60),  # a batch of places, and of queries to start
            environment=table | catalogue | starting | asking,
        )
        self.revisit = function(
            "Revisit",
            handler="streams.revisit.handler",
            timeout=REVISIT_TIMEOUT,
            environment=table | catalogue | starting | asking,
        )
        self.export = function(
            "Export",
            handler="streams.export.handler",
            timeout=EXPORT_TIMEOUT,
            memory_mb=1024,  # it needs a tenth; with more, Lambda reads faster
            environment=table | files,
        )
        started_by_events = (self.statement_changed, self.publish, self.sweep)
        self.all = (self.resolvers, *started_by_events, self.ended, self.revisit, self.export)
        self._allow_queries(queries)
        for starter in (self.resolvers, self.sweep, self.ended, self.revisit):
            storage.grant_read_catalogue(starter)
            revisits.grant_send(starter)
        for asker in (self.sweep, self.ended, self.revisit):
            exports.grant_ask(asker)
        exports.allow_making_files(self.export)
        exports.allow_signing(self.resolvers)
        storage.grant_read_catalogue(self.publish)
        for checking in (self.resolvers, self.publish):
            users.pool.grant(checking, "cognito-idp:AdminListGroupsForUser")

    def _allow_queries(self, queries: QueryTable) -> None:
        for starter in (self.resolvers, self.sweep, self.ended, self.revisit):
            queries.grant_items(starter, "GetItem", "PutItem", "UpdateItem")
        for recorder in (self.statement_changed, self.export):
            queries.grant_items(recorder, "GetItem", "PutItem")
        queries.grant_query(self.resolvers, BY_OWNER)
        for sweeper in (self.sweep, self.ended, self.revisit):
            queries.grant_query(sweeper, UNFINISHED)
