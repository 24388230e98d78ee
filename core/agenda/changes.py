"""What became of an event, from what was stored of it before and after."""

from core.agenda.event import DeletedEvent, Event, EventChange, EventChangeKind, StoredEvent

Stored = StoredEvent | DeletedEvent | None


def changes(before: Stored, after: Stored) -> list[EventChange]:
    """What subscribers of each calendar are to be told, in order; nothing of a forgotten tombstone.

    What was removed by whatever does not leave a tombstone, such as its expiry, has one version
    more than it had, so that whoever has seen that takes it for news.
    """
    old, new = _event(before), _event(after)
    if old is None:
        return [] if new is None else [_is(EventChangeKind.CREATED, new)]
    if new is None:
        version = after.version if isinstance(after, DeletedEvent) else old.version + 1
        return [_gone(old, version)]
    if old.calendar != new.calendar:
        return [_gone(old, new.version), _is(EventChangeKind.CREATED, new)]
    return [_is(EventChangeKind.UPDATED, new)]


def _event(stored: Stored) -> Event | None:
    return stored.event if isinstance(stored, StoredEvent) else None


def _is(kind: EventChangeKind, event: Event) -> EventChange:
    return EventChange(event.calendar, event.id, event.version, kind, event)


def _gone(event: Event, version: int) -> EventChange:
    return EventChange(event.calendar, event.id, version, EventChangeKind.DELETED)
