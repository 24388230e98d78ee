"""When a query is looked at again, before the sweeper comes: a moment later, or at its timeout.

What Redshift had no room for is tried again after a pause that grows, and is drawn by chance from
all that it may be, so that those who were refused together do not come back together.
https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
"""

import random
from datetime import timedelta

from core.context import Context
from core.query import QueryRecord

FIRST_PAUSE = timedelta(seconds=2)  # at most, before the first retry; doubled before each further
LONGEST_PAUSE = timedelta(minutes=1)  # by then the sweeper comes
LONGEST_DELAY = timedelta(minutes=15)  # of an SQS message
A_MOMENT = timedelta(seconds=1)


def look_again(context: Context, record: QueryRecord, attempt: int = 0) -> None:
    """Have the query looked at again, if there is anything that a look may bring about.

    attempt: how often it was tried to find room for it before.
    """
    if record.is_in_line:
        context.revisits.ask(record.query.id, pause(attempt), attempt)
    elif not record.query.status.is_final and not record.is_to_stop and record.times_out_at:
        left = max(record.times_out_at - context.now(), timedelta(0)) + A_MOMENT
        context.revisits.ask(record.query.id, min(left, LONGEST_DELAY), attempt)


def look_soon(context: Context, record: QueryRecord) -> None:
    """Have the query looked at in a moment: something may have happened that nobody tells it."""
    context.revisits.ask(record.query.id, A_MOMENT, 0)


def pause(attempt: int) -> timedelta:
    """Before the retry after so many."""
    longest = min(FIRST_PAUSE * (1 << min(attempt, 10)), LONGEST_PAUSE)
    return longest * random.random()
