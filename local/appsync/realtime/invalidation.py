"""`extensions.invalidateSubscriptions`: a mutation ends subscriptions, and their connections.

Each ends as soon as the resolver that asked is done, before the mutation's own event is published,
so whoever lost a right does not get what comes next. A resolver that fails invalidates nothing.
https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-invalidation.html
"""

from typing import Any

import orjson

from local.appsync.errors import FieldError
from local.appsync.realtime.registry import Registry

MAX_INVALIDATIONS = 5  # different ones in one request


class Invalidations:
    """Those of one request."""

    __slots__ = ("_done", "_registry")

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._done: set[bytes] | None = None  # most requests have none

    def carry_out(self, asked: list[Any]) -> None:
        """End what is asked; what was asked before in this request is not done again.

        Raises:
            FieldError: one is not of the form it has to be, or there are too many; then none of
                these is carried out.
        """
        done = self._done or set()
        new = {orjson.dumps(_checked(one), option=orjson.OPT_SORT_KEYS): one for one in asked}
        if len(done | new.keys()) > MAX_INVALIDATIONS:
            raise FieldError(
                f"A request may invalidate subscriptions {MAX_INVALIDATIONS} times at most.",
                "SubscriptionInvalidationLimitExceeded",
            )
        self._done = done | new.keys()
        for key, one in new.items():
            if key not in done:
                self._registry.invalidate(one["subscriptionField"], one["payload"])


def _checked(asked: Any) -> Any:
    name = asked.get("subscriptionField") if isinstance(asked, dict) else None
    if not isinstance(name, str) or not isinstance(asked.get("payload"), dict):
        raise FieldError(
            "extensions.invalidateSubscriptions needs {subscriptionField, payload}: the name of "
            "a subscription field, and an object to compare with the invalidation filters.",
            "MappingTemplate",
        )
    return asked
