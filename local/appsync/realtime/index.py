"""Subscriptions by the values that they filter on.

What does not match an event costs nothing: subscriptions lie in buckets by their equalities, and
an event opens one bucket for each combination of fields that is filtered on at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from local.appsync.realtime.filters import (
    Alternative,
    Condition,
    Path,
    look_up,
    text_key,
    typed_key,
)

Route = tuple[bool, tuple[Path, ...]]
T = TypeVar("T")


@dataclass(slots=True)
class _Bucket(Generic[T]):
    """The alternatives with the same equalities: those that suffice, and those that ask more."""

    unconditional: dict[T, None] = field(default_factory=dict)
    conditional: dict[tuple[T, int], tuple[Condition, ...]] | None = None  # None: empty


class Index(Generic[T]):
    """Who wants which events of each subscription field."""

    __slots__ = ("_routes",)

    def __init__(self) -> None:
        self._routes: dict[str, dict[Route, dict[tuple[Any, ...], _Bucket[T]]]] = {}

    def add(self, field_name: str, one: T, alternatives: list[Alternative]) -> None:
        """From now on it wants what any of the alternatives does."""
        routes = self._routes.setdefault(field_name, {})
        for number, alternative in enumerate(alternatives):
            buckets = routes.setdefault((alternative.by_text, alternative.paths), {})
            bucket = buckets.setdefault(alternative.keys, _Bucket())
            if not alternative.conditions:
                bucket.unconditional[one] = None
                continue
            bucket.conditional = bucket.conditional or {}
            bucket.conditional[one, number] = alternative.conditions

    def remove(self, field_name: str, one: T, alternatives: list[Alternative]) -> None:
        """Undo an `add`; empty buckets go too."""
        routes = self._routes.get(field_name, {})
        for number, alternative in enumerate(alternatives):
            route = (alternative.by_text, alternative.paths)
            bucket = routes.get(route, {}).get(alternative.keys)
            if bucket is None:
                continue  # an equal alternative took it along
            bucket.unconditional.pop(one, None)
            if bucket.conditional:
                bucket.conditional.pop((one, number), None)
            if not bucket.unconditional and not bucket.conditional:
                del routes[route][alternative.keys]
            if not routes[route]:
                del routes[route]
        if not routes:
            self._routes.pop(field_name, None)

    def has(self, field_name: str) -> bool:
        """Whether anybody may want an event of a field."""
        return field_name in self._routes

    def matching(self, field_name: str, event: Any) -> Iterable[T]:
        """Who wants an event, each once."""
        buckets = list(self._buckets(field_name, event))
        if len(buckets) == 1 and not buckets[0].conditional:
            return buckets[0].unconditional
        found: dict[T, None] = {}
        for bucket in buckets:
            found |= bucket.unconditional
            for (one, _), conditions in (bucket.conditional or {}).items():
                if all(condition.holds(event) for condition in conditions):
                    found[one] = None
        return found

    def _buckets(self, field_name: str, event: Any) -> Iterator[_Bucket[T]]:
        for (by_text, paths), buckets in self._routes.get(field_name, {}).items():
            if not by_text and isinstance(event, list):
                continue  # enhanced filters ignore an event whose root is a list
            key = text_key if by_text else typed_key
            bucket = buckets.get(tuple(key(look_up(event, path)) for path in paths))
            if bucket is not None:
                yield bucket
