"""The GraphQL API: AppSync with our schema, its fields answered by a Lambda or by APPSYNC_JS alone.

Every resolver is a unit resolver with its code in the template, so that the template says it all.
"""

from typing import cast

from aws_cdk import Fn, Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk.aws_certificatemanager import Certificate
from constructs import Construct

from infra.authorization import authorization
from infra.domain import Domain
from infra.findings import acknowledge, acknowledge_wildcard
from infra.function import Function, logical_id
from infra.log_group import LogGroup
from infra.sources import SCHEMA, resolver_code
from infra.stage import Stage
from infra.users import Users

INVOKED: dict[str, dict[str, tuple[str, ...]]] = {  # which Lambda answers which fields
    "Resolvers": {
        "Query": (
            *("listReports", "getReport", "getQuery", "listQueries", "getQueryResult"),
            *("getDownloads", "listPipelines", "getPipeline"),
        ),
        "Mutation": (
            *("submitQuery", "exportQuery", "cancelQuery", "watchReport"),
            *("runPipeline", "pausePipeline", "resumePipeline"),
        ),
    },
    "Agenda": {
        "Query": (
            *("listCalendars", "getEvent", "listEvents", "listHolidays"),
            *("listSchedules", "getSchedule", "listOccurrences"),
        ),
        "Mutation": (
            *("createEvent", "updateEvent", "deleteEvent"),
            *("scheduleReport", "updateSchedule", "deleteSchedule"),
            *("pauseSchedule", "resumeSchedule"),
        ),
    },
}
FILTERED: dict[str, dict[tuple[str, str], str]] = {  # a Lambda says who may subscribe, and to what
    "Resolvers": {
        ("Subscription", "onPipelineRun"): "on_pipeline_run",
        ("Subscription", "onReportRefresh"): "on_report_refresh",
    },
    "Agenda": {
        ("Subscription", "onEventChange"): "on_event_change",
    },
}
LOCAL = {
    ("Mutation", "publishQuery"): "publish",
    ("Mutation", "publishEventChange"): "publish",
    ("Mutation", "publishScheduleChange"): "publish",
    ("Mutation", "keepCalendarMembers"): "keep_calendar_members",
    ("Mutation", "keepPipelineMembers"): "keep_pipeline_members",
    ("Subscription", "onQueryComplete"): "on_query_complete",
    ("Subscription", "onQueryChange"): "on_own_change",
    ("Subscription", "onScheduleChange"): "on_own_change",
}


class Api(Construct):
    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        users: Users,
        resolvers: Function,
        agenda: Function,
    ) -> None:
        super().__init__(scope, "Api")
        self.graphql = appsync.GraphqlApi(
            self,
            "GraphQL",
            name=Stack.of(self).stack_name,
            definition=appsync.Definition.from_file(str(SCHEMA)),
            authorization_config=authorization(stage, users),
            introspection_config=appsync.IntrospectionConfig.ENABLED
            if stage.introspection
            else appsync.IntrospectionConfig.DISABLED,
            query_depth_limit=stage.query_depth_limit,
            resolver_count_limit=stage.resolver_count_limit,
            xray_enabled=True,
            domain_name=_named(self, stage.api_domain),
        )
        self.domain = stage.api_domain
        if not stage.api_key:
            self._leave_out_api_key()
        self._log_errors(stage)
        self._resolve("Resolvers", resolvers)
        self._resolve("Agenda", agenda)
        self._resolve_locally()

    @property
    def url(self) -> str:
        """Where clients ask: at the stage's own name, if it has one."""
        if self.domain is not None:
            return f"https://{self.domain.name}/graphql"
        return self.graphql.graphql_url

    @property
    def domain_target(self) -> str | None:
        """Whither DNS leads that name; None where there is none."""
        return None if self.domain is None else self.graphql.app_sync_domain_name

    @property
    def realtime_url(self) -> str:
        """https://ID.appsync-api.REGION... as wss://ID.appsync-realtime-api.REGION..."""
        if self.domain is not None:
            return f"wss://{self.domain.name}/graphql/realtime"
        address = Fn.select(1, Fn.split("https://", self.graphql.graphql_url))
        return "wss://" + Fn.join(".appsync-realtime-api.", Fn.split(".appsync-api.", address))

    def allow_publishing(self, publisher: Function, *mutations: str) -> None:
        """Let this function, and nobody else, call the mutations that push."""
        self.graphql.grant_mutation(publisher, *mutations)
        publisher.add_environment("GRAPHQL_URL", self.graphql.graphql_url)

    def _leave_out_api_key(self) -> None:
        """Without a key, nothing in the schema should speak of one."""
        schema = cast(appsync.CfnGraphQLSchema, self.graphql.node.find_child("Schema"))
        schema.definition = SCHEMA.read_text(encoding="utf-8").replace(" @aws_api_key", "")

    def _log_errors(self, stage: Stage) -> None:
        """By the resource itself: the construct would add a function just to set the retention."""
        role = iam.Role(self, "LogRole", assumed_by=iam.ServicePrincipal("appsync.amazonaws.com"))
        api = cast(appsync.CfnGraphQLApi, self.graphql.node.default_child)
        api.log_config = appsync.CfnGraphQLApi.LogConfigProperty(
            cloud_watch_logs_role_arn=role.role_arn,
            field_log_level="ERROR",
            exclude_verbose_content=True,  # arguments and results stay out of the log
        )
        name = f"/aws/appsync/apis/{self.graphql.api_id}"  # AppSync's own choice
        log_group = LogGroup(self, "Log", stage=stage, name=name)
        log_group.grant(role, "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
        acknowledge(self.graphql, "ASC3", "Verbose content would put what users see into logs.")

    def _resolve(self, name: str, function: Function) -> None:
        """Have the function answer what it is named for in `INVOKED` and `FILTERED`."""
        invoked = self.graphql.add_lambda_data_source(name, function)
        acknowledge_wildcard(invoked, f"<{logical_id(function)}.Arn>:*", "Its own versions.")
        for type_name, field_names in INVOKED[name].items():
            for field_name in field_names:
                _add_resolver(invoked, type_name, field_name, "invoke")
        for (type_name, field_name), code in FILTERED[name].items():
            _add_resolver(invoked, type_name, field_name, code)

    def _resolve_locally(self) -> None:
        local = self.graphql.add_none_data_source("Local")
        for (type_name, field_name), code in LOCAL.items():
            _add_resolver(local, type_name, field_name, code)


def _named(scope: Construct, domain: Domain | None) -> appsync.DomainOptions | None:
    if domain is None:
        return None
    certificate = Certificate.from_certificate_arn(scope, "Certificate", domain.certificate_arn)
    return appsync.DomainOptions(certificate=certificate, domain_name=domain.name)


def _add_resolver(
    source: appsync.BaseDataSource, type_name: str, field_name: str, code: str
) -> None:
    source.create_resolver(
        f"{type_name}{field_name[0].upper()}{field_name[1:]}",
        type_name=type_name,
        field_name=field_name,
        runtime=appsync.FunctionRuntime.JS_1_0_0,
        code=appsync.Code.from_inline(resolver_code(code)),
    )
