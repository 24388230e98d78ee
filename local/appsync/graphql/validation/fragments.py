"""Fragments as a whole: every one used, none within itself, and none a bomb.

Fragments that spread others twice select exponentially many fields; the numbers are worked out
without expanding anything, and what is beyond the limits never runs.
https://spec.graphql.org/October2021/#sec-Validation.Fragments
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import FragmentDefinitionNode

from local.appsync.errors import BadRequest
from local.appsync.graphql.validation.report import Report
from local.appsync.graphql.validation.walk import Walk

MAX_SELECTED_FIELDS = 20_000  # with fragments expanded; 15,000 tokens hold fewer without
MAX_DEPTH = 150  # of objects and lists in an answer: of 75 lists of objects, AppSync's own limit
MAX_NESTING = 200  # of selection sets and fragments within each other, as the parser has it

TOO_DEEP_INTROSPECTION = 3  # lists of the meta types within each other, as graphql-core has it


class Spreads:
    """Which fragment spreads which."""

    def __init__(self, fragments: Mapping[str, Walk], report: Report) -> None:
        self.fragments = fragments
        self.report = report

    def reachable(self, walk: Walk) -> Iterator[Walk]:
        """A definition and every fragment it spreads, directly or not, each once."""
        yield walk
        waiting = [spread.name for spread in walk.spreads]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                fragment = self.fragments[name]
                self.report.spend(1 + len(fragment.spreads))
                yield fragment
                waiting.extend(spread.name for spread in fragment.spreads)


def check_fragments(
    nodes: list[FragmentDefinitionNode], operations: list[Walk], spreads: Spreads
) -> bool:
    """Report unused fragments and cycles; whether every fragment is finite.

    Raises:
        BadRequest: an operation selects too much, or too deeply.
    """
    order, cyclic = _ordered(spreads.fragments)
    for name in cyclic:
        node = next(node for node in nodes if node.name.value == name)
        spreads.report.add("FragmentCycle", "Fragment cycles not allowed", node, [name])
    used = _used(operations, spreads.fragments)
    for node in nodes:
        if node.name.value not in used:
            text = f"Unused fragment {node.name.value}"
            spreads.report.add("UnusedFragment", text, node)
    if cyclic:
        return False
    _check_sizes(operations, spreads, order)
    return True


def _used(operations: list[Walk], fragments: Mapping[str, Walk]) -> set[str]:
    used: set[str] = set()
    waiting = [spread.name for walk in operations for spread in walk.spreads]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting.extend(spread.name for spread in fragments[name].spreads)
    return used


def _ordered(fragments: Mapping[str, Walk]) -> tuple[list[str], list[str]]:
    """Fragments after those they spread, and the ones that a cycle leads back to."""
    done: dict[str, None] = {}
    cyclic: dict[str, None] = {}
    for start in fragments:
        path = {start: iter(fragments[start].spreads)} if start not in done else {}
        while path:
            name = next(reversed(path))
            for spread in path[name]:
                if spread.name in path:
                    cyclic[spread.name] = None
                elif spread.name not in done:
                    path[spread.name] = iter(fragments[spread.name].spreads)
                    break
            else:
                path.pop(name)
                done[name] = None
    return list(done), list(cyclic)


def _check_sizes(operations: list[Walk], spreads: Spreads, order: list[str]) -> None:
    sizes: dict[str, _Size] = {}
    for name in order:
        sizes[name] = _size(spreads.fragments[name], sizes)
    for walk in operations:
        size = _size(walk, sizes)
        if size.fields > MAX_SELECTED_FIELDS:
            raise BadRequest(
                f"The operation selects {_count(size.fields)} fields with its fragments expanded; "
                f"it may select {MAX_SELECTED_FIELDS:,}. Spread fewer fragments."
            )
        if size.depth > MAX_DEPTH:
            text = f"The answer is {size.depth:,} objects and lists deep; it may be {MAX_DEPTH}."
            raise BadRequest(f"{text} Ask for less at once.")
        if size.nesting > MAX_NESTING:
            text = f"Fragments are {size.nesting:,} levels deep; they may be {MAX_NESTING}."
            raise BadRequest(f"{text} Spread fewer in each other.")
        if size.meta_depth >= TOO_DEEP_INTROSPECTION:
            raise BadRequest("Maximum introspection depth exceeded.")


@dataclass(slots=True)
class _Size:
    """What a definition holds with its fragments expanded."""

    fields: int
    depth: int
    nesting: int
    meta_depth: int


def _size(walk: Walk, sizes: Mapping[str, _Size]) -> _Size:
    inner = [(spread, sizes[spread.name]) for spread in walk.spreads]
    return _Size(
        walk.fields + sum(size.fields for _, size in inner),
        max([walk.depth, *(spread.depth + size.depth for spread, size in inner)]),
        max([walk.nesting, *(spread.nesting + size.nesting for spread, size in inner)]),
        max([walk.meta_depth, *(spread.meta_depth + size.meta_depth for spread, size in inner)]),
    )


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**9 else "over 1,000,000,000"
