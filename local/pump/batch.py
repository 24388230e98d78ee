"""One batch of stream records, delivered with the promises of an event source mapping.

Retried, split, partially accepted and in the end given up exactly as AWS Lambda would. What invokes
the function, waits and disposes of what was given up comes from the caller.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

FIRST_PAUSE = 0.1  # seconds before the first retry, doubled before each further one
LONGEST_PAUSE = 10.0


@dataclass(frozen=True)
class Policy:
    """How a mapping treats failure.

    retries: after the first attempt; None retries for as long as the records live.
    max_age: seconds; None where records do not grow too old.
    """

    retries: int | None = None
    max_age: float | None = None
    bisects: bool = False
    reports_failures: bool = False


class FunctionError(Exception):
    """The function raised; this counts as an attempt."""


class NotInvoked(Exception):
    """The function was not reached, or was throttled; this does not count as an attempt."""


@dataclass(frozen=True)
class GivenUp:
    """Records that will not be delivered, and why.

    raised: the function raised at the last attempt, rather than reported failures or none at all.
    """

    records: Sequence[Record]
    condition: str
    attempts: int
    raised: bool


class Delivery:
    """
    invoke: takes records, answers the function's response; raises FunctionError, NotInvoked.
    give_up: takes what no longer is retried; after it has returned the records are done with.
    pause: waits that many seconds.
    now: the time, in seconds since 1970.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        invoke: Callable[[Sequence[Record]], Any],
        give_up: Callable[[GivenUp], None],
        pause: Callable[[float], None],
        now: Callable[[], float],
    ) -> None:
        self.policy = policy
        self.invoke = invoke
        self.give_up = give_up
        self.pause = pause
        self.now = now

    def deliver(self, records: Sequence[Record]) -> None:
        """Return when every record was either accepted by the function or given up, in order."""
        attempts, unreached, raised = 0, 0, False
        while records := self.without_old(records, attempts, raised):
            try:
                failed = self.failed_from(self.invoke(records), records)
                raised = False
            except FunctionError:
                failed, raised = 0, True
            except NotInvoked:
                unreached += 1
                self.pause(pause_before(unreached))
                continue
            if failed is None:
                return
            if failed > 0:  # progress: what is left is a batch of its own, tried once
                records, attempts = records[failed:], 0
            if failed > 0 and self.policy.bisects:  # and splitting does not count as a try
                continue
            if self.policy.bisects and len(records) > 1:
                middle = len(records) // 2
                self.deliver(records[:middle])
                self.deliver(records[middle:])
                return
            attempts += 1
            if self.policy.retries is not None and attempts > self.policy.retries:
                self.give_up(GivenUp(records, "RetryAttemptsExhausted", attempts, raised))
                return
            self.pause(pause_before(attempts))

    def failed_from(self, response: Any, records: Sequence[Record]) -> int | None:
        """Where the first failed record is; None where the function accepted all."""
        if not self.policy.reports_failures or not response:
            return None
        try:
            failures = response["batchItemFailures"] or []
            failed = {failure["itemIdentifier"] for failure in failures}
        except (TypeError, KeyError):
            return 0  # on AWS a response that is none means that all have failed
        places = {sequence_number(record): place for place, record in enumerate(records)}
        return min((places.get(each, 0) for each in failed), default=None)

    def without_old(
        self, records: Sequence[Record], attempts: int, raised: bool
    ) -> Sequence[Record]:
        if self.policy.max_age is None:
            return records
        oldest = self.now() - self.policy.max_age
        young = next((i for i, each in enumerate(records) if created(each) >= oldest), len(records))
        if young:
            self.give_up(GivenUp(records[:young], "RecordAgeExceeded", attempts, raised))
        return records[young:]


def pause_before(retry: int) -> float:
    return float(min(FIRST_PAUSE * 2 ** min(retry - 1, 10), LONGEST_PAUSE))


def sequence_number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def created(record: Record) -> float:
    """Seconds since 1970."""
    return float(record["dynamodb"]["ApproximateCreationDateTime"])
