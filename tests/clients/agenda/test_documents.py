"""What is sent is what the contract takes: schema/schema.graphql."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from querycast.agenda import documents

SCHEMA = Path(__file__).parents[3] / "schema" / "schema.graphql"
DOCUMENTS = {name: text for name, text in vars(documents).items() if name[0].isupper()}
APPSYNC = """
scalar AWSDate
scalar AWSDateTime
scalar AWSJSON
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(APPSYNC + SCHEMA.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid(schema: GraphQLSchema, name: str) -> None:
    assert validate(schema, parse(DOCUMENTS[name])) == []


def test_every_document_is_looked_at() -> None:
    assert len(DOCUMENTS) == 9
