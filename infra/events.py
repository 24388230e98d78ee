"""What starts the functions that no caller waits for, and where a failure of theirs is kept.

Redshift's event tells that a statement ended; the tables' streams, that a query changed or ended,
or something of the agenda; a message, that one is to be looked at again or run again for who
watches, or that somebody is to be told; and a schedule sweeps up the queries whose event never
came.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.agenda_functions import AgendaFunctions
from infra.agreed_names import bus_name
from infra.dead_letter_queue import DeadLetterQueue
from infra.function import Function
from infra.functions import Functions
from infra.item_table import ItemTable
from infra.stage import Stage
from infra.stores import Stores
from infra.work import Work

SOURCE, DETAIL_TYPE = "aws.redshift-data", "Redshift Data Statement Status Change"
STATEMENT_EVENT_AGE = Duration.hours(1)  # by then the sweeper has long done its work
SWEEP_AGE = Duration.minutes(1)  # by then the next sweep starts
RECORD_AGE = Duration.hours(1)  # by then clients have long asked for themselves
MAX_EXPORTS = 10  # at a time, each with a Lambda of its own for as long as its files take
MAX_REVISITS = 2  # at a time, the fewest there may be: they all try the same line
MAX_NOTICES = 2  # at a time; SES sends some a second
MAX_REFRESHES = 5  # at a time: a report with many watches has many messages, one after the other
CHANGES = ["INSERT", "MODIFY"]
QUERIES = {"status": {"S": [{"exists": True}]}}  # the table's other items have none
UNLOADED = {"awaitsFiles": {"S": ["yes"]}}
ENDED = {"status": {"S": ["FINISHED", "FAILED", "ABORTED"]}}


class Events(Construct):
    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        functions: Functions,
        agenda_functions: AgendaFunctions,
        stores: Stores,
        work: Work,
    ) -> None:
        super().__init__(scope, "Events")
        queries, agenda = stores.queries, stores.agenda
        exports, notices = work.exports, work.notices
        refreshes, revisits = work.refreshes, work.revisits
        self.event_failures = DeadLetterQueue(self, "EventFailures")
        self.publish_failures = DeadLetterQueue(self, "PublishFailures")
        self.ended_failures = DeadLetterQueue(self, "EndedFailures")
        self.agenda_failures = DeadLetterQueue(self, "AgendaFailures")
        self.statement_rule = events.Rule(
            self,
            "StatementChanged",
            event_bus=self._bus_of(stage),
            event_pattern=statement_ends(stage.warehouse.account),
        )
        self._run(functions.statement_changed, self.statement_rule, STATEMENT_EVENT_AGE, retries=2)
        every_minute = events.Schedule.rate(Duration.minutes(1))
        sweep = events.Rule(self, "Sweep", schedule=every_minute)
        self._run(functions.sweep, sweep, SWEEP_AGE, retries=0)
        self._follow_table(functions.publish, queries, self.publish_failures, changes_of(QUERIES))
        self._follow_table(
            functions.ended, queries, self.ended_failures, changes_of(ENDED, UNLOADED)
        )
        self._follow_table(agenda_functions.changed, agenda, self.agenda_failures, [])
        self._receive(functions.revisit, revisits.queue, batch_size=10, at_once=MAX_REVISITS)
        self._receive(functions.export, exports.queue, batch_size=1, at_once=MAX_EXPORTS)
        self._receive(functions.notify, notices.queue, batch_size=1, at_once=MAX_NOTICES)
        self._receive(functions.refresh, refreshes.queue, batch_size=1, at_once=MAX_REFRESHES)

    def _bus_of(self, stage: Stage) -> events.EventBus | None:
        """Where another account tells of its warehouse, and of nothing else; None: AWS's own bus.

        Who is no service of AWS cannot say that its events are from one.
        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
        """
        account = stage.warehouse.account
        if account is None:
            return None
        bus = events.EventBus(self, "Warehouse", event_bus_name=bus_name(stage))
        told = {"events:source": SOURCE, "events:detail-type": DETAIL_TYPE}
        bus.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OfTheWarehouse",
                principals=[iam.AccountPrincipal(account)],
                actions=["events:PutEvents"],
                resources=[bus.event_bus_arn],
                conditions={"ForAllValues:StringEquals": told},
            )
        )
        return bus

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
        items: ItemTable,
        failures: DeadLetterQueue,
        wanted: Sequence[Mapping[str, Any]],
    ) -> None:
        """Hand over the `wanted` records, or all; AWS advises two such functions a table at most.

        wanted: patterns of records, any of which suffices.
        """
        function.add_event_source(
            sources.DynamoEventSource(
                items.table,
                # LATEST would lose what is written while the mapping comes up.
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                filters=[lambda_.FilterCriteria.filter(pattern) for pattern in wanted] or None,
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


def statement_ends(account: str | None = None) -> events.EventPattern:
    """The ends of statements that have a name, as ours have; `account`: where the warehouse is."""
    return events.EventPattern(
        account=None if account is None else [account],
        source=[SOURCE],
        detail_type=[DETAIL_TYPE],
        detail={"statementName": events.Match.anything_but("")},
    )


def changes_of(*wanted: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Patterns of the records that tell how a `wanted` item is now."""
    return [{"eventName": CHANGES, "dynamodb": {"NewImage": image}} for image in wanted]
