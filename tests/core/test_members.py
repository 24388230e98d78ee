"""Before a change of a group's calendar is pushed, others' subscriptions to it are ended."""

from collections.abc import Sequence

import pytest

from core.members import TOLD_FOR_SECONDS, MembersTold

ANALYSTS = ["analysts"]


class Told:
    """A group whose members are told, at a time that moves when told."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.members = ["ana", "ben"]
        self.kept: list[tuple[str, list[str]]] = []
        self.trouble: Exception | None = None

    def keep(self, calendar: str, members: Sequence[str]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.kept.append((calendar, list(members)))

    def make(self) -> MembersTold:
        return MembersTold(lambda group: self.members, self.keep, lambda: self.time)


@pytest.fixture
def told() -> Told:
    return Told()


def test_who_is_a_member_is_told_before_the_first_change(told: Told) -> None:
    told.make().before("group:analysts", ANALYSTS)
    assert told.kept == [("group:analysts", ["ana", "ben"])]


def test_it_is_told_again_after_half_a_minute(told: Told) -> None:
    members = told.make()
    members.before("group:analysts", ANALYSTS)
    told.members = ["ben"]
    told.time += TOLD_FOR_SECONDS - 1
    members.before("group:analysts", ANALYSTS)
    assert len(told.kept) == 1
    told.time += 1
    members.before("group:analysts", ANALYSTS)
    assert told.kept[1:] == [("group:analysts", ["ben"])]


def test_each_group_is_told_of_by_itself(told: Told) -> None:
    members = told.make()
    for calendar in ("group:a", "group:b", "group:a"):
        members.before(calendar, ANALYSTS)
    assert [calendar for calendar, _ in told.kept] == ["group:a", "group:b"]


def test_who_is_in_several_groups_is_told_of_once(told: Told) -> None:
    told.make().before("load", ["analysts", "administrators"])
    assert told.kept == [("load", ["ana", "ben"])]


def test_what_could_not_be_told_is_told_next_time(told: Told) -> None:
    members = told.make()
    told.trouble = ConnectionError("AppSync answered 500")
    with pytest.raises(ConnectionError):
        members.before("group:analysts", ANALYSTS)
    told.trouble = None
    members.before("group:analysts", ANALYSTS)
    assert len(told.kept) == 1


def test_a_clock_that_was_put_back_lets_nobody_stay(told: Told) -> None:
    members = told.make()
    members.before("group:analysts", ANALYSTS)
    told.time -= 3600
    members.before("group:analysts", ANALYSTS)
    assert len(told.kept) == 2
