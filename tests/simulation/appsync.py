"""AppSync: checks operations against the schema, runs our resolvers' JavaScript, delivers pushes.

The schema, and the resolvers of pushes and subscriptions with their engine, are the real ones: who
may call a field is what the schema's directives say, who gets a push what the filters say.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    build_schema,
    parse,
)
from graphql.execution.values import get_argument_values, get_variable_values

from local.appsync.auth.caller import Caller
from local.appsync.definition import AuthMode
from local.appsync.errors import FieldError
from local.appsync.graphql.selection import SelectedField
from local.appsync.realtime.filters import (
    Alternative,
    argument_filter,
    enhanced_filter,
    look_up,
    typed_key,
)
from local.appsync.resolvers.appsync_js.module import Module
from local.appsync.resolvers.call import FieldCall, Request

ROOT = Path(__file__).parents[2]
RESOLVERS = ROOT / "resolvers"
SCHEMA = (ROOT / "schema/schema.graphql").read_text()
ROOTS = ("Query", "Mutation", "Subscription")
LOCAL = ("publishQuery", "onQueryComplete", "onQueryChange")  # the others invoke the Lambda
PUBLISHER = Caller(AuthMode.AWS_IAM, {"userArn": "arn:aws:sts::000000000000:assumed-role/publish"})
MODES = {
    "aws_iam": AuthMode.AWS_IAM,
    "aws_api_key": AuthMode.API_KEY,
    "aws_cognito_user_pools": AuthMode.AMAZON_COGNITO_USER_POOLS,
}

Push = Mapping[str, Any]
Answer = dict[str, Any]  # {"data": ...} or {"errors": [{"errorType", "message"}]}


@dataclass
class Subscription:
    """A started one. `deliver`: takes what is pushed."""

    name: str
    caller: Caller
    query_id: str | None
    alternatives: list[Alternative]
    deliver: Callable[[Push], None]

    def wants(self, push: Push) -> bool:
        return any(_matches(alternative, push) for alternative in self.alternatives)


class AppSync:
    """The API. `invoke`: runs the resolvers' Lambda."""

    def __init__(self, invoke: Callable[[Mapping[str, Any]], Awaitable[Any]]) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self._invoke = invoke
        self._modes = schema_modes()

    async def execute(self, caller: Caller, document: str, variables: Mapping[str, Any]) -> Answer:
        """Answer a query or a mutation of a client's."""
        try:
            call = self._call(caller, document, variables)
            if call.selected.name in LOCAL:
                return {"data": {call.selected.name: self._pushed(call)}}
            return {"data": {call.selected.name: _completed(await self._resolved(call))}}
        except FieldError as error:
            return {"errors": [{"errorType": error.error_type, "message": error.message}]}

    def publish(self, document: str, variables: Mapping[str, Any]) -> Answer:
        """Answer publishQuery of the publisher's, which is signed."""
        try:
            call = self._call(PUBLISHER, document, variables)
            return {"data": {"publishQuery": self._pushed(call)}}
        except FieldError as error:
            return {"errors": [{"errorType": error.error_type, "message": error.message}]}

    def subscribe(
        self,
        name: str,
        caller: Caller,
        document: str,
        variables: Mapping[str, Any],
        deliver: Callable[[Push], None],
    ) -> Subscription:
        """Start a subscription, under a name to end it by."""
        call = self._call(caller, document, variables)
        _module(_code(call.selected.name)).evaluate_local(call)
        chosen = call.extensions.subscription_filter
        alternatives = (
            argument_filter(call.arguments)
            if chosen is None
            else enhanced_filter(chosen, call.selected.name)
        )
        query_id = call.arguments.get("id")
        subscription = Subscription(name, caller, query_id, alternatives, deliver)
        self.subscriptions[name] = subscription
        return subscription

    def end(self, name: str) -> bool:
        """End a subscription; False where it had ended."""
        return self.subscriptions.pop(name, None) is not None

    def _call(self, caller: Caller, document: str, variables: Mapping[str, Any]) -> FieldCall:
        """Raises FieldError where the schema does not take it, or not from this caller."""
        selected = selected_field(document)
        if caller.mode not in self._modes[selected.name]:
            raise FieldError(f"Not Authorized to access {selected.name}", "Unauthorized")
        arguments = dict(coerced_arguments(document, json.dumps(variables)))
        return FieldCall(selected, arguments, None, {}, Request(caller, {}), {})

    async def _resolved(self, call: FieldCall) -> Any:
        """What resolvers/invoke.js does, in Python: it would be a tenth of a run's time."""
        payload = {
            "field": f"{call.selected.parent.name}.{call.selected.name}",
            "arguments": call.arguments,
            "identity": call.request.caller.identity,
            "selection": call.selected.selection_set_list,
        }
        try:
            answer = await self._invoke(payload)
        except Exception as error:
            raise FieldError(f"Something broke here: {error}", "InternalError") from error
        if "error" in answer:
            raise FieldError(answer["error"]["message"], answer["error"]["type"])
        return answer["data"]

    def _pushed(self, call: FieldCall) -> Any:
        given = _module(_code("publish")).evaluate_local(call).value
        push = dict.fromkeys(pushed_fields()) | given
        for subscription in list(self.subscriptions.values()):
            if subscription.wants(push):
                subscription.deliver(push)
        return push


@cache
def schema_modes() -> dict[str, set[AuthMode]]:
    """By which authorization each root field may be called."""
    return {
        field.name.value: {
            MODES[directive.name.value]
            for directive in field.directives or ()
            if directive.name.value in MODES
        }
        for definition in parse(SCHEMA).definitions
        if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value in ROOTS
        for field in definition.fields or ()
    }


@cache
def schema() -> GraphQLSchema:
    """Our schema, with the scalars that AppSync brings."""
    scalars = "scalar AWSDateTime scalar AWSJSON scalar AWSDate"
    return build_schema(f"{SCHEMA}\n{scalars}", assume_valid=True, assume_valid_sdl=True)


@cache
def selected_field(document: str) -> SelectedField:
    """The one root field that an operation of ours selects, as far as resolvers look at it."""
    operation = parsed(document)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    inner = field.selection_set.selections if field.selection_set else ()
    selected = SimpleNamespace(
        name=field.name.value,
        parent=SimpleNamespace(name=operation.operation.value.title()),
        selection_set_list=[node.name.value for node in inner if isinstance(node, FieldNode)],
        selection_set_graphql="",
    )
    return cast(SelectedField, selected)


@lru_cache(1_000)
def coerced_arguments(document: str, variables: str) -> dict[str, Any]:
    """The field's arguments, which are those of every repetition of the same request.

    Raises:
        FieldError: the schema does not take them.
    """
    operation = parsed(document)
    definitions = operation.variable_definitions or ()
    coerced = get_variable_values(schema(), definitions, json.loads(variables))
    if isinstance(coerced, list):
        raise FieldError(str(coerced[0]), "ValidationError")
    root = schema().get_root_type(operation.operation)
    (field,) = operation.selection_set.selections
    assert root is not None
    assert isinstance(field, FieldNode)
    return get_argument_values(root.fields[field.name.value], field, coerced)


@cache
def pushed_fields() -> tuple[str, ...]:
    """What a subscriber receives, be it null."""
    pushed = schema().type_map["QueryExecution"]
    assert isinstance(pushed, GraphQLObjectType)
    return tuple(pushed.fields)


@cache
def parsed(document: str) -> OperationDefinitionNode:
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


@cache
def _module(code: str) -> Module:
    return Module(code, "resolver")


def _code(name: str) -> str:
    """The text of a resolver; `planted.py` may have changed it."""
    return CODE[name]


CODE = {
    "publish": (RESOLVERS / "publish.js").read_text(),
    "onQueryComplete": (RESOLVERS / "on_query_complete.js").read_text(),
    "onQueryChange": (RESOLVERS / "on_own_change.js").read_text(),
}


def _completed(answer: Any) -> Any:
    """Result coercion, of what needs it: AWSJSON is a text."""
    for page in (answer, answer.get("result") if isinstance(answer, dict) else None):
        if isinstance(page, dict) and "rows" in page:
            page["rows"] = json.dumps(page["rows"])
    return answer


def _matches(alternative: Alternative, push: Push) -> bool:
    if alternative.by_text:
        found: tuple[Any, ...] = tuple(look_up(push, path) for path in alternative.paths)
    else:
        found = tuple(typed_key(look_up(push, path)) for path in alternative.paths)
    return found == alternative.keys and all(c.holds(push) for c in alternative.conditions)
