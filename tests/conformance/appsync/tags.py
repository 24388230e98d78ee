"""The tags of the cases' YAML: matchers, what abbreviates an entry of `errors`, and long texts.

The README beside this file lists them.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import yaml

from tests.conformance.appsync.expectation import UUID, AtLeast, Bound, JsonText, Matcher

Make = TypeVar("Make", bound=Callable[[Any], Any])


class Loader(yaml.SafeLoader):
    """YAML with the tags of expectations."""


def _tag(name: str) -> Callable[[Make], Make]:
    """Registers what a tag makes of its value."""

    def register(make: Make) -> Make:
        def construct(loader: Loader, node: yaml.Node) -> Any:
            if isinstance(node, yaml.MappingNode):
                return make(loader.construct_mapping(node, deep=True))
            if isinstance(node, yaml.SequenceNode):
                return make(loader.construct_sequence(node, deep=True))
            return make(yaml.SafeLoader.construct_object(loader, _plain(node)))

        Loader.add_constructor(name, construct)
        return make

    return register


def _plain(node: yaml.Node) -> yaml.ScalarNode:
    """The node as if it had no tag."""
    resolve: Any = yaml.resolver.Resolver().resolve  # types-PyYAML does not say
    tag = resolve(yaml.ScalarNode, node.value, (True, False))
    return yaml.ScalarNode(tag, node.value)


@_tag("!any")
def _any(_: Any) -> Matcher:
    return Matcher("anything", lambda got: True)


@_tag("!uuid")
def _uuid(_: Any) -> Matcher:
    return Matcher("a UUID", lambda got: isinstance(got, str) and bool(UUID.fullmatch(got)))


@_tag("!integer")
def _integer(_: Any) -> Matcher:
    return Matcher("an integer", lambda got: re.fullmatch(r"-?\d+", str(got)) is not None)


@_tag("!text")
def _text(_: Any) -> Matcher:
    return Matcher("some text", lambda got: isinstance(got, str) and got != "")


@_tag("!match")
def _match(pattern: str) -> Matcher:
    return Matcher(
        f"text that matches {pattern}",
        lambda got: isinstance(got, str) and re.search(pattern, got) is not None,
    )


@_tag("!absent")
def _absent(_: Any) -> Matcher:
    return Matcher("nothing", lambda got: got is None)


@_tag("!has")
def _has(entries: dict[str, Any]) -> AtLeast:
    return AtLeast(entries)


@_tag("!json")
def _json(value: Any) -> JsonText:
    return JsonText(value)


@_tag("!json_has")
def _json_has(entries: dict[str, Any]) -> JsonText:
    return JsonText(AtLeast(entries))


@_tag("!same")
def _same(name: str) -> Bound:
    return Bound(name)


@_tag("!other")
def _other(name: str) -> Bound:
    return Bound(name, differs=True)


@_tag("!long")
def _long(length: int) -> str:
    return "x" * length


@_tag("!times")
def _times(parts: dict[str, Any]) -> str:
    return f"{parts.get('before', '')}{parts['text'] * parts['count']}{parts.get('after', '')}"


@_tag("!field")
def _field(given: dict[str, Any]) -> dict[str, Any]:
    """An error of a field, with all the keys that it has."""
    return {"data": None, "errorInfo": None, "locations": _locations(given)} | _without_at(given)


@_tag("!engine")
def _engine(given: dict[str, Any]) -> dict[str, Any]:
    """An error that the engine made when it completed a value: path, message, no locations."""
    return {"locations": None} | given


@_tag("!validation")
def _validation(given: Any) -> dict[str, Any]:
    """An error of validation or of a variable: no errorType."""
    entry = given if isinstance(given, dict) else {"message": given}
    return {"path": None, "locations": _locations(entry)} | _without_at(entry)


def _locations(given: dict[str, Any]) -> Any:
    line, column = given.get("at", [_integer(""), _integer("")])
    return [{"line": line, "column": column, "sourceName": None}]


def _without_at(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != "at"}
