"""Watching a report: its owner is pushed a new result whenever a pipeline has refreshed it.

AppSync tells nobody when a subscriber has gone, so a watch is a lease: subscribing begins it, and
who still watches renews it. Where nobody watches any more, nothing runs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.access import Caller
from core.context import Context, Watch
from core.errors import NotRefreshed
from core.parameters import Parameter, ParameterInput, check_parameters
from core.report import ID
from core.submit import own_id

WATCHED_FOR = timedelta(hours=1)  # since it was begun, or renewed last


@dataclass(frozen=True)
class ReportWatch:
    """That a report is watched with these parameters; `id` is the `watch` of what is pushed.

    expiresAt: until then; `watchReport` renews it.
    """

    id: ID
    report: ID
    parameters: list[Parameter]
    expires_at: datetime


@dataclass(frozen=True)
class WatchFilter:
    """What a subscription to a watch is to be filtered by."""

    watch: ID
    owner: ID


def watch_report(
    context: Context, caller: Caller, report: ID, parameters: list[ParameterInput] | None = None
) -> ReportWatch:
    """Begin to watch a report, or go on for another hour; `onReportRefresh` delivers its results.

    Raises:
        ReportNotFound, InvalidParameter: as they say.
        NotRefreshed: no pipeline refreshes the report.
    """
    compiled = context.catalogue().runnable(report, caller)
    if not compiled.report.refreshed_by:
        raise NotRefreshed(
            f"No pipeline refreshes report {report}, so there is nothing to wait for; run it with "
            "submitQuery."
        )
    checked = check_parameters(compiled.report.parameters, parameters or [])
    expires_at = context.now() + WATCHED_FOR
    values = [text for parameter in checked for text in (parameter.name, parameter.value)]
    watch_id = own_id("watch", caller.id, report, *values)
    context.watches.keep(Watch(watch_id, caller.id, report, checked, expires_at))
    return ReportWatch(watch_id, report, checked, expires_at)


def on_report_refresh(
    context: Context, caller: Caller, report: ID, parameters: list[ParameterInput] | None = None
) -> WatchFilter:
    """Begin to watch a report; what the subscription is to be filtered by.

    Raises:
        ReportNotFound, InvalidParameter, NotRefreshed: as `watch_report`.
    """
    watch = watch_report(context, caller, report, parameters)
    return WatchFilter(watch.id, caller.id)
