"""Schemas: what AppSync refuses when one is created is refused, what does no harm is taken."""

import pytest

from local.appsync.errors import DefinitionError
from local.appsync.graphql.schema import build_schema

MUTATION = "type Query { a: Int }  type Mutation { add: Int  name: String }"


def subscription(field: str) -> str:
    return f"{MUTATION}  type Subscription {{ {field} }}"


@pytest.mark.parametrize(
    ("sdl", "told"),
    [
        ("", "cannot be read"),
        ("type Query { a: Int", "cannot be read"),
        ("type Query {}", "cannot be read"),
        ("type Mutation { a: Int }", "There is no top level schema object defined"),
        ("extend type Query { a: Int }", "There is no top level schema object defined"),
        ("{ a }", "There is no top level schema object defined"),
        ("scalar Date  type Query { a: Date }", "Custom scalars are not supported"),
        ("scalar AWSNew  type Query { a: AWSNew }", "'AWSNew'"),
        ("type Query { a: AWSNew }", "AWSNew"),
        ("type AWSThing { a: Int }  type Query { a: AWSThing }", "starts with AWS"),
        ("enum AWSColour { RED }  type Query { a: AWSColour }", "starts with AWS"),
        ("directive @mine on FIELD_DEFINITION  type Query { a: Int @mine }", "@mine"),
        ("type Query { a: Int }  type Query { b: Int }", "'Query' is defined more than once"),
        ("type Query { a: Int  a: String }", "Query.a is defined more than once"),
        ("enum E { A A }  type Query { a: E }", "E.A is defined more than once"),
        ("type Query { a: Nothing }", "Nothing"),
        ("schema { query: Nothing }  type Query { a: Int }", "Nothing"),
        ("type __Mine { a: Int }  type Query { a: __Mine }", "__Mine"),
        ("input I { i: I! }  type Query { a(i: I): Int }", "finite"),
        ("type Query { a(n: Int = RED): Int }", "invalid default value"),
        ("interface I { a: Int }  type T implements I { b: Int }  type Query { t: T }", "I.a"),
        (
            subscription('on: Int @aws_subscribe(mutations: ["none"])'),
            "'none', which is no",
        ),
        (
            subscription('on: Int @aws_subscribe(mutations: ["add", "name"])'),
            "Mutation.name",
        ),
        (subscription('on: [Int] @aws_subscribe(mutations: ["add"])'), "has the type [Int]"),
        (f"type Query {{ a: Int }} # {'x' * 1_100_000}", "AppSync takes 1,048,576"),
    ],
    ids=lambda text: text[:40],
)
def test_a_schema_that_could_not_be_created_is_refused_with_the_reason(sdl: str, told: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        build_schema(sdl)
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    "sdl",
    [
        MUTATION,
        '"""about"""  type Query { """about""" a("""about""" n: Int): Int }',
        "type Query { a: Int }  extend type Query { b: Int }",
        "schema { query: Root }  type Root { a: Int }",
        "type Query { a: Int @unknown(x: 1) }",
        "scalar AWSDate  type Query { a: AWSDate }",
        "directive @aws_iam on OBJECT  type Query { a: Int @aws_iam }",
        "interface I { a: Int }  interface J { b: Int }"
        "  type T implements I, J { a: Int b: Int }  type Query { t: T }",
        "interface I { a: Int }  type T implements & I { a: Int }  type Query { t: T }",
        "input I { a: Int = 1  e: E = RED }  enum E { RED }  type Query { a(i: I = {a: 2}): Int }",
        "type Query { a: Int @deprecated }",
        "union U = A | B  type A { a: Int }  type B { b: Int }  type Query { u: U }",
        subscription('on(id: ID): Int! @aws_subscribe(mutations: ["add"])'),
        subscription("on: Int"),
        subscription("on: Int @aws_subscribe(mutations: [])"),
    ],
    ids=lambda text: text[:40],
)
def test_a_schema_that_does_no_harm_is_served(sdl: str) -> None:
    assert build_schema(sdl).query_type is not None
