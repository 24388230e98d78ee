"""The fields that need no Lambda, as signatures: the pushes and what they reach.

A push's input has the fields of what it delivers, so it is made from that type.
"""

from dataclasses import fields, is_dataclass, make_dataclass
from types import NoneType
from typing import Any, Optional, get_args, get_origin, get_type_hints

from core.agenda.calendar import Calendar
from core.agenda.event import EventChange
from core.agenda.schedule import (
    HolidayRegion,
    HolidayRegionInput,
    Schedule,
    ScheduleChange,
    ScheduledExport,
    ScheduledExportInput,
)
from core.parameters import Parameter, ParameterInput
from core.query import QueryExecution
from core.report import ID

INPUTS: list[type] = []  # the input types made here
TAKEN_AS = {  # what callers give, too
    Parameter: ParameterInput,
    ScheduledExport: ScheduledExportInput,
    HolidayRegion: HolidayRegionInput,
}
NOT_PUSHED = {(Schedule, "runs")}  # onQueryChange tells these


def input_of(kind: type, name: str) -> type:
    """An input type with the fields of a dataclass, the dataclasses inside it made inputs too."""
    hints = get_type_hints(kind)
    made = make_dataclass(
        name,
        [
            (field.name, _as_input(hints[field.name]), field)
            for field in fields(kind)
            if (kind, field.name) not in NOT_PUSHED
        ],
        frozen=True,
        namespace={"__doc__": f"{_a(kind.__name__)}, as the publisher gives it."},
    )
    INPUTS.append(made)
    return made


def _a(name: str) -> str:
    return f"An {name}" if name[0] in "AEIOU" else f"A {name}"


def _as_input(hint: Any) -> Any:
    if isinstance(hint, type) and hint in TAKEN_AS:
        return TAKEN_AS[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return input_of(hint, f"{hint.__name__}Input")
    if NoneType in get_args(hint):
        return Optional[_as_input(get_args(hint)[0])]  # noqa: UP045  # the hint is a value here
    if get_origin(hint) is list:
        return list[_as_input(get_args(hint)[0])]  # type: ignore[misc]  # the hint is a value here
    return hint


PublishQueryInput = input_of(QueryExecution, "PublishQueryInput")
PublishEventChangeInput = input_of(EventChange, "PublishEventChangeInput")
PublishScheduleChangeInput = input_of(ScheduleChange, "PublishScheduleChangeInput")


def publish_query(input: PublishQueryInput) -> QueryExecution | None:  # type: ignore[valid-type]  # made above
    """Deliver a query as it is now to its subscribers (resolvers/publish.js)."""


def publish_event_change(input: PublishEventChangeInput) -> EventChange | None:  # type: ignore[valid-type]  # made above
    """Deliver what became of an event to the subscribers of a calendar (resolvers/publish.js)."""


def publish_schedule_change(
    input: PublishScheduleChangeInput,  # type: ignore[valid-type]  # made above
) -> ScheduleChange | None:
    """Deliver what became of a schedule to its owner (resolvers/publish.js)."""


def keep_calendar_members(calendar: ID, members: list[ID]) -> Calendar | None:
    """End the subscriptions to a group's calendar of all who are no members of it any more."""


def keep_pipeline_members(pipeline: ID, members: list[ID]) -> ID | None:
    """End the subscriptions to a pipeline's runs of all who are in none of its groups any more."""


def on_query_complete(id: ID) -> QueryExecution | None:
    """The end of one of the caller's queries, once; it need not be submitted yet."""


def on_pipeline_run(name: ID) -> QueryExecution | None:
    """Every change of any run of a pipeline; of its results, nothing."""


def on_report_refresh(
    report: ID, parameters: list[ParameterInput] | None = None
) -> QueryExecution | None:
    """A report's new result whenever a pipeline has refreshed it; `watchReport` has it go on."""


def on_query_change() -> QueryExecution | None:
    """Every change of any of the caller's queries."""


def on_event_change(calendar: ID | None = None) -> EventChange | None:
    """Every change of the events of a calendar, or of all the calendars that the caller has now."""


def on_schedule_change() -> ScheduleChange | None:
    """Every change of any of the caller's schedules; of their runs, `onQueryChange` tells."""
