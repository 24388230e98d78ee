"""Execution of an operation: fields with a resolver run at once, the rest is read from the parent.

Values are completed synchronously; what needs a resolver is left pending with its place and
filled in when its value comes, so a field without resolver costs no task.
https://spec.graphql.org/October2021/#sec-Execution
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLNonNull

from local.appsync.errors import FieldError, not_authorized
from local.appsync.graphql.coercion import Variables
from local.appsync.graphql.completion import FAILED, Completion, Place, default_value
from local.appsync.graphql.documents import Operation
from local.appsync.graphql.introspection import introspect
from local.appsync.graphql.selection import SelectedField
from local.appsync.resolvers.call import FieldCall, Request
from local.appsync.response_headers import ResponseHeaders

REQUEST_SECONDS = 30.0
MAX_RESOLVERS = 10_000
TIMED_OUT = "Execution timed out."

# A mutation's field, its value, and the types of objects in abstract places.
Publish = Callable[[SelectedField, Any, Mapping[int, str]], None]
# What a resolver of a mutation asked to invalidate; raises FieldError.
Invalidate = Callable[[list[Any]], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an API allows one request; 0 means AppSync's own limit."""

    depth: int = 0
    resolvers: int = 0


class Execution(Completion):
    """One operation for one caller."""

    def __init__(
        self,
        operation: Operation,
        variables: Variables,
        request: Request,
        limits: Limits,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(operation.schema)
        self._operation = operation
        self._variables = variables
        self._request = request
        self._environment = environment
        self._depth_limit = limits.depth
        self._resolvers_left = limits.resolvers or MAX_RESOLVERS
        self._deadline = asyncio.get_running_loop().time() + REQUEST_SECONDS
        self._pending: list[tuple[SelectedField, Any, Place]] = []
        self.headers = ResponseHeaders()

    async def run(self, publish: Publish, invalidate: Invalidate) -> dict[str, Any]:
        """The answer; `publish` learns of each mutation field as soon as it has its value."""
        self._invalidate = invalidate
        selection = self._operation.selection(self._variables)
        is_mutation = self._operation.kind == "mutation"
        data: dict[str, Any] = {}
        answer: dict[str, Any] = {"data": data}
        for fields in [[field] for field in selection] if is_mutation else [selection]:
            part = await self._root_fields(fields)
            if part is None:
                answer["data"] = None
                break
            data |= part
            if is_mutation and part[fields[0].key] is not None:
                publish(fields[0], part[fields[0].key], self.concrete_types)
        return answer | {"errors": self.errors} if self.errors else answer

    def field(self, field: SelectedField, source: Any, place: Place) -> Any:
        """A field's value if it needs no resolver; otherwise it is left pending."""
        if (refusal := self._refusal(field)) is not None:
            self.add_error(field, place, refusal)
            return FAILED if isinstance(field.type, GraphQLNonNull) else None
        if field.resolver is not None:
            place.nullable = not isinstance(field.type, GraphQLNonNull)
            self._pending.append((field, source, place))
            return None
        if field.name in ("__schema", "__type"):
            return introspect(self._operation, field, self._variables)
        return self.complete(field.type, field, default_value(field, source), place)

    async def _root_fields(self, fields: list[SelectedField]) -> dict[str, Any] | None:
        """Their values by response key; None when a null rose through the root."""
        holder: dict[str, Any] = {}
        place = Place(holder, "data", None, None)
        completed = self.object(self._operation.root, fields, None, place)
        holder["data"] = None if completed is FAILED else completed
        await self._settle()
        found: dict[str, Any] | None = holder["data"]
        return found

    async def _settle(self) -> None:
        """Resolve what completion left pending, and what that leaves pending in turn."""
        pending, self._pending = self._pending, []
        if len(pending) == 1:
            await self._resolve(*pending[0])
        elif pending:
            async with asyncio.TaskGroup() as group:  # a defect in one ends the others too
                for field in pending:
                    group.create_task(self._resolve(*field))

    async def _resolve(self, field: SelectedField, source: Any, place: Place) -> None:
        try:
            value = await self._resolved(field, source, place)
            completed = self.complete(field.type, field, value, place)
        except FieldError as error:
            self.add_error(field, place, error)
            completed = FAILED
        if completed is FAILED:
            place.fail()
        else:
            place.container[place.key] = completed
        await self._settle()

    async def _resolved(self, field: SelectedField, source: Any, place: Place) -> Any:
        assert field.resolver is not None
        arguments = field.arguments(self._variables)
        call = FieldCall(
            field, arguments, source, self._variables, self._request, self._environment
        )
        if asyncio.get_running_loop().time() >= self._deadline:
            raise FieldError(TIMED_OUT, "ExecutionTimeout")
        try:
            async with asyncio.timeout_at(self._deadline):
                value = await field.resolver.resolve(call)
            if call.extensions.invalidations and self._is_mutation(field):
                self._invalidate(call.extensions.invalidations)
        except TimeoutError as error:  # only functions are waited for
            raise FieldError(TIMED_OUT, "Lambda:ExecutionTimeoutException") from error
        finally:
            for appended in call.appended_errors:
                self.add_error(field, place, appended)
            for header in call.extensions.response_headers:
                self._add_header(field, place, *header)
        return value

    def _add_header(self, field: SelectedField, place: Place, name: str, value: Any) -> None:
        try:
            self.headers.add(name, value)
        except FieldError as error:
            self.add_error(field, place, error)

    def _is_mutation(self, field: SelectedField) -> bool:
        return self._operation.kind == "mutation" and field.parent is self._operation.root

    def _refusal(self, field: SelectedField) -> FieldError | None:
        """Why a field may not run, if it may not."""
        if not field.is_visible_to(self._request.caller):
            return not_authorized(field.name, field.parent.name)
        if self._depth_limit and field.depth > self._depth_limit:
            text = f"Query depth exceeded maximum limit of {self._depth_limit}."
            return FieldError(text, "QueryDepthLimitReached")
        if field.resolver is not None:
            self._resolvers_left -= 1
            if self._resolvers_left < 0:
                text = "Resolver invocation count exceeded maximum limit."
                return FieldError(text, "ResolverExecutionLimitReached")
        return None
