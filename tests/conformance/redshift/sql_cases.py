"""Reading the facts about SQL: a statement, what goes before it, and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "sql"
_EXPECTED = {"row", "rows", "types", "names", "error", "changed"}
_MEMBERS = _EXPECTED | {"sql", "given", "values"}


@dataclass(frozen=True)
class SqlCase:
    """One fact. `expected` has the members of the file that say what is answered."""

    name: str
    sql: str
    given: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)


def sql_cases() -> list[SqlCase]:
    """Every case of every file."""
    return [
        _case(path.stem, document)
        for path in sorted(FOLDER.glob("*.yaml"))
        for document in yaml.safe_load(path.read_text())
    ]


def _case(subject: str, document: dict[str, Any]) -> SqlCase:
    unknown = set(document) - _MEMBERS
    assert not unknown, f"{subject}: {unknown} in {document}"
    given = list(_flat(document.get("given", [])))
    expected = {key: document[key] for key in _EXPECTED & set(document)}
    if "row" in expected:
        expected["rows"] = [expected.pop("row")]
    return SqlCase(
        name=f"{subject}: {' '.join(document['sql'].split())[:90]}",
        sql=document["sql"],
        given=given,
        values=document.get("values", {}),
        expected=expected,
    )


def _flat(given: list[Any]) -> Iterator[str]:
    """The statements of a list, which may begin with another one."""
    for item in given:
        if isinstance(item, list):
            yield from item
        else:
            yield item
