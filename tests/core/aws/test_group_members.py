"""The pool's groups: who is in one, and whether there is one."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.aws.group_members import GroupMembers
from core.aws.group_names import KEPT_SECONDS, GroupNames
from core.errors import GroupsUnavailable

POOL = "eu-west-1_pool"


class Clock:
    time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def cognito() -> Any:
    return boto3.client("cognito-idp", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def stubber(cognito: Any) -> Iterator[Stubber]:
    with Stubber(cognito) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def is_group(cognito: Any, clock: Clock) -> GroupNames:
    return GroupNames(cognito, POOL, clock)


def user(sub: str) -> dict[str, Any]:
    attributes = [{"Name": "email", "Value": "x"}, {"Name": "sub", "Value": sub}]
    return {"Username": f"name of {sub}", "Attributes": attributes}


def test_members_are_told_by_their_sub_from_all_pages(cognito: Any, stubber: Stubber) -> None:
    asked = {"UserPoolId": POOL, "GroupName": "analysts"}
    first = {"Users": [user("ana"), user("ben")], "NextToken": "more"}
    stubber.add_response("list_users_in_group", first, asked)
    more = asked | {"NextToken": "more"}
    stubber.add_response("list_users_in_group", {"Users": [user("cy")]}, more)
    assert GroupMembers(cognito, POOL)("analysts") == ["ana", "ben", "cy"]


def test_a_group_that_is_gone_has_no_members(cognito: Any, stubber: Stubber) -> None:
    stubber.add_client_error("list_users_in_group", "ResourceNotFoundException")
    assert GroupMembers(cognito, POOL)("analysts") == []


def test_a_group_that_is_there_is_asked_for_every_half_minute(
    stubber: Stubber, is_group: GroupNames, clock: Clock
) -> None:
    stubber.add_response("get_group", {"Group": {}}, {"UserPoolId": POOL, "GroupName": "analysts"})
    assert is_group("analysts")
    clock.time += KEPT_SECONDS - 1
    assert is_group("analysts")
    clock.time += 1
    stubber.add_client_error("get_group", "ResourceNotFoundException")
    assert not is_group("analysts")


def test_a_group_that_is_not_there_is_asked_for_each_time(
    stubber: Stubber, is_group: GroupNames
) -> None:
    stubber.add_client_error("get_group", "ResourceNotFoundException")
    stubber.add_client_error("get_group", "InvalidParameterException")
    stubber.add_response("get_group", {"Group": {}})
    assert [is_group("analysts") for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("name", ["", "g" * 129])
def test_a_name_that_no_group_can_have_is_not_asked_for(
    stubber: Stubber, is_group: GroupNames, name: str
) -> None:
    assert not is_group(name)


def test_where_cognito_does_not_answer_groups_are_not_known(
    stubber: Stubber, is_group: GroupNames
) -> None:
    stubber.add_client_error("get_group", "TooManyRequestsException")
    with pytest.raises(GroupsUnavailable):
        is_group("analysts")
