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


@settings(max_examples=400, derandomize=True, deadline=None)
@given(seed=seeds)
def test_fields_conflict_exactly_when_graphql_core_says_so(seed: int) -> None:
    text = RandomDocument(seed, 0.0).text()
    expected = validate(SCHEMA, parse(text), [OverlappingFieldsCanBeMergedRule])
    event(f"conflict: {bool(expected)}")
    found = [message for message in errors_of(text) if "FieldsConflict" in message]
    assert bool(found) is bool(expected), (text, found, expected)
