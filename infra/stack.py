"""The whole of Querycast in the order a query travels: the table of contents of infra/."""

from pathlib import Path

from aws_cdk import DefaultStackSynthesizer, Stack, Tags
from constructs import Construct

from infra.alarms import Alarms
from infra.api import Api
from infra.events import Events
from infra.exports import Exports
from infra.functions import Functions
from infra.migrations import Migrations
from infra.outputs import add_outputs
from infra.query_table import QueryTable
from infra.revisits import Revisits
from infra.stage import Stage
from infra.storage import Storage
from infra.users import Users
from infra.warehouse_role import WarehouseRole


class QuerycastStack(Stack):
    """Ask, record, run, learn the end, push: one construct each."""

    def __init__(
        self, scope: Construct, stage: Stage, lambda_asset: Path, migrations: Path
    ) -> None:
        super().__init__(
            scope,
            f"Querycast-{stage.name}",
            description="Querycast: ask the warehouse over GraphQL, be pushed the answer.",
            termination_protection=stage.protected,
            # The CDK checks the bootstrap version; a template without that rule deploys anywhere.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        Tags.of(self).add("application", "querycast")
        Tags.of(self).add("stage", stage.name)

        users = Users(self, stage=stage)
        queries = QueryTable(self, stage=stage)
        storage = Storage(self, stage=stage)
        exports = Exports(self, stage=stage)
        revisits = Revisits(self)
        functions = Functions(
            self,
            stage=stage,
            asset=lambda_asset,
            queries=queries,
            storage=storage,
            exports=exports,
            revisits=revisits,
            users=users,
        )
        warehouse_role = WarehouseRole(self, warehouse=stage.warehouse, functions=functions.all)
        migrated = Migrations(
            self, stage=stage, asset=lambda_asset, files=migrations, storage=storage
        )
        api = Api(self, stage=stage, users=users, resolvers=functions.resolvers)
        api.allow_publishing(functions.publish)
        events = Events(
            self, functions=functions, queries=queries, revisits=revisits, exports=exports
        )
        Alarms(self, functions=functions, events=events, revisits=revisits, exports=exports)
        add_outputs(
            self,
            api=api,
            users=users,
            queries=queries,
            storage=storage,
            stage=stage,
            exports=exports,
            migrations=migrated,
            warehouse_role=warehouse_role,
            functions=functions,
            events=events,
            revisits=revisits,
        )
