"""What is known of events, so that of all that is told only news is told on, and each once.

An event is told of by pushes, which may come twice or late, and by listings, which may be older
than a push. In each calendar only a newer version is news. That an event is gone is remembered,
too: what comes late of it does not bring it back.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from querycast.agenda.event import Event, EventChange, EventChangeKind


@dataclass(frozen=True)
class _Known:
    """An event in a calendar. `event`: None once it is gone from there."""

    version: int
    event: Event | None


class KnownEvents:
    """The events of some calendars, each in those where it is or was."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._known: dict[str, dict[str, _Known]] = defaultdict(dict)  # by id, then by calendar
        for event in events:
            self._known[event.id][event.calendar] = _Known(event.version, event)

    def pushed(self, change: EventChange) -> Iterator[EventChange]:
        """The change, where it is news."""
        if change.event is None:
            yield from self._gone(change.calendar, change.id, change.version)
        else:
            yield from self.seen(change.event)

    def seen(self, event: Event) -> Iterator[EventChange]:
        """What is new of an event that is there; it may have moved from another calendar."""
        places = self._known[event.id]
        for calendar in [calendar for calendar in places if calendar != event.calendar]:
            yield from self._gone(calendar, event.id, event.version)
        known = places.get(event.calendar)
        if known is not None and known.version >= event.version:
            return
        before = known.event if known else None
        kind = EventChangeKind.UPDATED if before else EventChangeKind.CREATED
        places[event.calendar] = _Known(event.version, event)
        yield EventChange(event.calendar, event.id, event.version, kind, event, before)

    def missing(self, events: Sequence[Event]) -> list[Event]:
        """Those that are known to be there and are not among these."""
        there = {(event.calendar, event.id) for event in events}
        known = (each.event for places in self._known.values() for each in places.values())
        return [event for event in known if event and (event.calendar, event.id) not in there]

    def lost(self, event: Event) -> Iterator[EventChange]:
        """That a known event is not to be found: it is gone, with some later version."""
        yield from self._gone(event.calendar, event.id, event.version + 1)

    def moved(self, event: Event, version: int) -> Iterator[EventChange]:
        """That a known event is in another calendar since that version."""
        yield from self._gone(event.calendar, event.id, version)

    def _gone(self, calendar: str, event_id: str, version: int) -> Iterator[EventChange]:
        places = self._known[event_id]
        known = places.get(calendar)
        if known is not None and known.version >= version:
            return
        places[calendar] = _Known(version, None)
        before = known.event if known else None
        if known is None or before is not None:  # else it was told before
            kind = EventChangeKind.DELETED
            yield EventChange(calendar, event_id, version, kind, None, before)
