"""The README is complete: every error, every command, and links that lead somewhere."""

import re
from pathlib import Path

from core.errors import QuerycastError

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_every_error_is_explained() -> None:
    names = {error.__name__ for error in QuerycastError.__subclasses__()}
    assert {name for name in names if f"`{name}`" not in README} == set()


def test_every_link_into_the_repository_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"make ([a-z]+)", README))
    assert [name for name in targets if not re.search(rf"^{name}:.*## ", makefile, re.M)] == []
