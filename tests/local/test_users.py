"""Demo users can sign in at once, and keep their passwords."""

from pathlib import Path
from typing import Any

import pytest

from local.deploy import deploy
from local.users import DEMO_USERS, DemoUser, ensure_demo_users
from tests.local.assemblies import write_assembly
from tests.local.conftest import Emulator

POLICY = {
    "MinimumLength": 12,
    "RequireLowercase": True,
    "RequireUppercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
}


def group(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Cognito::UserPoolGroup",
        "Properties": {"UserPoolId": {"Ref": "Pool"}, "GroupName": name},
    }


RESOURCES: dict[str, Any] = {
    "Pool": {
        "Type": "AWS::Cognito::UserPool",
        "Properties": {"UsernameAttributes": ["email"], "Policies": {"PasswordPolicy": POLICY}},
    },
    "Client": {
        "Type": "AWS::Cognito::UserPoolClient",
        "Properties": {
            "UserPoolId": {"Ref": "Pool"},
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        },
    },
    "Analysts": group("analysts"),
    "Administrators": group("administrators"),
}


class Pool:
    def __init__(self, emulator: Emulator, stack: str) -> None:
        self.cognito = emulator.client("cognito-idp")
        resources = emulator.client("cloudformation").list_stack_resources(StackName=stack)
        ids = {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in resources["StackResourceSummaries"]
        }
        self.id, self.client_id = ids["Pool"], ids["Client"]

    def signs_in(self, user: DemoUser) -> bool:
        answer = self.cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=self.client_id,
            AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
        )
        return "IdToken" in answer["AuthenticationResult"]

    def groups(self, user: DemoUser) -> set[str]:
        answer = self.cognito.admin_list_groups_for_user(UserPoolId=self.id, Username=user.email)
        return {each["GroupName"] for each in answer["Groups"]}


@pytest.fixture
def pool(local_aws: Emulator, tmp_path: Path, request: pytest.FixtureRequest) -> Pool:
    name = request.node.name.replace("_", "-")
    deploy(write_assembly(tmp_path, name, RESOURCES))
    return Pool(local_aws, name)


def test_they_sign_in_without_a_mail(pool: Pool) -> None:
    users, changed = ensure_demo_users(pool.id, {})
    assert changed
    assert all(pool.signs_in(user) for user in users)


def test_each_is_in_its_groups(pool: Pool) -> None:
    users, _ = ensure_demo_users(pool.id, {})
    assert {user.email: pool.groups(user) for user in users} == {
        email: set(groups) for email, groups in DEMO_USERS.items()
    }


def test_a_second_time_changes_nothing(pool: Pool) -> None:
    users, _ = ensure_demo_users(pool.id, {})
    passwords = {user.email: user.password for user in users}
    assert ensure_demo_users(pool.id, passwords) == (users, False)


def test_a_lost_pool_gets_the_same_passwords_again(pool: Pool) -> None:
    users, changed = ensure_demo_users(pool.id, {"ana@example.com": "Aa1-remembered-x"})
    assert changed
    assert users[0].password == "Aa1-remembered-x"
    assert pool.signs_in(users[0])


def test_a_password_that_nobody_knows_is_replaced(pool: Pool) -> None:
    before, _ = ensure_demo_users(pool.id, {})
    after, changed = ensure_demo_users(pool.id, {})
    assert changed
    assert before[0].password != after[0].password
    assert pool.signs_in(after[0])
