"""Who loses a group is delivered nothing more that its members alone may see, within a minute.

AppSync checks who subscribes once, at the start. So before something is pushed to the members of
groups, it is told who these are, unless it was told lately, and ends the subscriptions of all
others (resolvers/keep_calendar_members.js, resolvers/keep_pipeline_members.js).
https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-invalidation.html
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

# Half of the minute: who may subscribe is known from what is up to half a minute old, too.
TOLD_FOR_SECONDS = 30.0


class MembersTold:
    """members: answers those of a group. keep: ends the subscriptions of all others to what it is.

    A Lambda's clocks may stand still between invocations, but that on the wall is put right.
    """

    def __init__(
        self,
        members: Callable[[str], Sequence[str]],
        keep: Callable[[str, Sequence[str]], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._members = members
        self._keep = keep
        self._now = now
        self._told_at: dict[str, float] = {}
        self._locks: dict[str, Lock] = defaultdict(Lock)

    def before(self, name: str, groups: Iterable[str]) -> None:
        """See to it that only members of these groups are subscribed to what has that name."""
        with self._locks[name]:
            begun = self._now()
            told_at = self._told_at.get(name, float("-inf"))
            if 0 <= begun - told_at < TOLD_FOR_SECONDS:
                return
            self._keep(name, sorted({each for group in groups for each in self._members(group)}))
            self._told_at[name] = begun
