"""How a caller of the API signs in: Cognito first, IAM for the publisher, and a key where the stage
has one. https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

from datetime import UTC, datetime

from aws_cdk import Expiration
from aws_cdk import aws_appsync as appsync

from infra.stage import Stage
from infra.users import Users

KEY_MONTHS = 11  # AppSync allows 365 days


def authorization(stage: Stage, users: Users) -> appsync.AuthorizationConfig:
    additional = [appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.IAM)]
    if stage.api_key:
        expires = Expiration.at_date(key_expiry(datetime.now(UTC)))
        additional.append(
            appsync.AuthorizationMode(
                authorization_type=appsync.AuthorizationType.API_KEY,
                api_key_config=appsync.ApiKeyConfig(expires=expires),
            )
        )
    return appsync.AuthorizationConfig(
        default_authorization=appsync.AuthorizationMode(
            authorization_type=appsync.AuthorizationType.USER_POOL,
            user_pool_config=appsync.UserPoolConfig(user_pool=users.pool),
        ),
        additional_authorization_modes=additional,
    )


def key_expiry(now: datetime) -> datetime:
    """Counted from the first of the month, so that a template made again within it is the same.

    Every deployment in a later month renews the key.
    """
    month = now.year * 12 + (now.month - 1) + KEY_MONTHS
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
