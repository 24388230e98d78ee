"""The YAML comment at the head of a report or pipeline, read so that every complaint has its line.

Scalars stay texts (YAML alone would make 2015-01-01 a date, 1.50 a float and `no` false): what a
text means is decided by the key that it is under.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import yaml

from core.coercion import spoken

TRUTH = {"true": True, "false": False}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in a file and what to do, and the line to look at."""

    line: int
    message: str


class NoFrontMatter(Exception):
    """The file does not begin with a comment that YAML can read as a mapping."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(line, message)


@dataclass
class Section:
    """A mapping of the front matter. Each reader takes one key and notes what is wrong with it."""

    node: yaml.MappingNode
    first_line: int
    problems: list[Problem] = field(default_factory=list)

    def check_keys(self, allowed: tuple[str, ...]) -> None:
        seen = set()
        for key, _ in self.node.value:
            name = str(key.value)
            if name not in allowed:
                self.refuse(key, f"unknown key {name!r}; the keys are {', '.join(allowed)}")
            elif name in seen:
                self.refuse(key, f"{name!r} is given twice; keep one")
            seen.add(name)

    def text(self, key: str) -> str | None:
        node = self.value(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            self.refuse(node, f"{key} must be a text; write {key}: text, or leave it out")
            return None
        return str(node.value).strip()

    def required_text(self, key: str, example: str) -> str:
        if self.value(key) is None:
            self.refuse(self.node, f"{key} is missing; add {key}: {example}")
        return self.text(key) or ""

    def integer(self, key: str, lowest: int, highest: int) -> int | None:
        text = self.text(key)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            self.refuse(
                self.value(key), f"{key}: {text} is not a whole number from {lowest} to {highest}"
            )
            return None
        return int(text)

    def duration(self, key: str, shortest: timedelta, longest: timedelta) -> timedelta | None:
        text = self.text(key)
        if text is None:
            return None
        matched = re.fullmatch(r"([0-9]{1,6})([smh])", text)
        length = timedelta(**{UNITS[matched[2]]: int(matched[1])}) if matched else None
        if length is None or not shortest <= length <= longest:
            bounds = f"from {spoken(shortest)} to {spoken(longest)}"
            self.refuse(self.value(key), f"{key}: {text} is no time {bounds}; write 90s, 5m or 2h")
            return None
        return length

    def boolean(self, key: str) -> bool | None:
        text = self.text(key)
        if text is not None and text not in TRUTH:
            self.refuse(self.value(key), f"{key}: {text} is neither true nor false")
        return TRUTH.get(text or "")

    def texts(self, key: str) -> list[str] | None:
        node = self.value(key)
        if node is None:
            return None
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        if not items or not all(isinstance(item, yaml.ScalarNode) for item in items):
            self.refuse(node, f"{key} must be a list; write {key}: [one, two], or leave it out")
            return None
        return [str(item.value) for item in items]

    def item_line(self, key: str, item: str) -> int:
        """The line in which a list has an item."""
        node = self.value(key)
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        found = next((each for each in items if each.value == item), node or self.node)
        return int(found.start_mark.line) + self.first_line

    def choice(self, key: str, words: Sequence[str]) -> str | None:
        text = self.text(key)
        if text is not None and text not in words:
            self.refuse(self.value(key), f"{key}: no {text!r}; take one of {', '.join(words)}")
            return None
        return text

    def section(self, key: str) -> "Section | None":
        node = self.value(key)
        if isinstance(node, yaml.MappingNode):
            return Section(node, self.first_line, self.problems)
        if node is not None:
            self.refuse(node, f"{key} must be a mapping; write {key}: {{...}}, or leave it out")
        return None

    def sections(self) -> Iterator[tuple[yaml.Node, str, "Section"]]:
        """Every key with a mapping under it: the key's node, the key, the mapping."""
        for key, _ in self.node.value:
            section = self.section(str(key.value))
            if section is not None:
                yield key, str(key.value), section

    def lines(self) -> dict[str, int]:
        """Every key and the line it is in."""
        return {str(key.value): key.start_mark.line + self.first_line for key, _ in self.node.value}

    def value(self, key: str) -> yaml.Node | None:
        return next((value for name, value in self.node.value if str(name.value) == key), None)

    def refuse(self, node: yaml.Node | None, message: str) -> None:
        line = (node or self.node).start_mark.line + self.first_line
        self.problems.append(Problem(line, message))


def split(text: str) -> tuple[Section, str]:
    """The front matter and the SQL after it, which keeps its line numbers (the rest is blank).

    Raises:
        NoFrontMatter: the file begins with something else, or YAML cannot read it.
    """
    matched = re.match(r"\s*/\*(.*?)\*/", text, re.DOTALL)
    if not matched:
        raise NoFrontMatter(1, "it does not begin with a /* YAML comment */; add one with a title")
    first_line = text.count("\n", 0, matched.start(1)) + 1
    blank = "\n" * text.count("\n", 0, matched.end())
    return Section(_mapping(matched[1], first_line), first_line), blank + text[matched.end() :]


def _mapping(text: str, first_line: int) -> yaml.MappingNode:
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise NoFrontMatter(first_line + line, f"not YAML: {error.problem}; mend it") from None
    except yaml.YAMLError as error:
        raise NoFrontMatter(first_line, f"not YAML: {error}; mend it") from None
    if not isinstance(node, yaml.MappingNode):
        raise NoFrontMatter(first_line, "the comment is no mapping; write title: and what follows")
    return node
