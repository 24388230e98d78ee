"""Our one-walk validation accepts exactly the documents that graphql-core's rules accept."""

import pytest
from graphql import GraphQLSchema, get_introspection_query, parse, validate
from graphql.validation import (
    OverlappingFieldsCanBeMergedRule,
    SingleFieldSubscriptionsRule,
    specified_rules,
)
from hypothesis import event, given, settings
from hypothesis import strategies as st

from local.appsync.graphql.schema import build_schema
from local.appsync.graphql.validation.document import violations
from tests.local.appsync.random_documents import SDL, RandomDocument

SCHEMA: GraphQLSchema = build_schema(SDL)
RULES = [rule for rule in specified_rules if rule is not SingleFieldSubscriptionsRule]
INTROSPECTION = get_introspection_query(
    schema_description=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    input_value_deprecation=True,
)
seeds = st.integers(0, 2**32)


def errors_of(text: str) -> list[str]:
    return [entry["message"] for entry in violations(SCHEMA, parse(text), introspection=True)]


def test_introspection_as_tools_ask_for_it_is_valid() -> None:
    assert errors_of(INTROSPECTION) == []


@pytest.mark.parametrize("faults", [0.0, 0.01, 0.05])
@settings(max_examples=400, derandomize=True, deadline=None)
@given(seed=seeds)
def test_a_document_is_valid_exactly_when_graphql_core_says_so(faults: float, seed: int) -> None:
    text = RandomDocument(seed, faults).text()
    expected = [error.message for error in validate(SCHEMA, parse(text), RULES)]
    event(f"valid: {not expected}")
    found = errors_of(text)
    assert bool(found) is bool(expected), (text, found, expected)


@pytest.mark.parametrize(("aliases", "breadth"), [(0.05, 5), (0.3, 3), (0.6, 3)])
@settings(max_examples=400, derandomize=True, deadline=None)
@given(seed=seeds)
def test_fields_conflict_exactly_when_graphql_core_says_so(
    aliases: float, breadth: int, seed: int
) -> None:
    text = RandomDocument(seed, 0.0, aliases, breadth).text()
    expected = validate(SCHEMA, parse(text), [OverlappingFieldsCanBeMergedRule])
    event(f"conflict: {bool(expected)}")
    found = [message for message in errors_of(text) if "FieldsConflict" in message]
    assert bool(found) is bool(expected), (text, found, expected)


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        # Fields of different object types need not be the same field ...
        ("{thing{...on Post{a:size}...on Author{a:title}}}", True),
        ("{thing{...on Post{a:title(upper:true)}...on Author{a:id}}}", False),
        # ... nor their sub-fields, which must only have the same shape,
        ("{thing{...on Post{same{a:size}}...on Author{same{a:title}}}}", True),
        ("{thing{...on Post{same{a:size}}...on Author{same{a:id}}}}", False),
        ("{thing{...on Post{author{a:size}}...on Author{author{a:title}}}}", True),
        ("{thing{...on Post{author{a:size}}...on Author{author{a:alike}}}}", False),
        # but those of an interface meet each of them.
        ("{node(id:1){a:size ...on Author{a:title}}}", False),
        ("{node(id:1){near{a:size}...on Post{near{a:size}}...on Author{near{a:title}}}}", False),
        ("{node(id:1){...on Post{near{a:size}}...on Author{near{a:title}}}}", True),
        # A selection that was fine for its shape alone is checked again where it must be strict.
        (
            "{y:author{...F ...G} x:thing{...on Post{author{...F}}...on Author{author{...G}}}}"
            " fragment F on Author{a:size} fragment G on Author{a:title}",
            False,
        ),
    ],
)
def test_fields_conflict_where_they_can_meet(text: str, is_valid: bool) -> None:
    assert (validate(SCHEMA, parse(text), RULES) == []) is is_valid
    assert (errors_of(text) == []) is is_valid
