"""What fires scheduled reports: a group of EventBridge Scheduler, whose schedules users make.

AgendaChanged keeps one for each of theirs, under its id; each calls ScheduledReport, at least once
for each time. What Scheduler could not hand over within an hour, or Lambda could not run, is kept:
the function would not run it later.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html
"""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.dead_letter_queue import DeadLetterQueue
from infra.findings import acknowledge_wildcard
from infra.function import Function
from infra.pipelines import CALL_AGE, RETRIES


class Schedules(Construct):
    """`function` is called for a run; `keeper` keeps the group as users want it."""

    def __init__(self, scope: Construct, *, function: Function, keeper: Function) -> None:
        super().__init__(scope, "Schedules")
        self.failures = DeadLetterQueue(self, "Failures")
        self.group = scheduler.CfnScheduleGroup(self, "Group")
        self._every = Stack.of(self).format_arn(
            service="scheduler", resource="schedule", resource_name=f"{self.group.ref}/*"
        )
        function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.failures),
            max_event_age=CALL_AGE,
            retry_attempts=RETRIES,
        )
        role = self._calling_role(function)
        self._allow_keeping(keeper, function, role)
        self._allow(function, "DeleteSchedule")  # what its owner has deleted

    def _calling_role(self, function: Function) -> iam.Role:
        own = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        role = iam.Role(
            self,
            "Role",
            description="EventBridge Scheduler calls for the runs of scheduled reports as this.",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=own),
        )
        _grant(role, "lambda:InvokeFunction", function.function_arn)
        _grant(role, "sqs:SendMessage", self.failures.queue_arn)
        return role

    def _allow_keeping(self, keeper: Function, function: Function, role: iam.Role) -> None:
        self._allow(keeper, "CreateSchedule", "UpdateSchedule", "DeleteSchedule")
        iam.Grant.add_to_principal(
            grantee=keeper,
            actions=["iam:PassRole"],
            resource_arns=[role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        )
        _grant(keeper, "lambda:InvokeFunction", function.function_arn)  # what Scheduler is late for
        for name, value in {
            "SCHEDULED_REPORT_FUNCTION_ARN": function.function_arn,
            "SCHEDULED_REPORT_ROLE_ARN": role.role_arn,
            "SCHEDULED_REPORT_QUEUE_ARN": self.failures.queue_arn,
        }.items():
            keeper.add_environment(name, value)

    def _allow(self, function: Function, *operations: str) -> None:
        function.add_environment("SCHEDULE_GROUP", self.group.ref)
        for operation in operations:
            _grant(function, f"scheduler:{operation}", self._every)
        group = Stack.of(self).get_logical_id(self.group)
        pattern = (
            f"arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<{group}>/*"
        )
        assert function.role is not None  # each has one of its own
        acknowledge_wildcard(function.role, pattern, "The schedules of one group.")


def _grant(grantee: iam.IGrantable, action: str, resource: str) -> None:
    iam.Grant.add_to_principal(grantee=grantee, actions=[action], resource_arns=[resource])
