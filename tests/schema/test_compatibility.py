"""A new API serves the clients of the last release: what they may use has not gone or changed."""

from graphql import (
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
)

from schema.print import SCHEMA

RELEASED = SCHEMA.with_name("released.graphql")
SCALARS = "\n".join(
    f"scalar {name}"
    for name in (
        "AWSDate",
        "AWSDateTime",
        "AWSEmail",
        "AWSJSON",
        "AWSTime",
        "AWSTimestamp",
        "AWSURL",
    )
)


def schema(text: str) -> GraphQLSchema:
    """AppSync knows its scalars and directives without being told."""
    return build_schema(f"{SCALARS}\n{text}", assume_valid=True, assume_valid_sdl=True)


def test_nothing_that_a_released_client_uses_is_gone() -> None:
    released, now = (schema(file.read_text()) for file in (RELEASED, SCHEMA))
    assert [change.description for change in find_breaking_changes(released, now)] == []


def test_what_would_break_a_client_is_found() -> None:
    released, now = schema("type Query { a: Int b: Int }"), schema("type Query { a: String }")
    found = {change.description for change in find_breaking_changes(released, now)}
    assert found >= {"Field Query.b was removed.", "Field Query.a changed type from Int to String."}


def test_no_input_means_something_else_where_it_is_left_out() -> None:
    released, now = (schema(file.read_text()) for file in (RELEASED, SCHEMA))
    dangerous = find_dangerous_changes(released, now)
    assert [each.description for each in dangerous if "DEFAULT" in each.type.name] == []
