"""Operations that are answered."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEY, API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


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


def test_a_resolver_sees_headers_by_lower_case_name(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    headers = {"x-api-key": API_KEY, "X-Custom": "c"}
    assert ask(server, "{headers}", headers=headers) == {"data": {"headers": "c"}}


def test_a_subscription_is_not_served_over_http(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api("type Query{a:String} type Subscription{onA:String}"))
    [error] = ask(server, "subscription{onA}")["errors"]
    assert error["errorType"] == "OperationNotSupported"
