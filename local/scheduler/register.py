"""All schedules of all groups, read through the ordinary scheduler API.

A listing says which schedules have changed, so only those are read. CloudFormation of the emulator
changes them without a new modification date: each look also reads the few read longest ago.
"""

from collections.abc import Callable
from typing import Any

from core.schedule import InvalidSchedule
from local.scheduler.stored import StoredSchedule, stored_schedule

READ_AGAIN = 5  # schedules at each look
# The emulator cuts a listing off at MaxResults and offers no NextToken, so it is asked for all.
PAGE_SIZE = 100_000


class Register:
    """
    client: boto3's for the scheduler.
    report: takes a line for the log.
    """

    def __init__(self, client: Any, report: Callable[[str], None]) -> None:
        self.client = client
        self.report = report
        self.marks: dict[str, tuple[Any, ...]] = {}  # by ARN; those read longest ago come first
        self.schedules: dict[str, StoredSchedule] = {}  # by ARN; only those that can be fired
        self.complaints: dict[str, str] = {}  # by ARN

    def look(self) -> dict[str, StoredSchedule]:
        """What there is now, by ARN."""
        pages = self.client.get_paginator("list_schedules").paginate(
            PaginationConfig={"PageSize": PAGE_SIZE}
        )
        listed = {each["Arn"]: each for page in pages for each in page["Schedules"]}
        for arn in self.marks.keys() - listed.keys():
            self.forget(arn)
        changed = [arn for arn, each in listed.items() if self.marks.get(arn) != mark(each)]
        for arn in dict.fromkeys([*changed, *list(self.marks)[:READ_AGAIN]]):
            self.read(listed[arn])
        return self.schedules

    def read(self, summary: Any) -> None:
        arn = summary["Arn"]
        self.marks.pop(arn, None)
        try:
            description = self.client.get_schedule(
                Name=summary["Name"], GroupName=summary["GroupName"]
            )
        except self.client.exceptions.ResourceNotFoundException:  # deleted since it was listed
            self.forget(arn)
            return
        self.marks[arn] = mark(summary)
        try:
            self.schedules[arn] = stored_schedule(description)
            self.complaints.pop(arn, None)
        except InvalidSchedule as error:
            self.schedules.pop(arn, None)
            self.complain(arn, f"{arn} is never fired: {error}")

    def complain(self, arn: str, words: str) -> None:
        """Once, however often it is read."""
        if self.complaints.get(arn) != words:
            self.complaints[arn] = words
            self.report(words)

    def forget(self, arn: str) -> None:
        for known in (self.marks, self.schedules, self.complaints):
            known.pop(arn, None)


def mark(summary: Any) -> tuple[Any, ...]:
    """What of a listed schedule tells that it is another than before."""
    dates = summary["CreationDate"], summary["LastModificationDate"]
    return (*dates, summary["State"], summary["Target"]["Arn"])
