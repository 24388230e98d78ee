"""What calls for a person: a failing function, pushes that fall behind, a message nobody took."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

from infra.agenda_functions import AgendaFunctions
from infra.alarm_topic import AlarmTopic
from infra.api import Api
from infra.events import Events
from infra.function import Function
from infra.functions import Functions
from infra.pipelines import Pipelines
from infra.schedules import Schedules
from infra.work import Work

FIVE_MINUTES = Duration.minutes(5)
RUNBOOKS = "docs/runbooks.md"  # has a section for each alarm
MAX_DELAY_MS = 60_000  # by then clients have asked for themselves, and the sweeper has come


class Alarms(Construct):
    """`all`: every alarm. They go to `topic`, if there is one, and so does their end."""

    def __init__(
        self,
        scope: Construct,
        *,
        topic: AlarmTopic | None,
        api: Api,
        functions: Functions,
        agenda_functions: AgendaFunctions,
        events: Events,
        work: Work,
        pipelines: Pipelines,
        schedules: Schedules,
    ) -> None:
        super().__init__(scope, "Alarms")
        self._topic = topic
        self.all: list[cloudwatch.Alarm] = []
        for name, queue in {
            "EventFailures": events.event_failures,
            "PublishFailures": events.publish_failures,
            "EndedFailures": events.ended_failures,
            "AgendaFailures": events.agenda_failures,
            "RevisitFailures": work.revisits.queue.failures,
            "ExportFailures": work.exports.queue.failures,
            "NoticeFailures": work.notices.queue.failures,
            "RefreshFailures": work.refreshes.queue.failures,
            "PipelineFailures": pipelines.failures,
            "ScheduledReportFailures": schedules.failures,
        }.items():
            self._alarm(
                f"{name}NotEmpty",
                queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES),
                description="What no retry could deliver waits here.",
            )
        for function in (*functions.all, *agenda_functions.all):
            self._alarm(
                f"{function.node.id}Errors",
                function.metric_errors(period=FIVE_MINUTES),
                description="This function failed within the last five minutes.",
                runbook="errors",
            )
        self._alarm(
            "ApiFails",
            _failures(api),
            description="The API answered with a fault of its own.",
        )
        self._alarm_when_late(
            functions.publish, "Changes of queries are pushed more than a minute late."
        )
        self._alarm_when_late(
            functions.ended, "Queries start more than a minute after their turn has come."
        )
        self._alarm_when_late(
            agenda_functions.changed, "Changes of the agenda are pushed more than a minute late."
        )

    def _alarm_when_late(self, function: Function, description: str) -> None:
        """When a function that reads the table's stream falls behind it."""
        self._alarm(
            f"{function.node.id}Late",
            function.metric("IteratorAge", statistic=cloudwatch.Stats.MAXIMUM, period=FIVE_MINUTES),
            threshold=MAX_DELAY_MS,
            description=description,
        )

    def _alarm(
        self,
        id: str,
        metric: cloudwatch.Metric,
        *,
        description: str,
        threshold: float = 1,
        runbook: str = "",
    ) -> None:
        """`runbook`: the section that says what to do; without, that of the alarm's own name."""
        alarm = metric.create_alarm(
            self,
            id,
            alarm_description=f"{description} See {RUNBOOKS}#{runbook or id.lower()}",
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic is not None:
            alarm.add_alarm_action(SnsAction(self._topic.topic))
            alarm.add_ok_action(SnsAction(self._topic.topic))
        self.all.append(alarm)


def _failures(api: Api) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/AppSync",
        metric_name="5XXError",
        dimensions_map={"GraphQLAPIId": api.graphql.api_id},
        statistic=cloudwatch.Stats.SUM,
        period=FIVE_MINUTES,
    )
