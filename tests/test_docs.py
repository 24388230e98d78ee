"""Documents are true where a machine can tell: links, sections, commands and files are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.M))
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
FILE = re.compile(r"`((?:tests|bench|infra|core|clients|local|sql)/[\w./-]+)`")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.stem)
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def sections(file: Path) -> set[str]:
    """The anchors that its headings have on GitHub."""
    headings = re.findall(r"^#+ (.*)$", file.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_link_leads_to_a_file_and_its_section(document: Path) -> None:
    for path, section in LINK.findall(document.read_text()):
        file = document.parent / path if path else document
        assert file.exists(), path
        assert not section or section in sections(file), f"{path}#{section}"


def test_every_command_of_make_is_there(document: Path) -> None:
    assert set(re.findall(r"(?:\$ |`)make ([a-z]+)(?![\w/])", document.read_text())) <= TARGETS


def test_every_file_that_is_named_is_there(document: Path) -> None:
    found = FILE.findall(document.read_text())
    assert [name for name in found if not (ROOT / name).exists()] == []
