"""The offsets of a time zone, for an engine that knows none.

https://docs.aws.amazon.com/appsync/latest/devguide/time-helpers-in-util-time-js.html
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_WEEK = timedelta(weeks=1)  # no zone changes its offset twice within one


@lru_cache(maxsize=64)
def offsets(name: str) -> list[list[int]] | None:
    """From when (ms since the epoch) which offset (minutes) holds; None: no such zone."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    found = [[0, _minutes(FIRST, zone)]]
    moment = FIRST
    while moment < LAST:
        later = moment + _WEEK
        if _minutes(later, zone) != found[-1][1]:
            changed = _change(moment, later, zone)
            found.append([int(changed.timestamp()) * 1000, _minutes(changed, zone)])
        moment = later
    return found


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the later offset."""
    target = _minutes(after, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _minutes(middle, zone) == target:
            after = middle
        else:
            before = middle
    return after


def _minutes(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds() // 60)
