"""Demo users of a local stack: whom one signs in as to try it."""

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

DEMO_USERS: Mapping[str, tuple[str, ...]] = {
    "ana@example.com": ("analysts",),
    "ben@example.com": ("analysts",),
    "ada@example.com": ("administrators", "analysts"),
}


@dataclass(frozen=True)
class DemoUser:
    email: str
    password: str
    groups: tuple[str, ...]


def ensure_demo_users(pool: str, passwords: Mapping[str, str]) -> tuple[list[DemoUser], bool]:
    """The demo users, and whether any had to be made or mended.

    passwords: by e-mail, those given before; they are given again.
    """
    client = boto3.client("cognito-idp")
    users, changed = [], False
    for email, groups in DEMO_USERS.items():
        user = DemoUser(email, passwords.get(email) or new_password(), groups)
        is_known = email in passwords and is_confirmed(client, pool, email)
        if not is_known:
            confirm(client, pool, user)
        changed |= ensure_groups(client, pool, user) or not is_known
        users.append(user)
    return users, changed


def new_password() -> str:
    """Random, after one character of each kind that a password policy may ask for."""
    return f"Aa1-{secrets.token_urlsafe(12)}"


def is_confirmed(client: "CognitoIdentityProviderClient", pool: str, email: str) -> bool:
    try:
        user = client.admin_get_user(UserPoolId=pool, Username=email)
    except client.exceptions.UserNotFoundException:
        return False
    return user.get("UserStatus") == "CONFIRMED"


def confirm(client: "CognitoIdentityProviderClient", pool: str, user: DemoUser) -> None:
    """Without a mail: nobody reads that mailbox."""
    # Of one who exists, a password that nobody knows any more is replaced.
    with contextlib.suppress(client.exceptions.UsernameExistsException):
        client.admin_create_user(
            UserPoolId=pool,
            Username=user.email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": user.email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    client.admin_set_user_password(
        UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True
    )


def ensure_groups(client: "CognitoIdentityProviderClient", pool: str, user: DemoUser) -> bool:
    groups = client.admin_list_groups_for_user(UserPoolId=pool, Username=user.email)["Groups"]
    missing = set(user.groups) - {group["GroupName"] for group in groups}
    for group in sorted(missing):
        client.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=group)
    return bool(missing)
