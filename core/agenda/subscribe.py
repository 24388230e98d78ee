"""Subscribing to calendars: which changes a subscriber is pushed."""

from dataclasses import dataclass

from core.access import Caller
from core.agenda.calendar import calendar_not_found, list_calendars, may_use
from core.context import Context
from core.errors import TooManyCalendars
from core.report import ID

# https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html
MAX_IN_VALUES = 5  # of one filter
MAX_CALENDARS = 10  # of all filters of a subscription


@dataclass(frozen=True)
class EventFilter:
    """What a subscription to calendars is to be filtered by.

    calendars: as many at once as one filter takes.
    subscriber: who has to remain a member of their groups.
    """

    calendars: list[list[ID]]
    subscriber: ID


def on_event_change(context: Context, caller: Caller, calendar: ID | None = None) -> EventFilter:
    """What a subscription to one calendar, or to all of the caller's, is to be filtered by.

    Raises:
        CalendarNotFound: it is not one of the caller's.
        TooManyCalendars: a subscription takes fewer than the caller has.
    """
    if calendar is not None and not may_use(caller, calendar):
        raise calendar_not_found(calendar)
    ids = [each.id for each in list_calendars(context, caller)] if calendar is None else [calendar]
    if len(ids) > MAX_CALENDARS:
        raise TooManyCalendars(
            f"You have {len(ids)} calendars, and AppSync takes {MAX_CALENDARS} a subscription; "
            "subscribe to each that you want by its id."
        )
    firsts = range(0, len(ids), MAX_IN_VALUES)
    return EventFilter([ids[first : first + MAX_IN_VALUES] for first in firsts], caller.id)
