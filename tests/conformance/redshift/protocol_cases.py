"""Reading the facts about the protocol, and comparing answers with them.

A case is a list of calls; a call names its operation and says what is answered. What an answer
holds besides does not matter. `save` keeps members of an answer under names for later calls.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "protocol"
_MEMBERS = {"input", "answer", "error", "message", "status", "save", "absent", "body", "target"}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_KINDS: dict[str, type | tuple[type, ...]] = {
    "<text>": str,
    "<number>": (int, float),
    "<integer>": int,
    "<list>": list,
}


@dataclass(frozen=True)
class Call:
    """One call. `error` is the wire's `__type`; `absent` are members that must not be there."""

    operation: str
    document: dict[str, Any]


@dataclass(frozen=True)
class ProtocolCase:
    """One fact."""

    name: str
    calls: list[Call]


def protocol_cases() -> list[ProtocolCase]:
    """Every case of every file."""
    return [
        _case(path.stem, document)
        for path in sorted(FOLDER.glob("*.yaml"))
        for document in yaml.safe_load(path.read_text())
    ]


def _case(subject: str, document: dict[str, Any]) -> ProtocolCase:
    calls = []
    for item in document["calls"]:
        ((operation, call),) = item.items()
        unknown = set(call) - _MEMBERS
        assert not unknown, f"{document['name']}: {unknown}"
        calls.append(Call(operation, call))
    return ProtocolCase(f"{subject}: {document['name']}", calls)


def filled(value: Any, saved: dict[str, Any]) -> Any:
    """The value with `${name}` replaced by what was saved under the name."""
    if isinstance(value, dict):
        return {key: filled(item, saved) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, saved) for item in value]
    if not isinstance(value, str):
        return value
    if whole := re.fullmatch(r"\$\{(\w+)\}", value):
        return saved[whole[1]]
    return re.sub(r"\$\{(\w+)\}", lambda match: str(saved[match[1]]), value)


def like(expected: Any, got: Any) -> Any:
    """What was expected, where it leaves nothing open or what came does not fit; else what came."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return {key: like(value, got.get(key)) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [like(one, other) for one, other in zip(expected, got, strict=True)]
    if expected == "<uuid>" and isinstance(got, str) and _UUID.fullmatch(got):
        return got
    if isinstance(expected, str) and expected in _KINDS and isinstance(got, _KINDS[expected]):
        return got
    return expected


def shown(expected: Any, got: Any) -> Any:
    """The part of what came that was asked about."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return {key: shown(value, got.get(key)) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [shown(one, other) for one, other in zip(expected, got, strict=True)]
    return got
