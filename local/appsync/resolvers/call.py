"""One resolution of a field, what resolves it, and the `ctx` that it sees.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from local.appsync.auth.caller import Caller
from local.appsync.errors import FieldError
from local.appsync.graphql.coercion import Variables
from local.appsync.graphql.selection import SelectedField
from local.appsync.resolvers.batch import Batch
from local.appsync.resolvers.extensions import Extensions


@dataclass(frozen=True, slots=True)
class Request:
    """What a resolver may know of the request: its caller and its headers."""

    caller: Caller
    headers: Mapping[str, str | list[str]]  # lower-case names
    batches: dict[object, Batch] = field(default_factory=dict)  # still open, by who gathers them


@dataclass(slots=True)
class FieldCall:
    """One field to resolve; what its handlers keep, append and ask for gathers here."""

    selected: SelectedField
    arguments: dict[str, Any]
    source: Any
    variables: Variables
    request: Request
    environment: Mapping[str, str]
    stash: dict[str, Any] = field(default_factory=dict)
    previous: dict[str, Any] | None = None  # {"result": ...} of the step before, in a pipeline
    appended_errors: list[FieldError] = field(default_factory=list)
    extensions: Extensions = field(default_factory=Extensions)

    def context(self) -> dict[str, Any]:
        """`ctx`, which is also the event of a direct Lambda resolver."""
        return {
            "arguments": self.arguments,
            "identity": self.request.caller.identity,
            "source": self.source,
            "request": {"headers": self.request.headers, "domainName": None},
            "prev": self.previous,
            "info": {
                "selectionSetList": self.selected.selection_set_list,
                "selectionSetGraphQL": self.selected.selection_set_graphql,
                "fieldName": self.selected.name,
                "parentTypeName": self.selected.parent.name,
                "variables": self.variables,
            },
            "stash": self.stash,
        }


class Resolver(Protocol):
    """What gives a field its value."""

    async def resolve(self, call: FieldCall) -> Any:
        """The field's value; raises FieldError."""
        ...
