"""Changes of events are told once, and none is lost, whatever happens on the way."""

import asyncio
from collections.abc import Callable

import pytest

from querycast.agenda.watch import EventWatch
from querycast.errors import Refused, Unavailable
from querycast.follow import Pace
from tests.clients.agenda.service import MINE, TEAM, FakeAgenda, event

NEVER = 1_000  # seconds
ONLY_PUSHES = Pace(backoff=0.001, longest_backoff=0.002, relistings=NEVER)
ONLY_LISTINGS = Pace(backoff=0.001, longest_backoff=0.002, relistings=0.01)

Told = tuple[str, str, int]  # kind, id, version


def watch(
    service: FakeAgenda,
    count: int,
    *steps: Callable[[], object],
    calendar: str | None = None,
    pace: Pace = ONLY_PUSHES,
) -> list[Told]:
    """So many changes. The steps happen one each time that all is quiet; the first, at the start.

    That nothing more is told is shown by the event `last`, which is created at the end.
    """

    async def run() -> list[Told]:
        told: list[Told] = []
        acting = asyncio.create_task(act())
        changes = EventWatch(service, calendar, pace).changes()
        async with asyncio.timeout(60):
            async for change in changes:
                if change.id == "last":
                    break
                told.append((change.kind.value, change.id, change.version))
        await changes.aclose()
        await acting
        return told

    async def act() -> None:
        for step in (*steps, end):
            await quiet(service)
            step()

    def end() -> None:
        service.loses_pushes = False
        service.put("last", **({"calendar": calendar} if calendar else {}))

    told = asyncio.run(run())
    assert len(told) == count, told
    return told


async def quiet(service: FakeAgenda) -> None:
    """Until there is a subscriber, and nobody has asked for anything for a moment."""
    asked = -1
    while not service.subscribers or asked != len(service.operations):
        asked = len(service.operations)
        await asyncio.sleep(0.03)


def test_each_change_is_told_as_it_comes(service: FakeAgenda) -> None:
    service.events["old"] = event("old", 3)
    steps = (
        lambda: service.put("new"),
        lambda: service.put("new", title="Renamed"),
        lambda: service.put("old"),
        lambda: service.remove("new"),
    )
    assert watch(service, 4, *steps) == [
        ("CREATED", "new", 1),
        ("UPDATED", "new", 2),
        ("UPDATED", "old", 4),
        ("DELETED", "new", 3),
    ]


def test_what_is_there_at_the_start_is_no_change(service: FakeAgenda) -> None:
    service.events = {str(number): event(str(number)) for number in range(7)}
    watch(service, 0)


def test_it_lists_subscribes_and_lists_again(service: FakeAgenda) -> None:
    service.on_subscribe = lambda: service.operations.append("subscribed")
    watch(service, 0)
    assert service.operations[:3] == ["listEvents", "subscribed", "listEvents"]


def test_a_change_between_the_listing_and_the_subscription_is_told(service: FakeAgenda) -> None:
    service.on_subscribe = lambda: service.events.setdefault("between", event("between"))
    assert watch(service, 1) == [("CREATED", "between", 1)]


def test_a_change_that_push_and_listing_tell_is_told_once(service: FakeAgenda) -> None:
    def while_listing() -> None:
        if service.subscribers and "x" not in service.events:
            service.put("x")

    service.on_list = while_listing
    assert watch(service, 1) == [("CREATED", "x", 1)]


def test_doubled_and_older_pushes_are_not_told(service: FakeAgenda) -> None:
    def repeat() -> None:
        after = service.put("x", title="Second")
        service.tell("UPDATED", after, 2)
        service.tell("CREATED", event("x"), 1)

    assert watch(service, 2, lambda: service.put("x"), repeat) == [
        ("CREATED", "x", 1),
        ("UPDATED", "x", 2),
    ]


def test_what_comes_late_of_a_deleted_event_does_not_bring_it_back(service: FakeAgenda) -> None:
    def late() -> None:
        service.remove("x")
        service.tell("UPDATED", event("x", 1), 1)
        service.tell("DELETED", event("x"), 2)

    assert watch(service, 2, lambda: service.put("x"), late) == [
        ("CREATED", "x", 1),
        ("DELETED", "x", 2),
    ]


def lost(service: FakeAgenda, *changes: Callable[[], object]) -> Callable[[], None]:
    """A step: the connection breaks, and the changes happen before it is there again."""

    def step() -> None:
        service.loses_pushes = True
        for change in changes:
            change()
        service.break_connections()
        service.on_subscribe = lambda: setattr(service, "loses_pushes", False)

    return step


def test_what_changes_while_the_connection_is_lost_is_told_when_it_is_back(
    service: FakeAgenda,
) -> None:
    service.events = {name: event(name) for name in ("kept", "changed", "removed")}
    step = lost(
        service,
        lambda: service.put("created"),
        lambda: service.put("changed", title="Changed"),
        lambda: service.remove("removed"),
    )
    assert sorted(watch(service, 3, step)) == [
        ("CREATED", "created", 1),
        ("DELETED", "removed", 2),
        ("UPDATED", "changed", 2),
    ]


def test_a_connection_that_cannot_be_made_for_a_while_loses_nothing(service: FakeAgenda) -> None:
    service.connect_outages.extend([Unavailable("no route")] * 3)
    service.on_subscribe = lambda: service.events.setdefault("meanwhile", event("meanwhile"))
    assert watch(service, 1) == [("CREATED", "meanwhile", 1)]


def test_a_listing_that_fails_is_made_again(service: FakeAgenda) -> None:
    def fail() -> None:
        service.outages.extend([Unavailable("down")] * 2)

    step = lost(service, lambda: service.put("x"), fail)
    assert watch(service, 1, step) == [("CREATED", "x", 1)]


def test_a_lost_push_is_healed_by_the_next_listing(service: FakeAgenda) -> None:
    def unheard() -> None:
        service.loses_pushes = True
        service.put("x")

    async def heard() -> list[Told]:
        changes = EventWatch(service, None, ONLY_LISTINGS).changes()
        asyncio.get_running_loop().call_later(0.05, unheard)
        async with asyncio.timeout(60):
            change = await anext(changes)
        await changes.aclose()
        return [(change.kind.value, change.id, change.version)]

    assert asyncio.run(heard()) == [("CREATED", "x", 1)]


def test_a_move_is_an_end_here_and_a_beginning_there(service: FakeAgenda) -> None:
    service.events["x"] = event("x")
    assert watch(service, 2, lambda: service.put("x", calendar=TEAM)) == [
        ("DELETED", "x", 2),
        ("CREATED", "x", 2),
    ]


def test_a_move_while_the_connection_is_lost_is_told_likewise(service: FakeAgenda) -> None:
    service.events["x"] = event("x")
    assert watch(service, 2, lost(service, lambda: service.put("x", calendar=TEAM))) == [
        ("DELETED", "x", 2),
        ("CREATED", "x", 2),
    ]


def test_of_one_calendar_a_move_out_of_it_is_an_end(service: FakeAgenda) -> None:
    service.events["x"] = event("x")
    step = lost(service, lambda: service.put("x", calendar=TEAM))
    assert watch(service, 1, step, calendar=MINE) == [("DELETED", "x", 2)]


def test_a_listing_that_is_older_than_a_push_changes_nothing(service: FakeAgenda) -> None:
    def outdated() -> None:
        service.stale = {"x": event("x", 1), "gone": event("gone", 1), "new": None}
        service.break_connections()

    steps = (
        lambda: service.put("x"),
        lambda: service.put("x", title="Second"),
        lambda: service.put("gone"),
        lambda: service.remove("gone"),
        lambda: service.put("new"),
        outdated,
    )
    assert watch(service, 5, *steps)[-1] == ("CREATED", "new", 1)
    assert service.subscriptions == 2


def test_what_a_listing_lacks_is_not_called_deleted_before_it_is_sought(
    service: FakeAgenda,
) -> None:
    """It may have been moved to a page that was read already."""
    service.events["x"] = event("x")
    service.on_subscribe = lambda: service.stale.update(x=None)
    watch(service, 0)
    assert "getEvent" in service.operations


def test_a_confirmation_that_fails_is_made_again(service: FakeAgenda) -> None:
    service.events["x"] = event("x")

    def fail_once() -> None:
        service.on_get = lambda: None
        raise Unavailable("down")

    service.on_get = fail_once
    assert watch(service, 1, lost(service, lambda: service.remove("x"))) == [("DELETED", "x", 2)]


def test_a_calendar_of_anothers_is_refused_at_the_start(service: FakeAgenda) -> None:
    with pytest.raises(Refused, match="no calendar 'group:other' of yours"):
        watch(service, 0, calendar="group:other")


def test_a_calendar_that_is_lost_later_ends_it(service: FakeAgenda) -> None:
    def lose() -> None:
        service.connect_outages.append(Refused("CalendarNotFound", "It is yours no more."))
        service.break_connections()

    with pytest.raises(Refused, match="yours no more"):
        watch(service, 0, lose, calendar=TEAM)


def test_no_answer_at_the_start_is_said(service: FakeAgenda) -> None:
    service.outages.append(Unavailable("down"))
    with pytest.raises(Unavailable, match="down"):
        watch(service, 0)


def test_who_stops_reading_leaves_no_subscription(service: FakeAgenda) -> None:
    watch(service, 0)
    assert service.subscribers == []
