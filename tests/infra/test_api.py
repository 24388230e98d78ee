from datetime import UTC, datetime, timedelta

import pytest
from graphql.language import ObjectTypeDefinitionNode, parse

from infra.api import FILTERED, INVOKED, LOCAL
from infra.authorization import key_expiry
from infra.sources import RESOLVERS, SCHEMA
from resolvers.routes import ROUTES
from tests.infra.template import Template, text

ROOTS = ("Query", "Mutation", "Subscription")


def modes(template: Template) -> list[str]:
    [api] = template.properties("AppSync::GraphQLApi")
    additional = api["AdditionalAuthenticationProviders"]
    return [api["AuthenticationType"], *(each["AuthenticationType"] for each in additional)]


def schema(template: Template) -> str:
    [resource] = template.properties("AppSync::GraphQLSchema")
    definition: str = resource["Definition"]
    return definition


def test_every_root_field_of_the_schema_has_a_resolver(dev: Template) -> None:
    fields = {
        (definition.name.value, field.name.value)
        for definition in parse(SCHEMA.read_text()).definitions
        if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value in ROOTS
        for field in definition.fields or ()
    }
    resolvers = dev.properties("AppSync::Resolver")
    assert {(each["TypeName"], each["FieldName"]) for each in resolvers} == fields


def test_the_lambda_is_asked_for_just_the_fields_that_it_routes() -> None:
    asked = {
        f"{kind}.{field}"
        for invoked in INVOKED.values()
        for kind, fields in invoked.items()
        for field in fields
    }
    filtered = {f"{kind}.{field}" for by_field in FILTERED.values() for kind, field in by_field}
    assert asked | filtered == set(ROUTES)


def test_the_agenda_has_a_lambda_of_its_own(dev: Template) -> None:
    functions = {
        each["Name"]: text(each["LambdaConfig"]["LambdaFunctionArn"])
        for each in dev.properties("AppSync::DataSource")
        if "LambdaConfig" in each
    }
    assert functions == {
        "Resolvers": "FunctionsResolvers.Arn",
        "Agenda": "AgendaFunctionsAgenda.Arn",
    }
    answered = {
        each["FieldName"]: text(each["DataSourceName"])
        for each in dev.properties("AppSync::Resolver")
    }
    assert answered["getQuery"] != answered["listCalendars"] == answered["onEventChange"]


def test_resolvers_carry_their_code(dev: Template) -> None:
    codes = {
        (each["TypeName"], each["FieldName"]): each["Code"]
        for each in dev.properties("AppSync::Resolver")
    }
    for field, name in (LOCAL | FILTERED["Resolvers"] | FILTERED["Agenda"]).items():
        assert codes[field] == (RESOLVERS / f"{name}.js").read_text()
    assert codes["Query", "getQuery"] == (RESOLVERS / "invoke.js").read_text()


def test_cognito_comes_first_and_iam_is_for_the_publisher(template: Template) -> None:
    assert modes(template)[:2] == ["AMAZON_COGNITO_USER_POOLS", "AWS_IAM"]


def test_dev_has_an_api_key(dev: Template) -> None:
    assert "API_KEY" in modes(dev)
    assert dev.of("AppSync::ApiKey")


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_other_stages_know_no_api_key(templates: dict[str, Template], stage: str) -> None:
    assert "API_KEY" not in modes(templates[stage])
    assert not templates[stage].of("AppSync::ApiKey")
    assert "ApiKey" not in templates[stage].outputs
    assert "aws_api_key" not in schema(templates[stage])


def test_the_schema_is_the_committed_one(dev: Template) -> None:
    assert schema(dev) == SCHEMA.read_text()


def test_the_schema_without_a_key_is_still_a_schema(production: Template) -> None:
    assert parse(schema(production))


@pytest.mark.parametrize("month", range(1, 13))
def test_a_key_lives_ten_months_and_never_over_a_year(month: int) -> None:
    for day in (1, 28):
        now = datetime(2027, month, day, 23, 59, tzinfo=UTC)
        assert timedelta(days=300) < key_expiry(now) - now <= timedelta(days=365)


def test_within_a_month_the_key_expires_at_the_same_time() -> None:
    first, last = datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 2, 29, 23, tzinfo=UTC)
    assert key_expiry(first) == key_expiry(last) == datetime(2029, 1, 1, tzinfo=UTC)


def test_production_hides_the_schema_and_bounds_documents(production: Template) -> None:
    [api] = production.properties("AppSync::GraphQLApi")
    assert api["IntrospectionConfig"] == "DISABLED"
    assert api["QueryDepthLimit"] == 10
    assert api["ResolverCountLimit"] == 25


def test_errors_are_logged_without_what_users_see(template: Template) -> None:
    [api] = template.properties("AppSync::GraphQLApi")
    assert api["LogConfig"]["FieldLogLevel"] == "ERROR"
    assert api["LogConfig"]["ExcludeVerboseContent"] is True
