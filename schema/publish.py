"""The fields that need no Lambda, as signatures: the push and what it reaches.

The push's input has the fields of the query it delivers, so it is made from that type.
"""

from dataclasses import fields, is_dataclass, make_dataclass
from types import NoneType
from typing import Any, Optional, get_args, get_origin, get_type_hints

from core.parameters import Parameter, ParameterInput
from core.query import QueryExecution
from core.report import ID

INPUTS: list[type] = []  # the input types made here


def input_of(kind: type, name: str) -> type:
    """An input type with the fields of a dataclass, the dataclasses inside it made inputs too."""
    hints = get_type_hints(kind)
    made = make_dataclass(
        name,
        [(field.name, _as_input(hints[field.name]), field) for field in fields(kind)],
        frozen=True,
        namespace={"__doc__": f"{_a(kind.__name__)}, as the publisher gives it."},
    )
    INPUTS.append(made)
    return made


def _a(name: str) -> str:
    return f"An {name}" if name[0] in "AEIOU" else f"A {name}"


def _as_input(hint: Any) -> Any:
    if hint is Parameter:
        return ParameterInput
    if isinstance(hint, type) and is_dataclass(hint):
        return input_of(hint, f"{hint.__name__}Input")
    if NoneType in get_args(hint):
        return Optional[_as_input(get_args(hint)[0])]  # noqa: UP045  # the hint is a value here
    if get_origin(hint) is list:
        return list[_as_input(get_args(hint)[0])]  # type: ignore[misc]  # the hint is a value here
    return hint


PublishQueryInput = input_of(QueryExecution, "PublishQueryInput")


def publish_query(input: PublishQueryInput) -> QueryExecution | None:  # type: ignore[valid-type]  # made above
    """Deliver a query as it is now to its subscribers (resolvers/publish_query.js)."""


def on_query_complete(id: ID) -> QueryExecution | None:
    """The end of one of the caller's queries, once; it need not be submitted yet."""


def on_query_change() -> QueryExecution | None:
    """Every change of any of the caller's queries."""
