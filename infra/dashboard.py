"""What a person looks at: the state of all parts at once, and one query's story by its id.

https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html has the API's metrics.
"""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.api import Api
from infra.function import Function

PERIOD = Duration.minutes(5)
STORY = (  # every function writes the id of its query as correlation_id
    "fields @timestamp, function_name, level, message, exception_name",
    'filter correlation_id = "ID-OF-THE-QUERY"',
    "sort @timestamp asc",
    "limit 1000",
)


class Dashboard(Construct):
    """`streamed`: those of the functions that follow a table."""

    def __init__(
        self,
        scope: Construct,
        *,
        api: Api,
        functions: Sequence[Function],
        streamed: Sequence[Function],
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, "Dashboard")
        sums, p99 = cloudwatch.Stats.SUM, cloudwatch.Stats.percentile(99)
        asked = [_of_api(api, name, sums) for name in ("Requests", "4XXError", "5XXError")]
        subscribed = _of_api(api, "ActiveSubscriptions", cloudwatch.Stats.MAXIMUM)
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            default_interval=Duration.hours(3),
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24)],
                [
                    _graph("Requests to the API", asked),
                    _graph("Its slowest 1 %, ms", [_of_api(api, "Latency", p99)]),
                    _graph("Subscriptions", [subscribed]),
                ],
                [
                    _graph(
                        "Errors of functions", [_of(each, "Errors", sums) for each in functions]
                    ),
                    _graph("Throttles", [_of(each, "Throttles", sums) for each in functions]),
                    _graph("How late, ms", [_of(each, "IteratorAge", p99) for each in streamed]),
                ],
            ],
        )
        logs.CfnQueryDefinition(
            self,
            "Story",
            name=f"{Stack.of(self).stack_name}/Story of a query",
            query_string="\n| ".join(STORY),
            log_group_names=[each.log_group.log_group_name for each in functions],
        )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, period=PERIOD)


def _of_api(api: Api, name: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/AppSync",
        metric_name=name,
        dimensions_map={"GraphQLAPIId": api.graphql.api_id},
        statistic=statistic,
        label=name,
    )


def _of(function: Function, name: str, statistic: str) -> cloudwatch.Metric:
    return function.metric(name, statistic=statistic, label=function.node.id)
