"""HTTP requests: statuses, shapes and wordings, as data; the cases of AppSync's fact sheet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.local.appsync.fakes import API_KEY, API_KEYS, ECHO, EXPIRED_KEY, IAM, RunningServer, api

SDL = """
type Author { id: ID!  name: String! }
type Post { id: ID!  title: String  owner: String  views: Int  meta: AWSJSON  at: AWSDateTime
  author: Author  tags: [String!] }
enum Colour { RED GREEN }
input Filter { colour: Colour  text: String!  many: [Int!] }
type Query { getPost(id: ID!): Post  secret: String @aws_iam  me: String  on: Boolean
  paint(filter: Filter, colour: Colour, json: AWSJSON, at: AWSDateTime, phone: AWSPhone): String
  broken: Post  raised: Post  appended: String  thrown: String  wrongList: [Post]
  badDate: Post  json: Post  headers: String }
type Mutation { addPost(id: ID!, title: String): Post }
"""

RESPONSE = "export function response(ctx) { return ctx.result; }"


def constant(value: str) -> str:
    return f"export function request(ctx) {{ return {{ payload: {value} }}; }}\n{RESPONSE}"


def responding(body: str) -> str:
    head = "import { util } from '@aws-appsync/utils';\nexport function request(ctx) { return {}; }"
    return f"{head}\nexport function response(ctx) {{ {body} }}"


CODE: dict[str, str | None] = {
    "Query.me": constant("'someone'"),
    "Query.secret": responding("util.error('must not run', 'Ran');"),
    "Query.getPost": constant("{ id: ctx.args.id, author: { id: 1, name: 'A' }, tags: ['x'] }"),
    "Query.paint": responding("return JSON.stringify(ctx.args);"),
    "Query.broken": constant("{ id: '1', author: { id: '2' } }"),
    "Query.raised": responding("util.error('m', 'T', { id: 1, zz: 2 }, { k: 1 });"),
    "Query.appended": responding("util.appendError('careful', 'W'); return 'value';"),
    "Query.thrown": responding("\n  const a = 1;\n  return ctx.nothing.here;\n"),
    "Query.wrongList": constant("{ id: '1' }"),
    "Query.badDate": constant("{ id: '1', at: 'yesterday' }"),
    "Query.json": constant("{ id: '1', meta: { a: [1] } }"),
    "Query.headers": responding("return ctx.request.headers['x-custom'];"),
    "Mutation.addPost": ECHO,
}


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


def shape(message: str, error_type: str) -> dict[str, Any]:
    return {"errors": [{"errorType": error_type, "message": message}]}


ME = {"data": {"me": "someone"}}
MALFORMED = "MalformedHttpRequestException"
UNAUTHORIZED = shape("You are not authorized to make this call.", "UnauthorizedException")


@pytest.mark.parametrize(
    ("headers", "body", "status", "expected"),
    [
        ({"x-api-key": "da2-wrong"}, '{"query":"{me}"}', 401, UNAUTHORIZED),
        ({"x-api-key": EXPIRED_KEY}, '{"query":"{me}"}', 401, UNAUTHORIZED),
        ({}, '{"query":"{me}"}', 401, UNAUTHORIZED),
        (None, "", 400, shape("Request body is empty.", MALFORMED)),
        (None, "meow", 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, "[]", 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, "{}", 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, '{"query":"{ me"}', 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, '{"query":"{ }"}', 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (
            None,
            '{"query":"query A{me} query B{on}"}',
            400,
            shape("Missing operation name.", "BadRequestException"),
        ),
        (
            None,
            '{"query":"{%s}"}' % (" me" * 15_001),
            400,
            shape("Maximum char length exceeded.", "BadRequestException"),
        ),
        (
            None,
            '{"query":"query A{me} query B{on}","operationName":"A"}',
            200,
            {"data": {"me": "someone"}},
        ),
        (
            None,
            '{"query":"{me}","extensions":{"clientLibrary":{}}}',
            200,
            {"data": {"me": "someone"}},
        ),
    ],
)
def test_a_request_is_answered_as_appsync_answers_it(
    http: httpx.Client, server: RunningServer, headers: Any, body: str, status: int, expected: Any
) -> None:
    given = {"x-api-key": API_KEY} if headers is None else headers
    answer = http.post(server.url, content=body, headers=given)
    assert (answer.status_code, answer.json()) == (status, expected)


@dataclass(frozen=True)
class Invalid:
    query: str
    message: str
    variables: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    "case",
    [
        Invalid("{nope}", "FieldUndefined: Field 'nope' in type 'Query' is undefined @ 'nope'"),
        Invalid(
            '{getPost(id:"1"){author{x}}}',
            "FieldUndefined: Field 'x' in type 'Author' is undefined @ 'getPost/author/x'",
        ),
        Invalid("{getPost{id}}", "MissingFieldArgument: Missing field argument id @ 'getPost'"),
        Invalid(
            '{getPost(id:"1",z:1){id}}', "UnknownArgument: Unknown field argument z @ 'getPost'"
        ),
        Invalid(
            '{getPost(id:"1")}',
            "SubSelectionRequired: "
            "Sub selection required for type Post of field getPost @ 'getPost'",
        ),
        Invalid(
            "{on{x}}",
            "SubSelectionNotAllowed: "
            "Sub selection not allowed on leaf type Boolean of field on @ 'on'",
        ),
        Invalid(
            "query($i:String!){getPost(id:$i){id}}",
            "VariableTypeMismatch: "
            "Variable type 'String!' doesn't match expected type 'ID!' @ 'getPost'",
        ),
        Invalid("query($i:AWSNothing){me}", "UnknownType: Unknown type AWSNothing"),
        Invalid("{getPost(id:$x){id}}", "UndefinedVariable: Undefined variable x @ 'getPost'"),
        Invalid("query($i:ID){me}", "UnusedVariable: Unused variable i"),
        Invalid("{...F}", "UndefinedFragment: Undefined fragment F"),
        Invalid("{me} fragment F on Query{on}", "UnusedFragment: Unused fragment F"),
        Invalid(
            "{paint(json:{a:1})}",
            "WrongType: argument 'json' with value 'ObjectValue{objectFields=["
            "ObjectField{name='a', value=IntValue{value=1}}]}' is not a valid 'AWSJSON' @ 'paint'",
        ),
        Invalid(
            "{paint(filter:{})}",
            "WrongType: argument 'filter' with value 'ObjectValue{objectFields=[]}' "
            "is missing required fields '[text]' @ 'paint'",
        ),
        Invalid(
            '{paint(filter:{text:"t",x:1})}',
            "WrongType: argument 'filter' with value 'ObjectValue{objectFields=["
            "ObjectField{name='text', value=StringValue{value='t'}}, "
            "ObjectField{name='x', value=IntValue{value=1}}]}' "
            "contains a field not in 'Filter': 'x' @ 'paint'",
        ),
        Invalid(
            '{paint(filter:{text:"t",many:[1,"2"]})}',
            "WrongType: argument 'filter.many[1]' with value 'StringValue{value='2'}' "
            "is not a valid 'Int' @ 'paint'",
        ),
        Invalid(
            "{paint(colour:BLUE)}",
            "WrongType: argument 'colour' with value 'EnumValue{name='BLUE'}' "
            "is not a valid 'Colour' @ 'paint'",
        ),
        Invalid(
            "{getPost(id:null){id}}",
            "WrongType: argument 'id' with value 'NullValue{}' must not be null @ 'getPost'",
        ),
    ],
    ids=lambda case: case.message.partition(":")[0],
)
def test_an_invalid_document_is_told_in_the_words_of_graphql_java(
    ask: Callable[..., Any], server: RunningServer, case: Invalid
) -> None:
    answer = ask(server, case.query)
    assert answer["data"] is None
    assert f"Validation error of type {case.message}" in [e["message"] for e in answer["errors"]]
    assert all(set(e) == {"path", "locations", "message"} for e in answer["errors"])


def test_a_validation_error_tells_its_location(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    [error] = ask(server, "{nope}")["errors"]
    assert error["locations"] == [{"line": 1, "column": 2, "sourceName": None}]


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "query($i:ID!){getPost(id:$i){id}}",
            {},
            "Variable 'i' has coerced Null value for NonNull type 'ID!'",
        ),
        (
            "query($f:Filter){paint(filter:$f)}",
            {"f": {"text": None}},
            "Variable 'f' has coerced Null value for NonNull type 'String!'",
        ),
        (
            "query($f:Filter){paint(filter:$f)}",
            {"f": {"text": "t", "x": 1}},
            "The variables input contains a field name 'x' "
            "that is not defined for input object type 'Filter' ",
        ),
        (
            "query($p:AWSPhone){paint(phone:$p)}",
            {"p": "1110004444"},
            "Variable 'p' has an invalid value. "
            "Unable to parse `1110004444` as a valid phone number.",
        ),
        (
            "query($a:AWSDateTime){paint(at:$a)}",
            {"a": "2020-05-19T11:5:29Z"},
            "Variable 'a' has an invalid value. "
            "Unable to parse `2020-05-19T11:5:29Z` as a valid DateTime Object.",
        ),
        (
            "query($j:AWSJSON){paint(json:$j)}",
            {"j": {"a": 1}},
            "Variable 'j' has an invalid value. Unable to parse `{'a': 1}` as a valid JSON.",
        ),
        (
            "query($c:Colour){paint(colour:$c)}",
            {"c": "BLUE"},
            "Variable 'c' has an invalid value. "
            "Invalid input for Enum 'Colour'. No value found for name 'BLUE'",
        ),
    ],
)
def test_a_variable_that_its_type_refuses_is_named(
    ask: Callable[..., Any], server: RunningServer, query: str, variables: Any, message: str
) -> None:
    answer = ask(server, query, **variables)
    assert answer["data"] is None
    assert [error["message"] for error in answer["errors"]] == [message]


def entry(path: list[Any], message: str, error_type: str, column: int, **more: Any) -> Any:
    return {
        "path": path,
        "data": None,
        "errorType": error_type,
        "errorInfo": None,
        "locations": [{"line": 1, "column": column, "sourceName": None}],
        "message": message,
    } | more


@pytest.mark.parametrize(
    ("query", "data", "errors"),
    [
        (
            "{secret}",
            {"secret": None},
            [entry(["secret"], "Not Authorized to access secret on type Query", "Unauthorized", 2)],
        ),
        (
            "{raised{id}}",
            {"raised": None},
            [entry(["raised"], "m", "T", 2, data={"id": 1}, errorInfo={"k": 1})],
        ),
        ("{appended}", {"appended": "value"}, [entry(["appended"], "careful", "W", 2)]),
        (
            "{x:thrown}",
            {"x": None},
            [
                entry(
                    ["x"],
                    "code.js:5:10: TypeError: cannot read property 'here' of undefined",
                    "Code",
                    2,
                )
            ],
        ),
        (
            "{broken{id author{name}}}",
            {"broken": {"id": "1", "author": None}},
            [
                {
                    "path": ["broken", "author", "name"],
                    "locations": None,
                    "message": "Cannot return null for non-nullable type: 'String' "
                    "within parent 'Author' (/broken/author/name)",
                }
            ],
        ),
        (
            "{wrongList{id}}",
            {"wrongList": None},
            [
                {
                    "path": ["wrongList"],
                    "locations": None,
                    "message": "Can't resolve value (/wrongList) : "
                    "type mismatch error, expected type LIST, got OBJECT",
                }
            ],
        ),
        (
            "{badDate{id at}}",
            {"badDate": {"id": "1", "at": None}},
            [
                {
                    "path": ["badDate", "at"],
                    "locations": None,
                    "message": "Can't serialize value (/badDate/at) : "
                    "Unable to serialize `yesterday` as a valid DateTime Object.",
                }
            ],
        ),
    ],
)
def test_a_field_error_leaves_the_rest_answered(
    ask: Callable[..., Any], server: RunningServer, query: str, data: Any, errors: Any
) -> None:
    assert ask(server, query) == {"data": data, "errors": errors}


@pytest.mark.parametrize(
    ("query", "variables", "data"),
    [
        ("{p:getPost(id:1){i:id author{name}}}", {}, {"p": {"i": "1", "author": {"name": "A"}}}),
        ('{getPost(id:"1"){...F}} fragment F on Post{tags}', {}, {"getPost": {"tags": ["x"]}}),
        ("{json{meta}}", {}, {"json": {"meta": '{"a":[1]}'}}),
        ("{__typename on}", {}, {"__typename": "Query", "on": None}),
        ("query($s:Boolean!){me @skip(if:$s) on}", {"s": True}, {"on": None}),
        ("query($s:Boolean!){me @skip(if:$s) on}", {"s": False}, {"me": "someone", "on": None}),
        ("{me @include(if:false) on}", {}, {"on": None}),
        ('{paint(json:"{\\"a\\":1}")}', {}, {"paint": '{"json":{"a":1}}'}),
        (
            'query($c:Colour=RED,$t:String){paint(colour:$c,filter:{text:"t",many:1})}'.replace(
                ",$t:String", ""
            ),
            {},
            {"paint": '{"filter":{"text":"t","many":[1]},"colour":"RED"}'},
        ),
        ('{paint(at:"2020-01-01T00:00+00:00")}', {}, {"paint": '{"at":"2020-01-01T00:00+00:00"}'}),
        (
            '{__type(name:"Author"){fields{name}}}',
            {},
            {"__type": {"fields": [{"name": "id"}, {"name": "name"}]}},
        ),
        ('mutation{addPost(id:"7"){id title}}', {}, {"addPost": {"id": "7", "title": None}}),
    ],
)
def test_an_operation_is_answered(
    ask: Callable[..., Any], server: RunningServer, query: str, variables: Any, data: Any
) -> None:
    assert ask(server, query, **variables) == {"data": data}


def test_an_answer_has_appsyncs_headers(http: httpx.Client, server: RunningServer) -> None:
    answer = http.post(server.url, json={"query": "{me}"}, headers={"x-api-key": API_KEY})
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert len(answer.headers["x-amzn-requestid"]) == 36
    assert int(answer.headers["x-amzn-appsync-tokensconsumed"]) >= 1
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_refusal_names_its_type_where_browsers_can_read_it(
    http: httpx.Client, server: RunningServer
) -> None:
    answer = http.post(server.url, json={"query": "{me}"}, headers={"origin": "http://localhost"})
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert "x-amzn-ErrorType" in answer.headers["access-control-expose-headers"]


def test_a_preflight_is_allowed_without_credentials(
    http: httpx.Client, server: RunningServer
) -> None:
    asked = "content-type,x-api-key,x-amz-user-agent"
    answer = http.options(server.url, headers={"access-control-request-headers": asked})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-headers"] == asked
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-max-age"] == "172800"


def test_the_content_type_of_a_request_does_not_matter(
    http: httpx.Client, server: RunningServer
) -> None:
    headers = {"x-api-key": API_KEY, "content-type": "application/graphql"}
    assert http.post(server.url, content='{"query":"{me}"}', headers=headers).status_code == 200


def test_a_resolver_sees_headers_by_lower_case_name(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    headers = {"x-api-key": API_KEY, "X-Custom": "c"}
    assert ask(server, "{headers}", headers=headers) == {"data": {"headers": "c"}}


def test_a_body_over_the_limit_is_refused(http: httpx.Client, server: RunningServer) -> None:
    answer = http.post(server.url, content=b" " * 5_300_000, headers={"x-api-key": API_KEY})
    assert answer.status_code == 413


def test_a_deeply_nested_document_is_refused(http: httpx.Client, server: RunningServer) -> None:
    query = "{a" * 7_000 + "}" * 7_000
    answer = http.post(server.url, json={"query": query}, headers={"x-api-key": API_KEY})
    assert answer.status_code == 400


def test_a_document_on_which_validation_gives_up_is_not_valid(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    conflicts = " ".join(f'a:getPost(id:"{i}"){{id}}' for i in range(1_000))
    answer = ask(server, f"{{{conflicts}}}")
    assert answer["data"] is None
    assert answer["errors"]


def test_disabled_introspection_leaves_the_meta_types_without_fields(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api(SDL, CODE, introspection=False))
    [error] = ask(server, "{__schema{types{name}}}")["errors"]
    assert error["message"] == (
        "Validation error of type FieldUndefined: "
        "Field 'types' in type '__Schema' is undefined @ '__schema/types'"
    )
    assert ask(server, "{__typename}") == {"data": {"__typename": "Query"}}


def test_fields_below_the_depth_limit_are_refused_and_the_rest_answered(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api(SDL, CODE, depth_limit=2))
    answer = ask(server, '{getPost(id:"1"){id author{id}}}')
    assert answer["data"] == {"getPost": {"id": "1", "author": None}}
    assert [error["errorType"] for error in answer["errors"]] == ["QueryDepthLimitReached"]


def test_resolvers_beyond_the_limit_do_not_run(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api(SDL, CODE, resolver_limit=1))
    answer = ask(server, "{a:me b:me}")
    assert answer["data"] == {"a": "someone", "b": None}
    assert [error["errorType"] for error in answer["errors"]] == ["ResolverExecutionLimitReached"]


def test_a_subscription_is_not_served_over_http(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api("type Query{a:String} type Subscription{onA:String}"))
    [error] = ask(server, "subscription{onA}")["errors"]
    assert error["errorType"] == "OperationNotSupported"
