"""A user's groups: asked of Cognito, all pages of them, and kept for less than a minute."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.aws.user_groups import KEPT_SECONDS, UserGroups
from core.errors import GroupsUnavailable
from core.report import ID

ANA = ID("a7d1c0de-0000-4000-8000-000000000001")
OPERATION = "admin_list_groups_for_user"


class Clock:
    time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cognito() -> Any:
    return boto3.client("cognito-idp", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def stubber(cognito: Any) -> Iterator[Stubber]:
    with Stubber(cognito) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def groups(cognito: Any, clock: Clock) -> UserGroups:
    return UserGroups(cognito, "us-east-1_pool", clock)


def answer(stubber: Stubber, *names: str, token: str | None = None) -> None:
    document: dict[str, Any] = {"Groups": [{"GroupName": name} for name in names]}
    stubber.add_response(OPERATION, document | ({"NextToken": token} if token else {}))


def test_all_pages_are_read(stubber: Stubber, groups: UserGroups) -> None:
    answer(stubber, "analysts", token="more")
    answer(stubber, "managers")
    assert groups(ANA) == {"analysts", "managers"}


def test_an_answer_is_kept_and_then_asked_for_again(
    stubber: Stubber, groups: UserGroups, clock: Clock
) -> None:
    answer(stubber, "analysts")
    assert groups(ANA) == {"analysts"}
    clock.time += KEPT_SECONDS
    assert groups(ANA) == {"analysts"}
    clock.time += 1
    answer(stubber)
    assert groups(ANA) == frozenset()


def test_what_was_lost_tells_within_a_minute() -> None:
    assert KEPT_SECONDS <= 45  # the rest is for the push itself


def test_a_clock_that_was_put_back_keeps_nothing_for_longer(
    stubber: Stubber, groups: UserGroups, clock: Clock
) -> None:
    answer(stubber, "analysts")
    groups(ANA)
    clock.time -= 3_600
    answer(stubber)
    assert groups(ANA) == frozenset()


def test_a_user_who_is_gone_has_none(stubber: Stubber, groups: UserGroups) -> None:
    stubber.add_client_error(OPERATION, "UserNotFoundException")
    assert groups(ANA) == frozenset()


def test_a_failure_is_neither_an_answer_nor_kept(stubber: Stubber, groups: UserGroups) -> None:
    stubber.add_client_error(OPERATION, "TooManyRequestsException")
    with pytest.raises(GroupsUnavailable, match="ask again soon"):
        groups(ANA)
    answer(stubber, "analysts")
    assert groups(ANA) == {"analysts"}
