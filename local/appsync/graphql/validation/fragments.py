"""Fragments as a whole: every one used, none within itself, and none a bomb.

Fragments that spread others twice select exponentially many fields; the numbers are worked out
without expanding anything, and what is beyond the limits never runs.
https://spec.graphql.org/October2021/#sec-Validation.Fragments
"""

from collections.abc import Iterator, Mapping

from graphql import FragmentDefinitionNode

from local.appsync.errors import BadRequest
from local.appsync.graphql.validation.report import Report
from local.appsync.graphql.validation.walk import Walk

MAX_SELECTED_FIELDS = 20_000  # with fragments expanded; 15,000 tokens hold fewer without
MAX_DEPTH = 100  # of selection sets, with fragments expanded; AppSync limits depth to 75 at most


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
    _check_size(operations, spreads.fragments, order)
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


def _check_size(operations: list[Walk], fragments: Mapping[str, Walk], order: list[str]) -> None:
    fields: dict[str, int] = {}
    depths: dict[str, int] = {}

    def measure(walk: Walk) -> tuple[int, int]:
        expanded = walk.fields + sum(fields[spread.name] for spread in walk.spreads)
        deepest = [walk.depth, *(spread.depth + depths[spread.name] for spread in walk.spreads)]
        return expanded, max(deepest)

    for name in order:
        fields[name], depths[name] = measure(fragments[name])
    for walk in operations:
        expanded, depth = measure(walk)
        if expanded > MAX_SELECTED_FIELDS:
            raise BadRequest(
                f"The operation selects {_count(expanded)} fields once its fragments are expanded; "
                f"it may select {MAX_SELECTED_FIELDS:,}. Spread fewer fragments."
            )
        if depth > MAX_DEPTH:
            text = f"The operation is {depth:,} levels deep; it may have {MAX_DEPTH}."
            raise BadRequest(f"{text} Ask for less at once.")


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**9 else "over 1,000,000,000"
