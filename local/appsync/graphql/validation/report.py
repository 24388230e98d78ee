"""What validation finds, as entries of `errors` with the wording and shape of the service.

The bounds on errors and on work stand here, so that no rule has to think of hostile documents.
https://spec.graphql.org/October2021/#sec-Validation
"""

from collections.abc import Sequence
from typing import Any

from graphql.language import Node

from local.appsync.errors import BadRequest
from local.appsync.graphql.selection import location

MAX_ERRORS = 100  # graphql-java's own limit
MAX_CHARACTERS = 250_000  # of all messages: a path of long names would be repeated in each
MAX_STEPS = 60_000  # a document of 15,000 tokens takes fewer, unless it is made to take more


class EnoughErrors(Exception):
    """The report is full."""


class Report:
    """The violations of one document, in the order in which they are found."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.steps = 0
        self._characters = 0

    def add(
        self, kind: str, text: str, nodes: Node | Sequence[Node], path: Sequence[str] = ()
    ) -> None:
        """One violation: its kind in graphql-java, its text, where it stands.

        Raises:
            EnoughErrors: there are as many as are told.
        """
        places = [nodes] if isinstance(nodes, Node) else nodes
        suffix = f" @ '{'/'.join(path)}'" if path else ""
        self.entries.append(
            {
                "path": None,
                "locations": [location(node) for node in places],
                "message": f"Validation error of type {kind}: {text}{suffix}",
            }
        )
        self._characters += len(self.entries[-1]["message"])
        if len(self.entries) >= MAX_ERRORS or self._characters > MAX_CHARACTERS:
            raise EnoughErrors

    def spend(self, steps: int) -> None:
        """Count work whose amount is not bounded by the length of the document.

        Raises:
            BadRequest: it was too much.
        """
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise BadRequest(
                f"Validating the document takes more than {MAX_STEPS:,} steps; "
                "spread fewer fragments, or ask for less at once."
            )
