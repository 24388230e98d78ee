"""The schema: core's types and the functions that resolvers route to, as Strawberry sees them.

Types are marked in place, once, when this module is imported. A field's arguments are its
function's parameters; what the server itself gives (`context`, `caller`, `selection`) is left out.
Strawberry never goes into a Lambda.
"""

import inspect
from collections.abc import Callable, Sequence
from datetime import date, datetime
from inspect import cleandoc
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.base import get_object_definition
from strawberry.types.unset import UNSET

from core.agenda.calendar import Calendar
from core.agenda.event import Event, EventChange, EventChangeKind
from core.agenda.holidays import Holiday
from core.agenda.inputs import CreateEventInput, UpdateEventInput
from core.agenda.occurrences import Occurrence
from core.agenda.read import EventPage
from core.agenda.schedule import (
    HolidayRegion,
    HolidayRegionInput,
    Schedule,
    ScheduleChange,
    ScheduleChangeKind,
    ScheduledExport,
    ScheduledExportInput,
    ScheduleReportInput,
    UpdateScheduleInput,
)
from core.context import QueryFilter
from core.exports.downloads import Download
from core.exports.export import (
    Compression,
    Export,
    ExportFile,
    ExportFormat,
    ExportPhase,
    ExportStep,
)
from core.exports.export_query import ExportQueryInput
from core.live.watch import ReportWatch
from core.parameters import Parameter, ParameterInput
from core.pipelines.pipeline import Overlap, Pipeline
from core.pipelines.run import RunPipelineInput
from core.query import QueryError, QueryExecution, QueryKind, QueryStatus
from core.read import QueryPage
from core.report import ID, Chart, ParameterType, Report, ReportParameter
from core.result import Column, Count, ResultPage, Rows
from core.submit import SubmitQueryInput
from resolvers.routes import ROUTES
from schema.directives import PUBLISHER, USERS, USERS_AND_PUBLISHER, AwsSubscribe
from schema.publish import (
    INPUTS,
    keep_calendar_members,
    keep_pipeline_members,
    on_event_change,
    on_pipeline_run,
    on_query_change,
    on_query_complete,
    on_report_refresh,
    on_schedule_change,
    publish_event_change,
    publish_query,
    publish_schedule_change,
)

GIVEN_BY_THE_SERVER = ("context", "caller", "selection")
SCALARS: dict[object, Any] = {
    ID: DEFAULT_SCALAR_REGISTRY[strawberry.ID],
    Count: DEFAULT_SCALAR_REGISTRY[float],
    Rows: strawberry.scalar(name="AWSJSON"),
    date: strawberry.scalar(name="AWSDate"),
    datetime: strawberry.scalar(name="AWSDateTime"),
}
PUSHES = AwsSubscribe(mutations=["publishQuery"])
PUSHES_EVENTS = AwsSubscribe(mutations=["publishEventChange"])
PUSHES_SCHEDULES = AwsSubscribe(mutations=["publishScheduleChange"])

ENUMS = (
    *(QueryKind, QueryStatus, ParameterType, ExportFormat, Compression, ExportPhase, Overlap),
    *(EventChangeKind, ScheduleChangeKind),
)
EXPORTED = (Export, ExportStep, ExportFile)
AGENDA = (Calendar, Event, EventChange, ScheduleChange, Schedule, ScheduledExport, HolidayRegion)
PUSHED = (QueryExecution, Parameter, QueryError, ResultPage, Column, *EXPORTED, *AGENDA)
READ = (
    *(QueryPage, Report, ReportParameter, Chart, Download, Pipeline, ReportWatch),
    *(EventPage, Holiday, Occurrence),
)
SCHEDULED = (ScheduleReportInput, UpdateScheduleInput, ScheduledExportInput, HolidayRegionInput)
TAKEN = (
    *(SubmitQueryInput, ExportQueryInput, RunPipelineInput, ParameterInput, QueryFilter),
    *(CreateEventInput, UpdateEventInput, *SCHEDULED),
)


def build() -> strawberry.Schema:
    """The whole schema, its root fields in the order of ROUTES."""
    return strawberry.Schema(
        query=_root("Query"),
        mutation=_root(
            "Mutation",
            publishQuery=_field(publish_query, PUBLISHER),
            publishEventChange=_field(publish_event_change, PUBLISHER),
            publishScheduleChange=_field(publish_schedule_change, PUBLISHER),
            keepCalendarMembers=_field(keep_calendar_members, PUBLISHER),
            keepPipelineMembers=_field(keep_pipeline_members, PUBLISHER),
        ),
        subscription=_root(
            "Subscription",
            onQueryComplete=_field(on_query_complete, [*USERS, PUSHES]),
            onQueryChange=_field(on_query_change, [*USERS, PUSHES]),
            onPipelineRun=_field(on_pipeline_run, [*USERS, PUSHES]),
            onReportRefresh=_field(on_report_refresh, [*USERS, PUSHES]),
            onEventChange=_field(on_event_change, [*USERS, PUSHES_EVENTS]),
            onScheduleChange=_field(on_schedule_change, [*USERS, PUSHES_SCHEDULES]),
        ),
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def _mark_types() -> None:
    for enum in ENUMS:
        strawberry.enum(enum)
    for types, directives in ((PUSHED, USERS_AND_PUBLISHER), (READ, USERS)):
        for kind in types:
            strawberry.type(kind, description=cleandoc(kind.__doc__ or ""), directives=directives)
    for taken in (*TAKEN, *INPUTS):
        strawberry.input(taken, description=cleandoc(taken.__doc__ or ""))
        _drop_defaults(taken)


def _drop_defaults(kind: Any) -> None:
    """Defaults of input fields are not printed: AppSync does not forward them."""
    for field in get_object_definition(kind, strict=True).fields:
        if field.default is None:
            field.default = field.default_value = UNSET


def _root(name: str, **more: Any) -> type:
    """A root type: the routed fields of that name, and those that are declared otherwise."""
    routed = {
        route.removeprefix(f"{name}."): _field(function, USERS)
        for route, function in ROUTES.items()
        if route.startswith(f"{name}.")
    }
    return strawberry.type(type(name, (), routed | more))


def _field(function: Callable[..., Any], directives: Sequence[object]) -> Any:
    def answered() -> None: ...

    signature = inspect.signature(function)
    shown = [
        parameter.replace(default=UNSET if parameter.default is None else parameter.default)
        for parameter in signature.parameters.values()
        if parameter.name not in GIVEN_BY_THE_SERVER
    ]
    answered.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]  # read by Strawberry
    summary = (function.__doc__ or "").partition("\n")[0]
    return strawberry.field(resolver=answered, description=summary, directives=directives)


_mark_types()
