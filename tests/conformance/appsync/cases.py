"""The cases: YAML files of steps with what each step is answered.

A case without `steps` is one step itself. `${name}` in any string is replaced when the case runs.
The tags of expectations are explained in the README beside this file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conformance.appsync.expectation import UUID, AtLeast, Bound, JsonText, Matcher

CASES = Path(__file__).parent / "cases"
SOURCES = {
    "D": "AWS documents it",
    "R": "seen on the real service",
    "C": "clients rely on it",
    "S": "AWS is silent: our choice",
}
OF_A_CASE = {"name", "source", "case", "needs", "api", "steps"}


@dataclass(frozen=True)
class Case:
    """One fact about the service."""

    file: str
    name: str
    source: str  # a key of SOURCES
    api: str
    needs: frozenset[str]  # what the target must offer
    steps: list[dict[str, Any]]
    number: int | None  # of the specification's list of cases

    @property
    def id(self) -> str:
        return f"{self.file}::{self.name}"


def all_cases() -> list[Case]:
    """Every case of every file, in order."""
    return [case for path in sorted(CASES.glob("*.yaml")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    content = yaml.load(path.read_text(), Loader=Loader)  # noqa: S506  # a SafeLoader with tags
    for given in content["cases"]:
        step = {key: value for key, value in given.items() if key not in OF_A_CASE}
        if step and "steps" in given:
            raise ValueError(f"{path.name}: '{given['name']}' has steps and {sorted(step)}.")
        if given["source"] not in SOURCES:
            raise ValueError(f"{path.name}: the source of '{given['name']}' is none of {SOURCES}.")
        yield Case(
            file=path.stem,
            name=given["name"],
            source=given["source"],
            api=given.get("api", content["api"]),
            needs=frozenset([*content.get("needs", []), *given.get("needs", [])]),
            steps=given.get("steps", [step]),
            number=given.get("case"),
        )


class Loader(yaml.SafeLoader):
    """YAML with the tags of expectations."""


def _tag(name: str) -> Any:
    """Registers what a tag makes of its value."""

    def register(make: Any) -> Any:
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
    tag = yaml.resolver.Resolver().resolve(yaml.ScalarNode, node.value, (True, False))
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
    return str(parts.get("before", "")) + parts["text"] * parts["count"] + parts.get("after", "")


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
