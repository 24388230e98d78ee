"""One API, ready to answer: its schema, documents, resolvers and live subscriptions.

An Api never changes. When its definition does, another takes its place and inherits the registry,
so that subscriptions live on.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema

from local.appsync.auth.authorization import Authorities, Authorization
from local.appsync.auth.directives import access_rules
from local.appsync.definition import ApiDefinition
from local.appsync.errors import RequestError
from local.appsync.graphql.coercion import Variables
from local.appsync.graphql.documents import Documents, Operation
from local.appsync.graphql.execution import Execution, Limits
from local.appsync.graphql.schema import build_schema
from local.appsync.graphql.schema_rules import string_list
from local.appsync.graphql.selection import Fields, SelectedField
from local.appsync.realtime.event import event_of
from local.appsync.realtime.invalidation import Invalidations
from local.appsync.realtime.registry import Registry
from local.appsync.resolvers.build import build_resolvers
from local.appsync.resolvers.call import FieldCall, Request


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets: `data` and `errors`, and the headers that resolvers added."""

    body: dict[str, Any]
    headers: list[tuple[bytes, bytes]] = dataclasses.field(default_factory=list)


class Api:
    """What serves the requests of one API."""

    def __init__(
        self, definition: ApiDefinition, authorities: Authorities, registry: Registry
    ) -> None:
        """Raises DefinitionError when the definition has something that is not served."""
        self.definition = definition
        self.authorization = Authorization(definition, authorities)
        self.registry = registry
        self._environment = dict(definition.environment)
        self._limits = Limits(definition.depth_limit, definition.resolver_limit)
        self._documents: Documents | None = None
        self._triggers: dict[str, list[str]] = {}
        if definition.sdl is not None:
            schema = build_schema(definition.sdl)
            resolvers = build_resolvers(definition, schema, authorities.http)
            fields = Fields(schema, access_rules(schema, definition.providers), resolvers)
            self._documents = Documents(fields, definition.introspection)
            self._triggers = _triggers(schema)

    @property
    def documents(self) -> Documents:
        """The documents of the schema.

        Raises:
            RequestError: 502; there is no schema yet.
        """
        if self._documents is None:
            raise RequestError(502, "GraphQLSchemaException", "No schema definition exists.")
        return self._documents

    @property
    def has_schema(self) -> bool:
        """Whether requests can be answered."""
        return self._documents is not None

    async def execute(self, operation: Operation, variables: Variables, request: Request) -> Answer:
        """The answer to a query or a mutation; what a mutation gives is published."""
        names = {field.name for field in operation.selection(variables)}
        request = await self.permitted(request, operation.root.name, names)
        execution = Execution(operation, variables, request, self._limits, self._environment)
        answer = await execution.run(self._publish, Invalidations(self.registry).carry_out)
        return Answer(answer, execution.headers.encoded())

    async def permitted(self, request: Request, type_name: str, fields: set[str]) -> Request:
        """The request, its caller denied those of the root fields that IAM denies.

        Raises:
            RequestError: 401; all of them are.
        """
        caller = await self.authorization.permitted(request.caller, type_name, fields)
        return request if caller is request.caller else dataclasses.replace(request, caller=caller)

    def call(
        self,
        field: SelectedField,
        arguments: dict[str, Any],
        variables: Variables,
        request: Request,
    ) -> FieldCall:
        """The resolution of a root field, as at a subscription's start."""
        return FieldCall(field, arguments, None, variables, request, self._environment)

    def _publish(self, field: SelectedField, value: Any, concrete_types: Mapping[int, str]) -> None:
        names = [name for name in self._triggers.get(field.name, ()) if self.registry.has(name)]
        if not names:
            return
        event = event_of(field, value, concrete_types)
        for name in names:
            self.registry.publish(name, event)


def _triggers(schema: GraphQLSchema) -> dict[str, list[str]]:
    """Which subscription fields each mutation field publishes to: `@aws_subscribe`."""
    triggers: dict[str, list[str]] = {}
    fields = schema.subscription_type.fields if schema.subscription_type else {}
    for name, field in fields.items():
        for directive in (field.ast_node.directives or ()) if field.ast_node else ():
            if directive.name.value == "aws_subscribe":
                for mutation in string_list(directive, "mutations") or ():
                    triggers.setdefault(mutation, []).append(name)
    return triggers
