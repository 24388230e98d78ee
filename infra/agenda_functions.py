"""The Lambdas of the agenda: the only ones that know its table."""

from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.agenda_table import BY_CALENDAR
from infra.function import Function
from infra.query_table import BY_OWNER, BY_SCHEDULE
from infra.sources import Built
from infra.stage import Stage
from infra.stores import Stores
from infra.users import Users


class AgendaFunctions(Construct):
    """The agenda's own Lambdas.

    agenda: answers the fields of the API.
    changed: tells its subscribers of changes.
    event_writer: takes events from principals of IAM, at `event_writer_url`.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        built: Built,
        stores: Stores,
        users: Users,
    ) -> None:
        super().__init__(scope, "AgendaFunctions")
        queries, agenda, storage = stores.queries, stores.agenda, stores.storage
        code = lambda_.Code.from_asset(str(built.lambda_asset))
        function = partial(Function, self, stage=stage, code=code)
        with_holidays = lambda_.Code.from_asset(str(built.agenda_asset))
        table = {"AGENDA_TABLE": agenda.table.table_name}
        runs = {
            "QUERY_TABLE": queries.table.table_name,
            "CATALOGUE_BUCKET": storage.catalogue.bucket_name,
        }
        mail = {} if stage.mail_from is None else {"MAIL_FROM": stage.mail_from}
        pool = {"USER_POOL_ID": users.pool.user_pool_id}
        self.agenda = function(
            "Agenda",
            code=with_holidays,
            handler="resolvers.handler.handler",
            timeout=Duration.seconds(25),  # AppSync gives up after 30
            memory_mb=512,
            environment=table | pool | runs | mail,
        )
        self.changed = function(
            "AgendaChanged",
            code=with_holidays,  # it tells when a schedule runs next
            handler="streams.agenda.handler",
            timeout=Duration.seconds(60),  # a batch of changes, and of groups to read
            environment=table | pool,
        )
        self.event_writer = function(
            "EventWriter",
            handler="streams.event_writer.handler",
            timeout=Duration.seconds(25),
            environment=table | pool,
        )
        url = self.event_writer.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
        self.event_writer_url = url.url
        self.all = (self.agenda, self.changed, self.event_writer)
        for writer in self.all:
            agenda.grant_items(writer, "GetItem", "PutItem")
        agenda.grant_query(self.agenda, BY_CALENDAR)
        queries.grant_items(self.agenda, "GetItem")
        for index in (BY_OWNER, BY_SCHEDULE):
            queries.grant_query(self.agenda, index)
        storage.grant_read_catalogue(self.agenda)
        users.pool.grant(self.agenda, "cognito-idp:AdminListGroupsForUser")
        users.pool.grant(self.changed, "cognito-idp:ListUsersInGroup")
        users.pool.grant(self.event_writer, "cognito-idp:GetGroup")
