"""Live subscriptions of one API, found by the values that they filter on.

What does not match an event costs nothing: subscriptions lie in buckets by their equalities, and
an event opens one bucket for each combination of fields that is filtered on at all.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local.appsync.graphql.selection import SelectedField
from local.appsync.realtime.event import Projection
from local.appsync.realtime.filters import (
    Alternative,
    Condition,
    Path,
    look_up,
    text_key,
    typed_key,
)

_Route = tuple[bool, tuple[Path, ...]]


@dataclass(eq=False, slots=True)
class Subscription:
    """One started subscription."""

    field_name: str
    projection: Projection
    alternatives: list[Alternative]
    deliver: Callable[[bytes], None]  # takes the payload's JSON


@dataclass(slots=True)
class _Bucket:
    """The alternatives with the same equalities: those that suffice, and those that ask more."""

    unconditional: dict[Subscription, None] = field(default_factory=dict)
    conditional: dict[tuple[Subscription, int], tuple[Condition, ...]] | None = None  # None: empty


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
    _routes: dict[str, dict[_Route, dict[tuple[Any, ...], _Bucket]]] = field(default_factory=dict)

    def add(self, subscription: Subscription) -> None:
        """From now on the subscription gets its events."""
        routes = self._routes.setdefault(subscription.field_name, {})
        for number, alternative in enumerate(subscription.alternatives):
            buckets = routes.setdefault((alternative.by_text, alternative.paths), {})
            bucket = buckets.setdefault(alternative.keys, _Bucket())
            if not alternative.conditions:
                bucket.unconditional[subscription] = None
                continue
            bucket.conditional = bucket.conditional or {}
            bucket.conditional[subscription, number] = alternative.conditions
        self.counts.subscriptions += 1

    def remove(self, subscription: Subscription) -> None:
        """From now on it gets none; empty buckets go too."""
        routes = self._routes[subscription.field_name]
        for number, alternative in enumerate(subscription.alternatives):
            route = (alternative.by_text, alternative.paths)
            bucket = routes.get(route, {}).get(alternative.keys)
            if bucket is None:
                continue  # an equal alternative took it along
            bucket.unconditional.pop(subscription, None)
            if bucket.conditional:
                bucket.conditional.pop((subscription, number), None)
            if not bucket.unconditional and not bucket.conditional:
                del routes[route][alternative.keys]
            if not routes[route]:
                del routes[route]
        if not routes:
            del self._routes[subscription.field_name]
        self.counts.subscriptions -= 1

    def has(self, field_name: str) -> bool:
        """Whether anybody is subscribed to a field."""
        return field_name in self._routes

    def publish(self, field_name: str, event: Any) -> None:
        """Deliver an event to all who want it; encoded once for each distinct selection."""
        payloads: dict[SelectedField, bytes | None] = {}
        for subscription in self._matching(field_name, event):
            selected = subscription.projection.field
            if selected not in payloads:
                payloads[selected] = subscription.projection.payload(event)
            payload = payloads[selected]
            if payload is not None:
                subscription.deliver(payload)
                self.counts.deliveries += 1

    def _matching(self, field_name: str, event: Any) -> Iterable[Subscription]:
        """Who wants an event, each once."""
        buckets = list(self._buckets(field_name, event))
        if len(buckets) == 1 and not buckets[0].conditional:
            return buckets[0].unconditional
        found: dict[Subscription, None] = {}
        for bucket in buckets:
            found |= bucket.unconditional
            for (subscription, _), conditions in (bucket.conditional or {}).items():
                if all(condition.holds(event) for condition in conditions):
                    found[subscription] = None
        return found

    def _buckets(self, field_name: str, event: Any) -> Iterator[_Bucket]:
        for (by_text, paths), buckets in self._routes.get(field_name, {}).items():
            if not by_text and isinstance(event, list):
                continue  # enhanced filters ignore an event whose root is a list
            key = text_key if by_text else typed_key
            bucket = buckets.get(tuple(key(look_up(event, path)) for path in paths))
            if bucket is not None:
                yield bucket
