"""What starts the functions that no caller waits for, and where a failure of theirs is kept.

Redshift's event tells that a statement ended; the table's stream, that a query changed or ended; a
message, that one is to be looked at again; and a schedule sweeps up the queries whose event never
came.
"""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.dead_letter_queue import DeadLetterQueue
from infra.exports import Exports
from infra.function import Function
from infra.functions import Functions
from infra.query_table import QueryTable
from infra.revisits import Revisits

STATEMENT_EVENT_AGE = Duration.hours(1)  # by then the sweeper has long done its work
SWEEP_AGE = Duration.minutes(1)  # by then the next sweep starts
RECORD_AGE = Duration.hours(1)  # by then clients have long asked for themselves
MAX_EXPORTS = 10  # at a time, each with a Lambda of its own for as long as its files take
MAX_REVISITS = 2  # at a time, the fewest there may be: they all try the same line
CHANGES = ["INSERT", "MODIFY"]
QUERIES = {"status": {"S": [{"exists": True}]}}  # the table's other items have none
UNLOADED = {"awaitsFiles": {"S": ["yes"]}}
ENDED = {"status": {"S": ["FINISHED", "FAILED", "ABORTED"]}}


class Events(Construct):
    def __init__(
        self,
        scope: Construct,
        *,
        functions: Functions,
        queries: QueryTable,
        revisits: Revisits,
        exports: Exports,
    ) -> None:
        super().__init__(scope, "Events")
        self.event_failures = DeadLetterQueue(self, "EventFailures")
        self.publish_failures = DeadLetterQueue(self, "PublishFailures")
        self.ended_failures = DeadLetterQueue(self, "EndedFailures")
        self.statement_rule = events.Rule(
            self,
            "StatementChanged",
            event_pattern=events.EventPattern(
                source=["aws.redshift-data"],
                detail_type=["Redshift Data Statement Status Change"],
                detail={"statementName": events.Match.anything_but("")},  # ours have their id
            ),
        )
        self._run(functions.statement_changed, self.statement_rule, STATEMENT_EVENT_AGE, retries=2)
        every_minute = events.Schedule.rate(Duration.minutes(1))
        sweep = events.Rule(self, "Sweep", schedule=every_minute)
        self._run(functions.sweep, sweep, SWEEP_AGE, retries=0)
        self._follow_table(
            functions.publish,
            queries,
            self.publish_failures,
            QUERIES,
        )
        self._follow_table(
            functions.ended,
            queries,
            self.ended_failures,
            ENDED,
            UNLOADED,
        )
        self._receive(functions.revisit, revisits.queue, batch_size=10, at_once=MAX_REVISITS)
        self._receive(functions.export, exports.queue, batch_size=1, at_once=MAX_EXPORTS)

    def _run(
        self, function: Function, rule: events.Rule, max_age: Duration, *, retries: int
    ) -> None:
        """EventBridge hands over until the event is too old; what then fails, Lambda retries."""
        rule.add_target(
            targets.LambdaFunction(
                function,
                dead_letter_queue=self.event_failures,
                max_event_age=max_age,
            )
        )
        function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.event_failures),
            max_event_age=max_age,
            retry_attempts=retries,
        )

    def _follow_table(
        self,
        function: Function,
        queries: QueryTable,
        failures: DeadLetterQueue,
        *wanted: Mapping[str, Any],
    ) -> None:
        """Hand over changes to `wanted` items; AWS advises two such functions at most."""
        patterns = ({"eventName": CHANGES, "dynamodb": {"NewImage": image}} for image in wanted)
        function.add_event_source(
            sources.DynamoEventSource(
                queries.table,
                # LATEST would lose what is written while the mapping comes up.
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                filters=[lambda_.FilterCriteria.filter(pattern) for pattern in patterns],
                batch_size=10,
                parallelization_factor=10,  # order is kept for each item
                report_batch_item_failures=True,
                bisect_batch_on_error=True,
                retry_attempts=5,
                max_record_age=RECORD_AGE,
                on_failure=sources.SqsDlq(failures),
            )
        )

    def _receive(
        self, function: Function, queue: sqs.Queue, *, batch_size: int, at_once: int
    ) -> None:
        function.add_event_source(
            sources.SqsEventSource(
                queue,
                batch_size=batch_size,
                report_batch_item_failures=True,
                max_concurrency=at_once,
            )
        )
