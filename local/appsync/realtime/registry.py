"""Live subscriptions of one API: who gets an event, and whom an invalidation ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.appsync.graphql.selection import SelectedField
from local.appsync.realtime.event import Projection
from local.appsync.realtime.filters import Alternative
from local.appsync.realtime.index import Index


@dataclass(eq=False, slots=True)
class Subscription:
    """One started subscription."""

    field_name: str
    projection: Projection
    alternatives: list[Alternative]
    deliver: Callable[[bytes], None]  # takes the payload's JSON
    invalidated_by: list[Alternative] | None = None  # None: by nothing
    invalidate: Callable[[], None] | None = None  # ends it and its connection


@dataclass(slots=True)
class Counts:
    """What happened since the server started."""

    connections: int = 0
    subscriptions: int = 0
    deliveries: int = 0


@dataclass(slots=True)
class Registry:
    """Who gets which event."""

    counts: Counts = field(default_factory=Counts)
    _wanted: Index[Subscription] = field(default_factory=Index)
    _invalidating: Index[Subscription] = field(default_factory=Index)

    def add(self, subscription: Subscription) -> None:
        """From now on the subscription gets its events."""
        name = subscription.field_name
        self._wanted.add(name, subscription, subscription.alternatives)
        if subscription.invalidated_by is not None:
            self._invalidating.add(name, subscription, subscription.invalidated_by)
        self.counts.subscriptions += 1

    def remove(self, subscription: Subscription) -> None:
        """From now on it gets none."""
        name = subscription.field_name
        self._wanted.remove(name, subscription, subscription.alternatives)
        if subscription.invalidated_by is not None:
            self._invalidating.remove(name, subscription, subscription.invalidated_by)
        self.counts.subscriptions -= 1

    def has(self, field_name: str) -> bool:
        """Whether anybody is subscribed to a field."""
        return self._wanted.has(field_name)

    def publish(self, field_name: str, event: Any) -> None:
        """Deliver an event to all who want it; encoded once for each distinct selection."""
        payloads: dict[SelectedField, bytes | None] = {}
        for subscription in self._wanted.matching(field_name, event):
            selected = subscription.projection.field
            if selected not in payloads:
                payloads[selected] = subscription.projection.payload(event)
            payload = payloads[selected]
            if payload is not None:
                subscription.deliver(payload)
                self.counts.deliveries += 1

    def invalidate(self, field_name: str, payload: Any) -> None:
        """End the subscriptions whose invalidation filter the payload fulfils."""
        for subscription in list(self._invalidating.matching(field_name, payload)):
            if subscription.invalidate is not None:
                subscription.invalidate()
