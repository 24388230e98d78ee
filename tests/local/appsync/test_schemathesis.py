"""schemathesis, pointed at the running server with nothing but its URL, provokes no server error.

Its own check of GraphQL takes every error in an answer for a fault, so ours asks for statuses only.
https://schemathesis.readthedocs.io/
"""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.local.appsync.fakes import API_KEY, ECHO, RunningServer, api

MAX_EXAMPLES = 60  # of each root field and way of making them

SDL = """
enum Colour { RED GREEN }
input Filter { text: String! = "t"  colour: Colour  many: [Int!]  inner: Filter }
interface Node { id: ID!  near: Node }
type Post implements Node { id: ID!  near: Node  title(upper: Boolean = false): String
  meta: AWSJSON  at: AWSDateTime  tags: [[String]]  size: Float  colour: Colour }
union Thing = Post
type Query { post(id: ID!, filter: Filter, filters: [[Filter!]]): Post  thing(colour: Colour): Thing
  scalars(at: AWSDateTime, on: AWSDate, in: AWSTime, stamp: AWSTimestamp, json: AWSJSON,
    mail: AWSEmail, url: AWSURL, phone: AWSPhone, ip: AWSIPAddress): String
  numbers(int: Int!, float: Float = 1.5, ids: [ID!]!): Post }
type Mutation { add(id: ID!, title: String, meta: AWSJSON, tags: [[String]], size: Float): Post }
"""


@pytest.fixture
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    fields = ["Query.post", "Query.thing", "Query.scalars", "Query.numbers", "Mutation.add"]
    return serve(api(SDL, dict.fromkeys(fields, ECHO)))


def test_schemathesis_finds_no_server_error(server: RunningServer) -> None:
    headers = {"x-api-key": API_KEY}
    schema = schemathesis.graphql.from_url(server.url, headers=headers)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 5
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _run(operation.as_strategy(generation_mode=mode), headers)
    assert server.apis.requests > 5 * MAX_EXAMPLES


def _run(cases: SearchStrategy[Any], headers: dict[str, str]) -> None:
    @settings(max_examples=MAX_EXAMPLES, derandomize=True, database=None)
    @given(cases)
    def has_no_server_error(case: Any) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code in (200, 400), (case.body, answer.text)
        assert "InternalFailure" not in answer.text

    has_no_server_error()
