"""The schedules of EventBridge Scheduler that fire ours: one each, under the same id, in one group.

A rate is counted from its start date, which Scheduler takes until five minutes ago.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.agenda.schedule_services import Firing, Timer
from core.errors import TimerRefused

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"  # Scheduler puts the time there
CALL_AGE_SECONDS = 3_600  # core/left_out.py runs nothing that is later
RETRIES = 2


@dataclass(frozen=True)
class Target:
    """What is called for a run, as whom, and where what could not be handed over is kept: ARNs."""

    function: str
    role: str
    dead_letter_queue: str


class ScheduleGroup:
    """The group `name`, through boto3 clients, which few invocations need.

    scheduler: that of EventBridge Scheduler, of which no types are installed.
    """

    def __init__(
        self,
        scheduler: Callable[[], Any],
        functions: "Callable[[], LambdaClient]",
        name: str,
        target: Target,
    ) -> None:
        self._scheduler = scheduler
        self._functions = functions
        self._name = name
        self._target = target

    def set(self, timer: Timer) -> None:
        client, described = self._scheduler(), self._described(timer)
        try:
            try:
                client.update_schedule(**described)
            except client.exceptions.ResourceNotFoundException:
                client.create_schedule(**described)
        except (
            client.exceptions.ValidationException,
            client.exceptions.ServiceQuotaExceededException,
        ) as error:
            raise TimerRefused(error.response["Error"].get("Message", "")) from error

    def remove(self, schedule_id: str) -> None:
        client = self._scheduler()
        try:
            client.delete_schedule(Name=schedule_id, GroupName=self._name)
        except client.exceptions.ResourceNotFoundException:
            return

    def fire(self, firing: Firing) -> None:
        event = _event(firing.schedule, firing.version, firing.slot.isoformat())
        self._functions().invoke(
            FunctionName=self._target.function, InvocationType="Event", Payload=event.encode()
        )

    def _described(self, timer: Timer) -> Any:
        described: dict[str, Any] = {
            "Name": timer.schedule,
            "GroupName": self._name,
            "ScheduleExpression": timer.expression,
            "ScheduleExpressionTimezone": timer.timezone,
            "State": "ENABLED" if timer.is_on else "DISABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE" if timer.ends else "NONE",
            "Target": {
                "Arn": self._target.function,
                "RoleArn": self._target.role,
                "Input": _event(timer.schedule, timer.version, SCHEDULED_TIME),
                "DeadLetterConfig": {"Arn": self._target.dead_letter_queue},
                "RetryPolicy": {
                    "MaximumEventAgeInSeconds": CALL_AGE_SECONDS,
                    "MaximumRetryAttempts": RETRIES,
                },
            },
        }
        return described if timer.start is None else described | {"StartDate": timer.start}


def _event(schedule_id: str, version: int, scheduled_at: str) -> str:
    """What the function is called with (streams/scheduled_report.py)."""
    return json.dumps({"schedule": schedule_id, "version": version, "scheduledAt": scheduled_at})
