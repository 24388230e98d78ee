"""Prints docs/python/reference.md: all that users of the package see, from its docstrings.

python clients/python/reference.py > docs/python/reference.md     (or `make docs`)
"""

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from types import ModuleType
from typing import Any

from typer.main import get_command

import querycast
from querycast import errors, typed
from querycast.agenda.async_client import AsyncAgenda
from querycast.agenda.client import Agenda
from querycast.cli.app import app
from querycast.parameters import Value
from querycast.pipelines.async_client import AsyncPipelines
from querycast.pipelines.client import Pipelines

HEAD = """\
# Reference

Written by `make docs` from the docstrings: change those. The place to begin is the
[tutorial](tutorial.md).

`Value`, what a parameter may be, is `str | int | float | Decimal | bool | date | datetime | None`.
"""
MODULE = re.compile(r"\b(querycast|collections|datetime|pathlib|decimal|typing)\.(\w+\.)*(?=\w)")
FIELD = re.compile(r"^(\w+(?:, \w+)*): ")
WIDTH = 90  # of a signature in one line
WIRE = ("from_json", "to_json")  # for who speaks GraphQL


def reference() -> str:
    """The page."""
    parts = [HEAD, "## The package `querycast`", *_package(), "## Errors, `querycast.errors`"]
    parts += [_class(kind) for kind in _classes(errors)]
    parts += ["## Typed reports, `querycast.typed`", *(_class(kind) for kind in _classes(typed))]
    parts += ["## The command", *_commands(get_command(app), "querycast")]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _package() -> Iterator[str]:
    for name in querycast.__all__:
        value = getattr(querycast, name)
        if inspect.isclass(value):
            yield _class(value)
    for kind in (Agenda, AsyncAgenda, Pipelines, AsyncPipelines):
        yield _class(kind)


def _classes(module: ModuleType) -> list[type]:
    found = [value for value in vars(module).values() if inspect.isclass(value)]
    return [kind for kind in found if kind.__module__ == module.__name__]


def _class(kind: type) -> str:
    parts = [f"### {kind.__name__}", _text(kind)]
    if issubclass(kind, Enum):
        parts.append(", ".join(f"`{member.name}`" for member in kind))
        return "\n\n".join(parts)
    if not getattr(kind, "_is_protocol", False) and not issubclass(kind, Exception):
        parts.append(_signature(kind.__name__, kind))
    members = ((name, it) for name, it in vars(kind).items() if name[0] != "_" and it.__doc__)
    parts += [_member(name, it) for name, it in members if name not in WIRE]
    return "\n\n".join(part for part in parts if part)


def _member(name: str, value: Any) -> str:
    if isinstance(value, property):
        return f"#### .{name}\n\n{_text(value)}"
    function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
    if not inspect.isfunction(function):
        return ""  # a field; the signature and the docstring of its class have it
    return f"#### .{name}\n\n{_signature(name, function)}\n\n{_text(function)}"


def _signature(name: str, callable: Any) -> str:
    """In one line, or a parameter a line."""
    signature = inspect.signature(callable)
    parameters = [
        it for called, it in signature.parameters.items() if called not in ("self", "cls")
    ]
    line = _plain(signature.replace(parameters=parameters))
    if len(line) > WIDTH:
        written = [f"    {_plain(each)},\n" for each in parameters]
        named = next((n for n, it in enumerate(parameters) if it.kind is it.KEYWORD_ONLY), None)
        if named is not None:
            written.insert(named, "    *,\n")
        line = f"(\n{''.join(written)}){line[line.rindex(')') + 1 :]}"
    return f"```python\n{name}{line}\n```"


def _plain(written: Any) -> str:
    shown = MODULE.sub("", str(written)).replace("'", '"').replace(" -> None", "")
    return shown.replace(MODULE.sub("", str(Value)), "Value")


def _text(documented: Any) -> str:
    """The docstring, its fields as a list."""
    text = inspect.cleandoc(documented.__doc__ or "").replace("Raises:\n", "Raises:\n\n")
    lines = [FIELD.sub(r"- **\1**: ", inspect.cleandoc(line)) for line in _joined(text)]
    return "\n".join(lines)


def _joined(text: str) -> list[str]:
    """Lines, each with those that go on with it; what is indented goes on."""
    lines: list[str] = []
    for line in text.splitlines():
        goes_on = line.startswith("    ") and lines and FIELD.match(lines[-1].strip())
        if goes_on and not FIELD.match(line.strip()):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


def _commands(command: Any, called: str) -> Iterator[str]:
    for name, inner in getattr(command, "commands", {}).items():
        if getattr(inner, "commands", None):
            yield from _commands(inner, f"{called} {name}")
        else:
            yield _command(inner, f"{called} {name}")


def _command(command: Any, called: str) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    usage = " ".join([called, *(each.metavar or each.name.upper() for each in arguments)])
    listed = [f"- `{each.metavar or each.name.upper()}`: {each.help}" for each in arguments]
    listed += [f"- `{'`, `'.join(each.opts)}`: {each.help}" for each in options]
    return f"### {usage}\n\n{inspect.cleandoc(command.help)}\n\n" + "\n".join(listed)


if __name__ == "__main__":
    print(reference(), end="")
