"""The Python that the web application copies: it knows what can be no keyword of `client.run`."""

import re
from inspect import Parameter, signature
from keyword import kwlist
from pathlib import Path

from querycast import Client

ROOT = Path(__file__).parent.parent.parent
SNIPPETS = ROOT / "clients" / "web" / "src" / "features" / "reports" / "snippets.ts"


def names_of(constant: str) -> set[str]:
    """The words of a set of the module."""
    found = re.search(rf"const {constant} = new Set\((.*?)\)\n\n", SNIPPETS.read_text(), re.DOTALL)
    assert found is not None
    return set(re.findall(r"\b[A-Za-z_]{2,}\b", found[1].replace(r"split(/\s+/)", "")))


def test_it_knows_the_options() -> None:
    taken = signature(Client.run).parameters.values()

    assert names_of("OPTIONS") == {it.name for it in taken if it.kind is Parameter.KEYWORD_ONLY}


def test_it_knows_what_python_reserves() -> None:
    assert names_of("RESERVED") == set(kwlist)
