"""Resolver code evaluated alone: a handler's body, the field that it resolves, what came of it."""

from typing import Any

from graphql import build_schema

from local.appsync.auth.caller import Caller
from local.appsync.definition import AuthMode
from local.appsync.errors import FieldError
from local.appsync.graphql.selection import SelectedField
from local.appsync.resolvers.appsync_js.module import Evaluation, Module
from local.appsync.resolvers.call import FieldCall, Request


class StubField(SelectedField):
    """`Query.field`, selected as `{ id }`, of no document."""

    def __init__(self) -> None:
        self.name = "field"
        self.parent = build_schema("type Query { field: ID }").query_type  # type: ignore[assignment]  # it has one
        self.selection_set_list = ["id"]
        self.selection_set_graphql = "{\n  id\n}"


def field_call(**more: Any) -> FieldCall:
    """A call of `Query.field` by an API key."""
    request = Request(Caller(AuthMode.API_KEY), {"x-a": "b"})
    given: dict[str, Any] = {"arguments": {}, "source": None, "variables": {}, "environment": {}}
    return FieldCall(selected=StubField(), request=request, **(given | more))


def module(body: str, imports: str = "") -> Module:
    """Code whose request handler has a body, on a line of its own below one of imports."""
    code = f"{imports}\nexport function request(ctx) {{\n{body}\n}}\n"
    return Module(code + "export function response(ctx) { return ctx.result; }", "Query.field")


def evaluation(body: str, imports: str = "", **more: Any) -> Evaluation:
    """What a request handler with this body did."""
    return module(body, imports).evaluate("request", field_call(**more))


def value(expression: str, imports: str = "", **more: Any) -> Any:
    """What a JavaScript expression is worth in a handler."""
    return evaluation(f"return {expression};", imports, **more).value


def error(body: str, imports: str = "") -> FieldError:
    """The error that a request handler with this body ends with."""
    try:
        found = evaluation(body, imports).value
    except FieldError as raised:
        return raised
    raise AssertionError(f"no error but {found!r}")
