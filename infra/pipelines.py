"""The schedules of sql/pipelines: EventBridge Scheduler calls the function that runs them.

It calls at least once for each time, with that time, from which a run has its id. What it could not
hand over within an hour, or Lambda could not run, is kept: the function would not run it later.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html
"""

import json
from pathlib import Path
from typing import Any

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from infra.dead_letter_queue import DeadLetterQueue
from infra.findings import acknowledge_wildcard
from infra.function import Function, logical_id
from infra.stage import Stage

CALL_AGE = Duration.hours(1)  # core/pipelines/run.py runs nothing that is later
RETRIES = 2


class Pipelines(Construct):
    """`version`: of all schedules, which a catalogue must have to be published."""

    def __init__(
        self, scope: Construct, *, stage: Stage, catalogue: Path, function: Function
    ) -> None:
        super().__init__(scope, "Pipelines")
        self.failures = DeadLetterQueue(self, "Failures")
        function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.failures),
            max_event_age=CALL_AGE,
            retry_attempts=RETRIES,
        )
        self._role = self._calling_role(function)
        compiled = json.loads(catalogue.read_text(encoding="utf-8"))
        self.version: str = compiled["schedules"]
        for pipeline in compiled["pipelines"]:
            if pipeline["schedule"] and (stage.sample_data or not pipeline["sampleData"]):
                self._schedule(pipeline, function)

    def _schedule(self, pipeline: Any, function: Function) -> None:
        name = pipeline["name"]
        scheduler.Schedule(
            self,
            name,
            description=f"Runs the pipeline {name}.",
            schedule=scheduler.ScheduleExpression.expression(
                pipeline["schedule"], TimeZone.of(pipeline["timezone"])
            ),
            enabled=pipeline["enabled"],
            target=targets.LambdaInvoke(
                function,
                input=scheduler.ScheduleTargetInput.from_object(
                    {
                        "pipeline": name,
                        "scheduledAt": scheduler.ContextAttribute.scheduled_time,
                    }
                ),
                role=self._role,
                dead_letter_queue=self.failures,
                max_event_age=CALL_AGE,
                retry_attempts=RETRIES,
            ),
        )

    def _calling_role(self, function: Function) -> iam.Role:
        own = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        role = iam.Role(
            self,
            "Role",
            description="EventBridge Scheduler calls for the runs of pipelines as this role.",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=own),
        )
        acknowledge_wildcard(role, f"<{logical_id(function)}.Arn>:*", "Its own versions.")
        return role
