"""Invalid documents are told in the words of graphql-java, which the service runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import parse

from local.appsync.graphql.schema import build_schema
from local.appsync.graphql.validation.document import violations
from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


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


KINDS_SDL = """
interface Node { id: ID!  near: Node }
type A implements Node { id: ID!  near: Node  name: String  must: String!  many: [String]  n: Int }
type B implements Node { id: ID!  near: Node  name: Int  must: String  many: String  n: Int }
type C { c: Int }
union Any = A | B | C
input Filter { text: String  inner: Filter }
type Query { a(id: ID, filter: Filter): A  any: Any  as: [A!]!  c: C  me: String }
"""
CONFLICT = "{any{...on A{%s}...on B{%s}}}"


def errors_of(query: str) -> list[Any]:
    return violations(build_schema(KINDS_SDL), parse(query), introspection=True)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "{me} {me}",
            "LoneAnonymousOperationViolation: Anonymous operation with other operations.",
        ),
        (
            "query Q{me} query Q{c{c}}",
            "DuplicateOperationName: There can be only one operation named 'Q'",
        ),
        (
            "query Q{c{...F}} fragment F on C{c} fragment F on C{c}",
            "DuplicateFragmentName: There can be only one fragment named 'F' @ 'F'",
        ),
        (
            "query Q($i:ID $i:ID){a(id:$i){id}}",
            "DuplicateVariableName: There can be only one variable named 'i'",
        ),
        (
            "query Q{a(id:1 id:2){id}}",
            "DuplicateArgumentNames: There can be only one argument named 'id' @ 'a'",
        ),
        (
            'query Q{a(filter:{text:"a" text:"b"}){id}}',
            "UniqueObjectFieldName: There can be only one field named 'text' @ 'a'",
        ),
        (
            "query Q{me @skip(if:true) @skip(if:true)}",
            "DuplicateDirectiveName: Non repeatable directives must be uniquely named within a "
            "location. The directive 'skip' used on a 'Field' is not unique. @ 'me'",
        ),
        ("query Q{a{id @no}}", "UnknownDirective: Unknown directive no @ 'a/id'"),
        ("query Q @skip(if:true){me}", "MisplacedDirective: Directive skip not allowed here"),
        (
            "query Q{me @include}",
            "MissingDirectiveArgument: Missing directive argument if @ 'me'",
        ),
        (
            "query Q{me @include(if:true no:1)}",
            "UnknownDirective: Unknown directive argument no @ 'me'",
        ),
        (
            "query Q{c{...F}} fragment F on C{...G} fragment G on C{...F}",
            "FragmentCycle: Fragment cycles not allowed @ 'F'",
        ),
        (
            "query Q{c{...on A{id}}}",
            "InvalidFragmentType: Fragment cannot be spread here as objects of type C "
            "can never be of type A @ 'c'",
        ),
        (
            "query Q{c{...F}} fragment F on A{id}",
            "InvalidFragmentType: Fragment F cannot be spread here as objects of type C "
            "can never be of type A @ 'c'",
        ),
        (
            "query Q{c{...on Int{c}}}",
            "InlineFragmentTypeConditionInvalid: Inline fragment type condition is invalid, "
            "must be on Object/Interface/Union @ 'c'",
        ),
        (
            "query Q{c{...F}} fragment F on Int{c}",
            "FragmentTypeConditionInvalid: Fragment type condition is invalid, "
            "must be on Object/Interface/Union @ 'F'",
        ),
        ("query Q{c{...on Nope{c}}}", "UnknownType: Unknown type Nope @ 'c'"),
        ("query Q{c{...F}} fragment F on Nope{c}", "UnknownType: Unknown type Nope @ 'F'"),
        ("query Q($a:A){me}", "NonInputTypeOnVariable: Wrong type for a variable"),
        (
            "query Q($i:Int=RED){me}",
            "BadValueForDefaultArg: Bad default value EnumValue{name='RED'} for type Int",
        ),
        ("query Q{as}", "SubSelectionRequired: Sub selection required for type null of field as"),
        (
            "query Q{a{many{x}}}",
            "SubSelectionNotAllowed: Sub selection not allowed on leaf type null of field many",
        ),
        (
            "query Q{me} type X{a:Int}",
            "NonExecutableDefinition: Type definitions and extensions are not executable",
        ),
        ("mutation Q{me}", "UnknownType: Schema is not configured for mutations."),
        (
            "query Q{x:me x:c{c}}",
            "FieldsConflict: x: they return differing types String and C",
        ),
        (
            "query Q{a{x:id x:must}}",
            "FieldsConflict: x: they return differing types ID and String @ 'a'",
        ),
        ("query Q{a{x:name x:n}}", "FieldsConflict: x: they return differing types String and Int"),
        (
            "query Q{a(id:1){id} a(id:2){id}}",
            "FieldsConflict: a: they have differing arguments",
        ),
        (CONFLICT % ("name", "name"), "name: they return differing types String and Int @ 'any'"),
        (CONFLICT % ("must", "must"), "must: fields have different nullability shapes @ 'any'"),
        (CONFLICT % ("many", "many"), "many: fields have different list shapes @ 'any'"),
        (
            "query Q{a{near{x:id}} a{near{x:__typename}}}",
            "FieldsConflict: a: (near: (x: they return differing types ID and String))",
        ),
        (
            "query Q{c{x:c ...F}} fragment F on C{x:__typename}",
            "FieldsConflict: x: fields have different nullability shapes @ 'c'",
        ),
        ("query Q{c{x:c x:y}}", "FieldsConflict: x: c and y are different fields @ 'c'"),
    ],
)
def test_every_kind_of_violation_has_its_words(query: str, message: str) -> None:
    messages = [error["message"] for error in errors_of(query)]
    assert any(message in found for found in messages), messages


def test_a_conflict_tells_every_place() -> None:
    [error] = errors_of("{a(id:1){id}\n a(id:2){id}}")
    assert [(place["line"], place["column"]) for place in error["locations"]] == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    "query",
    [
        "{mee}",
        "{a(i:1){id}}",
        "{a{nme}}",
        "query($x:Qury){me}",
        "{a{...on Bb{id}}}",
        "{me @skp}",
        "{a(filter:{txt:1}){id}}",
        "{any{...Frag}}",
    ],
)
def test_nothing_is_suggested(query: str) -> None:
    errors = errors_of(query)
    assert errors
    assert "did you mean" not in str(errors).lower()
