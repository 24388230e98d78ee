"""Calendars, and who may subscribe to which."""

import pytest

from core.access import API_KEY_OWNER, Caller
from core.agenda.calendar import Calendar, list_calendars
from core.agenda.subscribe import EventFilter, on_event_change
from core.errors import CalendarNotFound, TooManyCalendars
from core.report import ID
from tests.core.agenda.conftest import ANALYSTS
from tests.fakes import FakeServices


def member_of(count: int) -> Caller:
    return Caller(ID("cy"), frozenset(f"g{number:03}" for number in range(count)))


def test_calendars_are_ones_own_and_then_those_of_ones_groups_by_name(
    services: FakeServices,
) -> None:
    caller = Caller(ID("cy"), frozenset({"b", "a"}))
    assert list_calendars(services.context, caller) == [
        Calendar(ID("user:cy")),
        Calendar(ID("group:a"), "a"),
        Calendar(ID("group:b"), "b"),
    ]


def test_holders_of_a_key_share_a_calendar(services: FakeServices) -> None:
    keyed = Caller(API_KEY_OWNER)
    assert list_calendars(services.context, keyed) == [Calendar(ID("user:api-key"))]


def test_one_calendar_is_subscribed_to_by_who_may_use_it(
    services: FakeServices, ana: Caller
) -> None:
    assert on_event_change(services.context, ana, ANALYSTS) == EventFilter([[ANALYSTS]], ana.id)
    for calendar in ("user:ben", "group:administrators", "group:nope"):
        with pytest.raises(CalendarNotFound):
            on_event_change(services.context, ana, ID(calendar))


def test_all_calendars_are_as_many_filters_as_they_need(services: FakeServices) -> None:
    found = on_event_change(services.context, member_of(9))
    assert [len(some) for some in found.calendars] == [5, 5]
    assert found.calendars[0][:2] == ["user:cy", "group:g000"]


def test_more_calendars_than_a_subscription_takes_are_refused(services: FakeServices) -> None:
    with pytest.raises(TooManyCalendars, match="You have 11 calendars, and AppSync takes 10"):
        on_event_change(services.context, member_of(10))
    assert on_event_change(services.context, member_of(10), ID("group:g009")).subscriber == "cy"
