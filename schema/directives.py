"""AppSync's directives: who may use a type or field, and which mutations a subscription follows.

AppSync knows them by itself: their definitions are not printed.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

import strawberry
from strawberry.schema_directive import Location

WHERE = [Location.OBJECT, Location.FIELD_DEFINITION]


@strawberry.schema_directive(locations=WHERE, name="aws_cognito_user_pools", print_definition=False)
class AwsCognitoUserPools:
    """Users of the pool."""


@strawberry.schema_directive(locations=WHERE, name="aws_api_key", print_definition=False)
class AwsApiKey:
    """Whoever holds an API key, where the API has any."""


@strawberry.schema_directive(locations=WHERE, name="aws_iam", print_definition=False)
class AwsIam:
    """IAM principals whose policy allows the field."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="aws_subscribe", print_definition=False
)
class AwsSubscribe:
    """The mutations whose results the subscription delivers."""

    mutations: list[str]


USERS = [AwsCognitoUserPools(), AwsApiKey()]
PUBLISHER = [AwsIam()]
USERS_AND_PUBLISHER = [*USERS, *PUBLISHER]
