"""The Lambdas: what AppSync calls, and what events call. Each may do what its own code does."""

from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.environments import Environments
from infra.exports import EXPORT_TIMEOUT
from infra.function import Function
from infra.notices import NOTIFY_TIMEOUT
from infra.query_table import BY_OWNER, BY_SCHEDULE, UNFINISHED
from infra.refreshes import REFRESH_TIMEOUT
from infra.revisits import REVISIT_TIMEOUT
from infra.sources import Built
from infra.stage import Stage
from infra.stores import Stores
from infra.users import Users
from infra.work import Work


class Functions(Construct):
    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        built: Built,
        stores: Stores,
        work: Work,
        users: Users,
    ) -> None:
        super().__init__(scope, "Functions")
        told = Environments(stage, stores, work, users)
        querying = told.table | told.catalogue
        starting = querying | told.starting
        code = lambda_.Code.from_asset(str(built.lambda_asset))
        function = partial(Function, self, stage=stage, code=code)
        self.resolvers = function(
            "Resolvers",
            handler="resolvers.handler.handler",
            timeout=Duration.seconds(25),  # AppSync gives up after 30
            memory_mb=512,
            environment=starting | told.pool | told.mail | told.downloads,
        )
        self.statement_changed = function(
            "StatementChanged",
            handler="streams.statement_changed.handler",
            timeout=Duration.seconds(30),
            environment=told.table,
        )
        self.publish = function(
            "Publish",
            handler="streams.publish.handler",
            timeout=Duration.seconds(60),  # a batch of results to read and to push
            memory_mb=512,
            environment=querying | told.pool,
        )
        self.sweep = function(
            "Sweep",
            handler="streams.sweep.handler",
            timeout=Duration.seconds(60),  # the next sweep starts then
            environment=starting | told.exporting,
        )
        self.ended = function(
            "Ended",
            handler="streams.ended.handler",
            timeout=Duration.seconds(60),  # a batch of places, and of queries to start
            environment=starting | told.exporting | told.noticing | told.refreshing,
        )
        self.revisit = function(
            "Revisit",
            handler="streams.revisit.handler",
            timeout=REVISIT_TIMEOUT,
            environment=starting | told.exporting,
        )
        self.export = function(
            "Export",
            handler="streams.export.handler",
            timeout=EXPORT_TIMEOUT,
            memory_mb=1024,  # it needs a tenth; with more, Lambda reads faster
            environment=told.table | told.files,
        )
        self.notify = function(
            "Notify",
            handler="streams.notify.handler",
            timeout=NOTIFY_TIMEOUT,
            environment=told.records
            | told.catalogue
            | told.pool
            | told.mail
            | told.links
            | told.topic,
        )
        self.pipeline = function(
            "Pipeline",
            handler="streams.pipeline.handler",
            timeout=Duration.seconds(30),
            environment=starting,
        )
        self.scheduled_report = function(
            "ScheduledReport",
            code=lambda_.Code.from_asset(str(built.agenda_asset)),  # it leaves holidays out
            handler="streams.scheduled_report.handler",
            timeout=Duration.seconds(30),
            environment=starting | told.pool | told.agenda,
        )
        self.refresh = function(
            "Refresh",
            handler="streams.refresh.handler",
            timeout=REFRESH_TIMEOUT,
            environment=starting | told.refreshing | told.pool,
        )
        scheduled = (self.sweep, self.pipeline, self.scheduled_report)
        by_events = (self.statement_changed, self.publish, *scheduled)
        by_messages = (self.ended, self.revisit, self.export, self.refresh)
        self.on_warehouse = (self.resolvers, *by_events, *by_messages)
        self.all = (*self.on_warehouse, self.notify)
        self._allow_stores(stores)
        self._allow_work(work)
        self._allow_users(users)

    @property
    def _starters(self) -> tuple[Function, ...]:
        """Those that may start a query."""
        waking = (self.sweep, self.ended, self.revisit)
        return (self.resolvers, *waking, self.pipeline, *self._as_others)

    @property
    def _as_others(self) -> tuple[Function, ...]:
        """Those that submit for a user who asks for nothing just now."""
        return (self.refresh, self.scheduled_report)

    def _allow_stores(self, stores: Stores) -> None:
        for reader in (*self._starters, self.publish, self.notify):
            stores.storage.grant_read_catalogue(reader)
        stores.agenda.grant_items(self.scheduled_report, "GetItem", "PutItem")
        queries = stores.queries
        for starter in (*self._starters, self.statement_changed):
            queries.grant_items(starter, "GetItem", "PutItem", "UpdateItem")
        queries.grant_items(self.export, "GetItem", "PutItem")
        queries.grant_items(self.notify, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        for reader in (self.resolvers, self.refresh, self.notify):
            queries.grant_query(reader, BY_OWNER)
        queries.grant_query(self.resolvers, BY_SCHEDULE)
        for sweeper in (self.sweep, self.ended, self.revisit):
            queries.grant_query(sweeper, UNFINISHED)

    def _allow_work(self, work: Work) -> None:
        for starter in self._starters:
            work.revisits.queue.grant_ask(starter)
        for refresher in (self.ended, self.refresh):
            work.refreshes.queue.grant_ask(refresher)
        for exporter in (self.sweep, self.ended, self.revisit):
            work.exports.queue.grant_ask(exporter)
        work.exports.allow_making_files(self.export)
        work.exports.allow_signing(self.resolvers)
        work.notices.queue.grant_ask(self.ended)
        work.notices.allow_telling(self.notify)

    def _allow_users(self, users: Users) -> None:
        for looking_up in (self.notify, self.scheduled_report):
            users.pool.grant(looking_up, "cognito-idp:AdminGetUser")
        for checking in (self.resolvers, self.publish, self.notify, *self._as_others):
            users.pool.grant(checking, "cognito-idp:AdminListGroupsForUser")
        users.pool.grant(self.publish, "cognito-idp:ListUsersInGroup")
