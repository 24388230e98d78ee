"""A Cognito user pool with people in groups, and their tokens."""

import secrets
from dataclasses import dataclass
from typing import Any

GROUPS = {"userA": ["A"], "userB": ["B"], "userNone": []}


@dataclass(frozen=True)
class Users:
    """The pool, its client, and what its people sign in with: headers by a name."""

    pool_id: str
    client_id: str
    credentials: dict[str, dict[str, str]]


def create_users(client: Any, prefix: str, created: dict[str, Any]) -> Users:
    cognito = client("cognito-idp")
    pool_id = cognito.create_user_pool(PoolName=prefix)["UserPool"]["Id"]
    created["pools"].append(pool_id)
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client_id = cognito.create_user_pool_client(
        UserPoolId=pool_id, ClientName=prefix, ExplicitAuthFlows=flows
    )["UserPoolClient"]["ClientId"]
    for group in ("A", "B"):
        cognito.create_group(UserPoolId=pool_id, GroupName=group)
    credentials = {}
    for name, groups in GROUPS.items():
        tokens = _signed_in(cognito, pool_id, client_id, name, groups)
        credentials[name] = {"authorization": tokens["IdToken"]}
        credentials[f"{name}Access"] = {"authorization": tokens["AccessToken"]}
        credentials[f"{name}Bearer"] = {"authorization": f"Bearer {tokens['IdToken']}"}
    body, _, signature = tokens["IdToken"].rpartition(".")
    credentials["forged"] = {"authorization": f"{body}.{signature[::-1]}"}
    credentials["noJwt"] = {"authorization": "no-jwt-at-all"}
    return Users(pool_id, client_id, credentials)


def _signed_in(cognito: Any, pool_id: str, client_id: str, name: str, groups: list[str]) -> Any:
    person = {"UserPoolId": pool_id, "Username": name}
    password = f"Aa1!{secrets.token_urlsafe(16)}"
    cognito.admin_create_user(**person, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**person, Password=password, Permanent=True)
    for group in groups:
        cognito.admin_add_user_to_group(**person, GroupName=group)
    return cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )["AuthenticationResult"]
