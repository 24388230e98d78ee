"""Resolvers: APPSYNC_JS in its engine, Lambda functions, and what becomes of their errors."""

import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.appsync.errors import DefinitionError
from local.appsync.resolvers.appsync_js.module import Module
from local.appsync.resolvers.appsync_js.script import script_of
from tests.local.appsync.fakes import INVOKE, Endpoint, RunningServer, api

SDL = """
type Node { id: ID  title: String  child: Node  children: [Node!] }
type Query { node(id: ID, in: AWSJSON): Node  direct(id: ID): Node  early: String  value: AWSJSON
  loop: String  recursion: String  huge: String  unauthorized: String  fire: String
  noOperation: String  halfCharacter: String }
"""
HEAD = "import { util, runtime } from '@aws-appsync/utils';\n"
PASS = "export function response(ctx) { return ctx.result; }"


def before(body: str) -> str:
    return f"{HEAD}export function request(ctx) {{ {body} }}\n{PASS}"


VALUES = """
import { util as u } from "@aws-appsync/utils";
const request = (ctx) => ({ payload: null });
function response(ctx) {
  ctx.stash.seen = true;
  return {
    ids: [u.autoId(), u.autoId()],
    base64: [u.base64Encode('Grüße 😀'), u.base64Decode('R3LDvMOfZSDwn5iA')],
    url: [u.urlEncode('a b&ü'), u.urlDecode('a+b%26')],
    matches: [u.matches('^a*b$', 'aaab'), u.matches('^x', 'aaab')],
    now: [u.time.nowISO8601(), u.time.nowEpochSeconds(), u.time.nowEpochMilliSeconds()],
    info: [JSON.stringify(ctx.info), ctx.info.selectionSetList],
    env: ctx.env, same: ctx.args === ctx.arguments,
  };
}
export { request, response };
"""
CODE: dict[str, str | None] = {
    "Query.node": INVOKE,
    "Query.direct": None,
    "Node.child": INVOKE,
    "Query.early": before("runtime.earlyReturn('early');"),
    "Query.value": VALUES,
    "Query.loop": before(f"return util.matches('^(a+)+$', '{'a' * 40}b');"),
    "Query.recursion": before("const f = { g: (h) => h.g(h) + 1 }; return f.g(f);"),
    "Query.huge": before("return new Array(9e7).fill('x');"),
    "Query.unauthorized": before("util.unauthorized();"),
    "Query.fire": before(
        "return { operation: 'Invoke', invocationType: 'Event', payload: { fired: true } };"
    ),
    "Query.halfCharacter": before("return { payload: '\\uD800' };"),
    "Query.noOperation": INVOKE.replace("operation: 'Invoke', ", ""),
}
LAMBDA = dict.fromkeys(
    ("Query.node", "Query.direct", "Node.child", "Query.fire", "Query.noOperation"), "fn"
)


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, sources=LAMBDA, environment=(("STAGE", "test"),)))


class UnauthorizedException(Exception):
    """A name that AppSync knows."""


def raising(error: Exception) -> Callable[[Any], Any]:
    def function(event: Any) -> Any:
        raise error

    return function


def errors_of(answer: Any) -> list[tuple[str, str]]:
    return [(error["errorType"], error["message"]) for error in answer["errors"]]


def test_a_function_gets_the_payload_and_gives_the_field(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["fn"] = lambda event: {"id": event["args"]["id"], "title": "t"}
    answer = ask(server, "query($j: AWSJSON) {node(id: 7, in: $j) {id title}}", j='{"a":[1]}')
    assert answer == {"data": {"node": {"id": "7", "title": "t"}}}
    assert endpoint.events[-1] == {"field": "node", "args": {"id": "7", "in": {"a": [1]}}}


def test_a_direct_function_gets_the_context(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["fn"] = lambda event: {"id": event["arguments"]["id"]}
    assert ask(server, "{d: direct(id: 1) {id}}") == {"data": {"d": {"id": "1"}}}
    event = endpoint.events[-1]
    assert event["info"] == {
        "selectionSetList": ["id"],
        "selectionSetGraphQL": "{\n  id\n}",
        "fieldName": "direct",
        "parentTypeName": "Query",
        "variables": {},
    }
    assert (event["prev"], event["source"], event["stash"]) == (None, None, {})
    assert event["request"]["headers"]["x-api-key"].startswith("da2-")


@pytest.mark.parametrize(
    ("field", "error", "error_type", "message"),
    [
        ("node", ValueError("x"), "Lambda:Unhandled", "x"),
        ("direct", ValueError("x"), "ValueError", "x"),
        ("direct", Exception("x"), "Lambda:Unhandled", "x"),
        (
            "node",
            UnauthorizedException("x"),
            "Lambda:Unhandled",
            "You are not authorized to make this call.",
        ),
    ],
)
def test_a_functions_exception_is_the_fields_error(
    ask: Callable[..., Any],
    server: RunningServer,
    endpoint: Endpoint,
    field: str,
    error: Exception,
    error_type: str,
    message: str,
) -> None:
    endpoint.functions["fn"] = raising(error)
    answer = ask(server, f"{{ {field} {{ id }} }}")
    assert answer["data"] == {field: None}
    assert errors_of(answer) == [(error_type, message)]


def test_error_keys_in_a_result_are_data(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["fn"] = lambda event: {"errorMessage": "m", "errorType": "T", "id": 1}
    assert ask(server, "{node {id}}") == {"data": {"node": {"id": "1"}}}


def test_a_missing_function_is_named(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions.clear()
    expected = ("Lambda:ResourceNotFoundException", "Function not found: fn")
    assert errors_of(ask(server, "{node {id}}")) == [expected]


def test_an_unreachable_endpoint_is_an_error_of_the_field(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    definition = api(SDL, CODE, sources=LAMBDA)
    server = serve(definition, endpoint_url="http://127.0.0.1:1")
    [(error_type, message)] = errors_of(ask(server, "{node {id}}"))
    assert error_type == "Lambda:SdkClientException"
    assert "http://127.0.0.1:1" in message


def test_fields_of_one_request_are_resolved_at_once(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    together = threading.Barrier(3, timeout=3)

    def function(event: Any) -> Any:
        together.wait()
        return {"id": event["args"]["id"]}

    endpoint.functions["fn"] = function
    answer = ask(server, "{a: node(id: 1) {id} b: node(id: 2) {id} c: node(id: 3) {id}}")
    assert answer == {"data": {name: {"id": str(i)} for i, name in enumerate("abc", start=1)}}


def test_a_nested_field_has_its_own_resolver(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    children = [{"id": 1}, {"id": 2}]
    endpoint.functions["fn"] = lambda event: (
        {"title": event["field"]} if event["field"] == "child" else {"children": children}
    )
    answer = ask(server, "{node {children {child {title}}}}")
    child = {"child": {"title": "child"}}
    assert answer == {"data": {"node": {"children": [child, child]}}}


def test_two_hundred_requests_at_once_are_all_answered(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["fn"] = lambda event: {"id": event["args"]["id"]}
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda i: ask(server, f"{{node(id: {i}) {{id}}}}"), range(200)))
    assert answers == [{"data": {"node": {"id": str(i)}}} for i in range(200)]


def test_a_call_over_a_connection_that_the_endpoint_closed_is_sent_again(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    endpoint = Endpoint()
    endpoint.functions["fn"] = lambda event: {"id": "1"}
    server = serve(api(SDL, CODE, sources=LAMBDA), endpoint_url=endpoint.url)
    for _ in range(3):
        assert ask(server, "{node {id}}") == {"data": {"node": {"id": "1"}}}
        endpoint.hang_up()
    assert len(endpoint.events) == 3
    endpoint.close()


def test_the_engine_offers_what_appsync_offers(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    value = json.loads(ask(server, "{value}")["data"]["value"])
    first, second = value["ids"]
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, first)
    assert first != second
    assert value["base64"] == ["R3LDvMOfZSDwn5iA", "Grüße 😀"]
    assert value["url"] == ["a+b%26%C3%BC", "a b&"]
    assert value["matches"] == [True, False]
    assert value["now"][0].endswith("Z")
    assert abs(value["now"][1] - time.time()) < 5
    assert abs(value["now"][2] / 1000 - time.time()) < 5
    assert json.loads(value["info"][0]).keys() == {"fieldName", "parentTypeName", "variables"}
    assert value["info"][1] == []
    assert (value["env"], value["same"]) == ({"STAGE": "test"}, True)


def test_an_early_return_skips_the_rest(ask: Callable[..., Any], server: RunningServer) -> None:
    assert ask(server, "{early}") == {"data": {"early": "early"}}


@pytest.mark.parametrize(
    ("field", "error"),
    [
        ("loop", ("Code", "code.js: Not finished after 0.5 s.")),
        ("recursion", ("Code", "code.js:2:58: RangeError: Maximum call stack size exceeded")),
        ("huge", ("Code", "code.js:2:54: InternalError: out of memory")),
        ("unauthorized", ("Unauthorized", "Not Authorized to access unauthorized on type Query")),
        ("halfCharacter", ("Code", "code.js: The result is no valid text.")),
        ("noOperation", ("MappingTemplate", "Value for field '$[operation]' not found.")),
    ],
)
def test_code_that_goes_wrong_is_an_error_of_its_field(
    ask: Callable[..., Any], server: RunningServer, field: str, error: Any
) -> None:
    answer = ask(server, f"{{ {field} early }}")
    assert answer["data"] == {field: None, "early": "early"}
    assert errors_of(answer) == [error]


def test_an_event_invocation_has_no_result(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["fn"] = lambda event: None
    assert ask(server, "{fire}") == {"data": {"fire": None}}
    assert endpoint.events[-1] == {"fired": True}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import { x } from './other';", "'./other'"),
        ("import { rds } from '@aws-appsync/utils';", "'rds'"),
        ("export function request() {\n return = 1; }", "code.js:2:9: SyntaxError"),
        ("x" * 40_000, "32,768 bytes"),
    ],
)
def test_code_that_cannot_be_served_is_refused_when_it_is_loaded(code: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)):
        Module(code, "Query.field")


def test_a_script_keeps_the_lines_of_its_module() -> None:
    code = "import {\n  util,\n} from '@aws-appsync/utils';\nexport function request() {}"
    code += "\nexport function response() {}"
    assert script_of(code, 2).text.splitlines()[5].endswith("function request() {}")
