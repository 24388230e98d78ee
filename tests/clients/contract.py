"""The contract, schema/schema.graphql, as a schema of graphql-core's."""

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

SCHEMA = Path(__file__).parents[2] / "schema" / "schema.graphql"
# AppSync has these by itself and refuses their definitions.
APPSYNC = """
scalar AWSDate
scalar AWSDateTime
scalar AWSJSON
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
"""


@cache
def contract(without: str = "") -> GraphQLSchema:
    """without: a field that the schema of an older service does not have, as `name: Type`."""
    text = SCHEMA.read_text(encoding="utf-8")
    assert without in text
    return build_schema(APPSYNC + (text.replace(without, "") if without else text))
