"""The cases: YAML files of steps with what each step is answered.

A case without `steps` is one step itself. `${name}` in any string is replaced when the case runs.
The tags of expectations are explained in the README beside this file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conformance.appsync.tags import Loader

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
    content = yaml.load(path.read_text(), Loader=Loader)  # a SafeLoader with tags
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
