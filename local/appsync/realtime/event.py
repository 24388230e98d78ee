"""Events: a mutation field's result under the schema's names, projected for each subscription.

Everything comes from the mutation's selection set; no resolver runs for an event.
https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html
"""

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
)

from local.appsync.graphql.completion import FAILED, Completion, Place
from local.appsync.graphql.selection import SelectedField

MAX_PAYLOAD_BYTES = 240 * 1024


def event_of(field: SelectedField, value: Any, concrete_types: Mapping[int, str]) -> Any:
    """A completed value with field names instead of response keys.

    `concrete_types`: the type of each object (by its id) whose field has an abstract type.
    """
    if isinstance(value, list):
        return [event_of(field, item, concrete_types) for item in value]
    if not isinstance(value, dict):
        return value
    type_ = get_named_type(field.type)
    if not isinstance(type_, GraphQLObjectType):
        type_ = field.concrete_type(concrete_types[id(value)])
    event = {
        child.name: event_of(child, value[child.key], concrete_types)
        for child in field.selection(type_)
    }
    event["__typename"] = type_.name
    return event


class Projection:
    """What a subscription's field selects of an event, with the schema as it was at its start."""

    __slots__ = ("_schema", "field")

    def __init__(self, schema: GraphQLSchema, field: SelectedField) -> None:
        self._schema = schema
        self.field = field

    def payload(self, event: Any) -> bytes | None:
        """The JSON of a data frame's payload; None if it is too large to be delivered."""
        completion = _EventCompletion(self._schema)
        data: dict[str, Any] = {}
        place = Place(data, self.field.key, Place(None, "data", None, None), self.field)
        value = completion.complete(self.field.type, self.field, event, place)
        payload: dict[str, Any] = {"data": None if value is FAILED else {self.field.key: value}}
        if completion.errors:
            errors = completion.errors
            payload["errors"] = [{"message": e["message"], "path": e["path"]} for e in errors]
        encoded = orjson.dumps(payload)
        return encoded if len(encoded) <= MAX_PAYLOAD_BYTES else None


class _EventCompletion(Completion):
    """The values are completed already: leaves stay as they are."""

    def leaf(self, type_: GraphQLScalarType | GraphQLEnumType, value: Any) -> Any:
        return value
