"""What a case expects, compared with what came: exactly, but for the few places a matcher holds.

A matcher that holds is replaced by what came, so the difference shown is the difference there is.
In the YAML of the cases a matcher is a tag: `!uuid`, `!match "^da2-"`, `!field {...}`.
"""

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Matcher:
    """Holds or not for a value; `text` says in a difference what was expected."""

    text: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class AtLeast:
    """An object with at least these entries."""

    entries: dict[str, Any]


@dataclass(frozen=True)
class JsonText:
    """Text that is JSON of this value, however it is spaced and its keys are ordered."""

    value: Any


@dataclass(frozen=True)
class Bound:
    """The same value wherever this name stands in a case; `differs`: any other than that."""

    name: str
    differs: bool = False


class Bindings(dict[str, Any]):
    """What the names of a case's `Bound` places stand for."""

    def reconcile(self, expected: Any, got: Any) -> Any:
        """The expectation with every place that a matcher leaves open filled from what came."""
        if isinstance(expected, Matcher):
            return got if expected.holds(got) else f"<{expected.text}>"
        if isinstance(expected, Bound):
            return self._bound(expected, got)
        if isinstance(expected, AtLeast):
            return self._at_least(expected.entries, got)
        if isinstance(expected, JsonText):
            return self._json(expected.value, got)
        if isinstance(expected, dict):
            of_key = got.get if isinstance(got, dict) else {}.get
            return {key: self.reconcile(value, of_key(key)) for key, value in expected.items()}
        if isinstance(expected, list):
            items = got if isinstance(got, list) else []
            return [self.reconcile(e, g) for e, g in zip_longest(expected, items[: len(expected)])]
        return expected

    def _at_least(self, entries: dict[str, Any], got: Any) -> dict[str, Any]:
        found: dict[str, Any] = got if isinstance(got, dict) else {}
        filled = {key: self.reconcile(value, found.get(key)) for key, value in entries.items()}
        return found | {k: value for k, value in filled.items() if k in found or value is not None}

    def _json(self, value: Any, got: Any) -> Any:
        parsed = _parsed(got)
        wanted = self.reconcile(value, parsed)
        return got if _lines(wanted) == _lines(parsed) else json.dumps(wanted, default=repr)

    def _bound(self, place: Bound, got: Any) -> Any:
        if place.differs:
            return got if self.get(place.name) != got else f"<other than {got!r}>"
        return self.setdefault(place.name, got)


def difference(expected: Any, got: Any, bindings: Bindings) -> str:
    """Expected against got, as a unified difference of their JSON; empty if they agree."""
    wanted, came = _lines(bindings.reconcile(expected, got)), _lines(got)
    return "\n".join(difflib.unified_diff(wanted, came, "expected", "got", lineterm="", n=30))


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return f"no JSON text: {text!r}"


def _lines(value: Any) -> list[str]:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=repr).split("\n")
