"""The Lambdas: what AppSync calls, and what events call. Each may do what its own code does."""

from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.exports import EXPORT_TIMEOUT
from infra.function import Function
from infra.notices import NOTIFY_TIMEOUT
from infra.query_table import BY_OWNER, BY_SCHEDULE, UNFINISHED, QueryTable
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
        queries, agenda, storage = stores.queries, stores.agenda, stores.storage
        exports, notices = work.exports, work.notices
        refreshes, revisits = work.refreshes, work.revisits
        code = lambda_.Code.from_asset(str(built.lambda_asset))
        function = partial(Function, self, stage=stage, code=code)
        records = {"QUERY_TABLE": queries.table.table_name}
        table = records | stage.warehouse.environment()
        catalogue = {"CATALOGUE_BUCKET": storage.catalogue.bucket_name}
        files = {
            "EXPORT_BUCKET": exports.bucket.bucket_name,
            "EXPORT_DAYS": str(stage.export_days),
        }
        asking = {"EXPORT_QUEUE_URL": exports.queue.queue_url}
        starting = {  # what whoever may start a query is told
            "EXPORT_BUCKET": exports.bucket.bucket_name,
            "UNLOAD_ROLE_ARN": exports.unload_role_arn,
            "REVISIT_QUEUE_URL": revisits.queue.queue_url,
            "RUNNING_LIMIT": str(stage.running_limit),
            "WAITING_LIMIT": str(stage.waiting_limit),
        }
        if exports.key_arn is not None:
            starting["UNLOAD_KEY_ARN"] = exports.key_arn
        telling = {"NOTICE_QUEUE_URL": notices.queue.queue_url}
        mail = {} if stage.mail_from is None else {"MAIL_FROM": stage.mail_from}
        links = {} if stage.app_url is None else {"APP_URL": stage.app_url}
        refreshing = {"REFRESH_QUEUE_URL": refreshes.queue.queue_url}
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
            | mail
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
            environment=table | catalogue | starting | asking | telling | refreshing,
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
        self.notify = function(
            "Notify",
            handler="streams.notify.handler",
            timeout=NOTIFY_TIMEOUT,
            environment=records
            | catalogue
            | pool
            | mail
            | links
            | {"NOTICE_TOPIC_ARN": notices.topic.topic_arn},
        )
        self.pipeline = function(
            "Pipeline",
            handler="streams.pipeline.handler",
            timeout=Duration.seconds(30),
            environment=table | catalogue | starting,
        )
        self.scheduled_report = function(
            "ScheduledReport",
            code=lambda_.Code.from_asset(str(built.agenda_asset)),  # it leaves holidays out
            handler="streams.scheduled_report.handler",
            timeout=Duration.seconds(30),
            environment=table
            | catalogue
            | starting
            | pool
            | {"AGENDA_TABLE": agenda.table.table_name},
        )
        self.refresh = function(
            "Refresh",
            handler="streams.refresh.handler",
            timeout=REFRESH_TIMEOUT,
            environment=table | catalogue | starting | refreshing | pool,
        )
        scheduled = (self.sweep, self.pipeline, self.scheduled_report)
        started_by_events = (self.statement_changed, self.publish, *scheduled)
        started_by_messages = (self.revisit, self.export, self.refresh)
        self.on_warehouse = (
            self.resolvers,
            *started_by_events,
            self.ended,
            *started_by_messages,
        )
        self.all = (*self.on_warehouse, self.notify)
        self._allow_queries(queries)
        for starter in self._starters:
            storage.grant_read_catalogue(starter)
            revisits.queue.grant_ask(starter)
        for refresher in (self.ended, self.refresh):
            refreshes.queue.grant_ask(refresher)
        for asker in (self.sweep, self.ended, self.revisit):
            exports.queue.grant_ask(asker)
        exports.allow_making_files(self.export)
        exports.allow_signing(self.resolvers)
        notices.queue.grant_ask(self.ended)
        notices.allow_telling(self.notify)
        for reader in (self.publish, self.notify):
            storage.grant_read_catalogue(reader)
        for looking_up in (self.notify, self.scheduled_report):
            users.pool.grant(looking_up, "cognito-idp:AdminGetUser")
        agenda.grant_items(self.scheduled_report, "GetItem", "PutItem")
        for checking in (self.resolvers, self.publish, self.notify, *self._as_others):
            users.pool.grant(checking, "cognito-idp:AdminListGroupsForUser")
        users.pool.grant(self.publish, "cognito-idp:ListUsersInGroup")

    @property
    def _starters(self) -> tuple[Function, ...]:
        """Those that may start a query."""
        waking = (self.sweep, self.ended, self.revisit)
        return (self.resolvers, *waking, self.pipeline, *self._as_others)

    @property
    def _as_others(self) -> tuple[Function, ...]:
        """Those that submit for a user who asks for nothing just now."""
        return (self.refresh, self.scheduled_report)

    def _allow_queries(self, queries: QueryTable) -> None:
        for starter in (*self._starters, self.statement_changed):
            queries.grant_items(starter, "GetItem", "PutItem", "UpdateItem")
        queries.grant_items(self.export, "GetItem", "PutItem")
        queries.grant_items(self.notify, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        for reader in (self.resolvers, self.refresh, self.notify):
            queries.grant_query(reader, BY_OWNER)
        queries.grant_query(self.resolvers, BY_SCHEDULE)
        for sweeper in (self.sweep, self.ended, self.revisit):
            queries.grant_query(sweeper, UNFINISHED)
