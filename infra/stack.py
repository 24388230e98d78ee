"""The whole of Querycast in the order a query travels: the table of contents of infra/."""

from aws_cdk import DefaultStackSynthesizer, Stack, Tags
from constructs import Construct

from infra.agenda_functions import AgendaFunctions
from infra.agenda_table import AgendaTable
from infra.alarm_topic import AlarmTopic
from infra.alarms import Alarms
from infra.api import Api
from infra.customer_key import CustomerKey
from infra.dashboard import Dashboard
from infra.events import Events
from infra.exports import Exports
from infra.firewall import Firewall
from infra.functions import Functions
from infra.migrations import Migrations
from infra.notices import Notices
from infra.outputs import add_outputs
from infra.own_workgroup import OwnWorkgroup
from infra.pipelines import Pipelines
from infra.query_table import QueryTable
from infra.refreshes import Refreshes
from infra.revisits import Revisits
from infra.schedules import Schedules
from infra.sources import Built
from infra.stage import Stage
from infra.storage import Storage
from infra.stores import Stores
from infra.users import Users
from infra.warehouse_role import WarehouseRole
from infra.web_hosting import WebHosting
from infra.work import Work


class QuerycastStack(Stack):
    """Ask, record, run, learn the end, push: one construct each."""

    def __init__(self, scope: Construct, stage: Stage, built: Built) -> None:
        super().__init__(
            scope,
            stage.stack_name,
            description="Querycast: ask the warehouse over GraphQL, be pushed the answer.",
            termination_protection=stage.protected,
            # The CDK checks the bootstrap version; a template without that rule deploys anywhere.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        Tags.of(self).add("application", "querycast")
        Tags.of(self).add("stage", stage.name)

        key = CustomerKey(self, stage=stage) if stage.customer_key else None
        users = Users(self, stage=stage)
        stores = Stores(
            queries=QueryTable(self, stage=stage),
            agenda=AgendaTable(self, stage=stage),
            storage=Storage(self, stage=stage),
        )
        work = Work(
            exports=Exports(self, stage=stage, key=key),
            revisits=Revisits(self),
            notices=Notices(self, stage=stage),
            refreshes=Refreshes(self),
        )
        functions = Functions(self, stage=stage, built=built, stores=stores, work=work, users=users)
        agenda_functions = AgendaFunctions(
            self, stage=stage, built=built, stores=stores, users=users
        )
        warehouse_role = WarehouseRole(self, stage=stage, functions=functions.on_warehouse)
        migrated = Migrations(self, stage=stage, built=built, storage=stores.storage)
        if stage.warehouse.create:
            migrated.node.add_dependency(OwnWorkgroup(self, stage=stage, exports=work.exports))
        api = Api(
            self,
            stage=stage,
            users=users,
            resolvers=functions.resolvers,
            agenda=agenda_functions.agenda,
        )
        api.allow_publishing(functions.publish, "publishQuery", "keepPipelineMembers")
        api.allow_publishing(
            agenda_functions.changed,
            *("publishEventChange", "keepCalendarMembers", "publishScheduleChange"),
        )
        events = Events(
            self,
            stage=stage,
            functions=functions,
            agenda_functions=agenda_functions,
            stores=stores,
            work=work,
        )
        if stage.rate_limit is not None:
            Firewall(self, api=api, rate_limit=stage.rate_limit)
        web = WebHosting(self, stage=stage, api=api) if stage.web_hosting else None
        if web is not None and stage.app_url is None:
            functions.notify.add_environment("APP_URL", web.url)
        pipelines = Pipelines(
            self, stage=stage, catalogue=built.catalogue, function=functions.pipeline
        )
        schedules = Schedules(
            self, function=functions.scheduled_report, keeper=agenda_functions.changed
        )
        topic = (
            None
            if stage.alarms_to is None
            else AlarmTopic(self, mail_to=stage.alarms_to, customer_key=key)
        )
        alarms = Alarms(
            self,
            topic=topic,
            api=api,
            functions=functions,
            agenda_functions=agenda_functions,
            events=events,
            work=work,
            pipelines=pipelines,
            schedules=schedules,
        )
        if stage.dashboard:
            Dashboard(
                self,
                api=api,
                functions=(*functions.all, *agenda_functions.all, migrated.function),
                streamed=(functions.publish, functions.ended, agenda_functions.changed),
                alarms=alarms.all,
            )
        add_outputs(
            self,
            api=api,
            users=users,
            stores=stores,
            work=work,
            stage=stage,
            migrations=migrated,
            warehouse_role=warehouse_role,
            functions=functions,
            agenda_functions=agenda_functions,
            events=events,
            pipelines=pipelines,
            schedules=schedules,
            web=web,
            key=key,
        )
        if key is not None:
            key.encrypt(self)
