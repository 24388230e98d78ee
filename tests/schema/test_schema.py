"""The committed schema is what the code prints, and what AppSync can read."""

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, parse, validate

from resolvers.routes import ROUTES
from schema.print import SCHEMA, printed
from streams import agenda, schedule_changed
from streams.publish import PUBLISH
from tests.clients.contract import contract


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return contract()


def root(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.get_type(name)
    assert isinstance(found, GraphQLObjectType)
    return found


def directives(kind: GraphQLObjectType, field: str) -> list[str]:
    node = kind.fields[field].ast_node
    assert node is not None
    return sorted(directive.name.value for directive in node.directives or ())


def test_the_committed_schema_is_what_the_code_prints() -> None:
    assert SCHEMA.read_text() == printed(), "run make schema"


def test_nothing_is_defined_that_appsync_defines() -> None:
    assert not [line for line in printed().splitlines() if line.startswith(("scalar", "directive"))]


def test_descriptions_are_comments() -> None:
    assert '"""' not in printed()


def test_every_route_is_a_field(schema: GraphQLSchema) -> None:
    fields = {
        f"{name}.{field}"
        for name in ("Query", "Mutation", "Subscription")
        for field in root(schema, name).fields
    }
    local = {
        *("Mutation.publishQuery", "Mutation.publishEventChange", "Mutation.keepCalendarMembers"),
        *("Subscription.onQueryComplete", "Subscription.onQueryChange"),
        *("Mutation.publishScheduleChange", "Subscription.onScheduleChange"),
        "Mutation.keepPipelineMembers",
    }
    assert fields - set(ROUTES) == local
    assert set(ROUTES) <= fields


def test_a_publisher_may_do_nothing_else_and_nobody_else_may(schema: GraphQLSchema) -> None:
    allowed = [
        f"{name}.{field}"
        for name in ("Query", "Mutation", "Subscription")
        for field in root(schema, name).fields
        if "aws_iam" in directives(root(schema, name), field)
    ]
    publishing = (
        *("publishQuery", "publishEventChange"),
        *("publishScheduleChange", "keepCalendarMembers", "keepPipelineMembers"),
    )
    assert allowed == [f"Mutation.{field}" for field in publishing]
    for field in publishing:
        assert directives(root(schema, "Mutation"), field) == ["aws_iam"]


def test_a_push_carries_all_of_a_query(schema: GraphQLSchema) -> None:
    assert validate(schema, parse(PUBLISH)) == []
    words = PUBLISH.split()
    assert all(field in words for field in root(schema, "QueryExecution").fields)


def test_a_push_of_a_change_carries_all_of_its_event(schema: GraphQLSchema) -> None:
    assert validate(schema, parse(agenda.PUBLISH)) == []
    assert validate(schema, parse(agenda.KEEP_MEMBERS)) == []
    words = agenda.PUBLISH.split()
    for name in ("EventChange", "Event"):
        assert all(field in words for field in root(schema, name).fields)


def test_a_push_of_a_change_carries_all_of_its_schedule_but_the_runs(schema: GraphQLSchema) -> None:
    assert validate(schema, parse(schedule_changed.PUBLISH)) == []
    words = schedule_changed.PUBLISH.split()
    for name in ("ScheduleChange", "Schedule", "ScheduledExport", "HolidayRegion"):
        assert all(field in words for field in root(schema, name).fields if field != "runs")
