"""DynamoDB, the Data API and AppSync refuse a share of all calls: every query ends all the same.

    make soak ONLY=throttling

Clients go on asking while that lasts. No call is made more than three times, with pauses drawn by
chance; what then still fails is for the retries of Lambda, of the stream, and for the sweeper.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tests.integration.conftest import Person, new_person
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import IS_SOAK, sized
from tests.integration.faults.session import Follows, connected
from tests.integration.faults.throttle import Throttle, attempts, throttles
from tests.integration.wait import until

SHARES = (10, 50, 90) if IS_SOAK else (50,)  # per cent of the calls that are refused
QUERIES = sized(6, 1000)
TOGETHER = sized(6, 60)  # of them at the same time
PEOPLE = sized(1, 5)
REFUSED = sized(40, 4000)  # attempts, after which all pass; or all queries have ended before
LASTS = float(sized(30, 900))  # seconds, at most: what failed thrice may wait for a sweep
SWEPT_WITHIN = 120.0
CALLS_AT_MOST = 3  # core/aws/environment.py
PAUSES = 30  # so many tell whether they are drawn by chance


@pytest.fixture(scope="module")
def in_front(machinery: Machinery) -> Iterator[dict[str, Throttle]]:
    """In place for as long as these tests run, letting everything pass but what a test says."""
    with throttles(machinery) as found:
        yield found


@pytest.mark.parametrize("per_cent", SHARES)
@pytest.mark.parametrize("service", ["dynamodb", "redshift-data", "appsync"])
def test_whoever_throttles_every_query_ends(
    in_front: dict[str, Throttle], recorder: Recorder, ana: Person, service: str, per_cent: int
) -> None:
    throttle = in_front[service]
    throttle.calls.clear()
    recorder.fault(f"{service} refuses {per_cent} % of the calls")
    throttle.share = per_cent / 100
    try:
        asyncio.run(followed(recorder, ana, throttle))
    finally:
        throttle.share = 0.0
    recorder.judge()
    assert throttle.refused
    made = attempts(throttle.calls)
    assert max(map(len, made.values())) <= CALLS_AT_MOST
    print(f"\n{service}, {per_cent} % refused: {told(throttle)}")
    if len(first := pauses(throttle)) >= PAUSES:
        assert max(first) > 2 * min(first)


async def followed(recorder: Recorder, person: Person, throttle: Throttle) -> None:
    """Queries, some at a time: until all have ended, or the service has throttled long enough."""
    ends = time.monotonic() + LASTS
    outputs, numbers = recorder.machinery.outputs, itertools.count()
    people = [person, *(new_person(outputs, "analysts") for _ in range(PEOPLE - 1))]

    async def follow(place: int) -> None:
        async with connected(recorder, people[place % PEOPLE]) as session:
            while throttle.share and (number := next(numbers)) < QUERIES:
                await Follows(session, "instant", number=number).run()

    def is_enough() -> bool:
        is_late = time.monotonic() >= ends
        return is_late or throttle.refused >= REFUSED or following.done()

    following = asyncio.gather(*(follow(place) for place in range(TOGETHER)))
    await asyncio.to_thread(until, is_enough, 2 * LASTS)
    throttle.share = 0.0
    recorder.faults_ended()
    sweeping = partial(recorder.machinery.swept, recorder.query_ids)
    await asyncio.to_thread(until, sweeping, SWEPT_WITHIN)
    await following


def told(throttle: Throttle) -> str:
    """How many calls there were, and how often they were made."""
    made = attempts(throttle.calls)
    each = len(throttle.calls) / len(made)
    tries = f"{len(throttle.calls):,} attempts ({each:.2f})"
    return f"{len(made):,} calls by {tries}, {throttle.refused:,} refused"


def pauses(throttle: Throttle) -> list[float]:
    """Seconds between the first two attempts of each call that was made again."""
    again = (each for each in attempts(throttle.calls).values() if len(each) > 1)
    return [each[1].at - each[0].at for each in again]
