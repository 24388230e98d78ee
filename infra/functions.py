"""The Lambdas: what AppSync calls, and what events call. Each may do what its own code does."""

from functools import partial
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.function import Function
from infra.query_table import BY_OWNER, UNFINISHED, QueryTable
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
        users: Users,
    ) -> None:
        super().__init__(scope, "Functions")
        function = partial(Function, self, stage=stage, code=lambda_.Code.from_asset(str(asset)))
        table = {"QUERY_TABLE": queries.table.table_name, **stage.warehouse.environment()}
        catalogue = {"CATALOGUE_BUCKET": storage.catalogue.bucket_name}
        pool = {"USER_POOL_ID": users.pool.user_pool_id}
        self.resolvers = function(
            "Resolvers",
            handler="resolvers.handler.handler",
            timeout=Duration.seconds(25),  # AppSync gives up after 30
            memory_mb=512,
            environment=table | catalogue | pool,
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
            environment=table | catalogue,
        )
        self.all = (self.resolvers, self.statement_changed, self.publish, self.sweep)
        self._allow_queries(queries)
        for reader in (self.resolvers, self.publish, self.sweep):
            storage.grant_read_catalogue(reader)
        for checking in (self.resolvers, self.publish):
            users.pool.grant(checking, "cognito-idp:AdminListGroupsForUser")

    def _allow_queries(self, queries: QueryTable) -> None:
        for writer in (self.resolvers, self.statement_changed, self.sweep):
            queries.grant_items(writer, "GetItem", "PutItem")
        queries.grant_query(self.resolvers, BY_OWNER)
        queries.grant_query(self.sweep, UNFINISHED)
