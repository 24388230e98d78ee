"""Which function answers which field; a function's annotations are its field's arguments.

That of a subscription answers what its resolver filters by, for who may subscribe.

A function may also take what is not an argument: `context` (the services), `caller` (who asks) and
`selection` (the names of the fields that were selected of the answer).
"""

from collections.abc import Callable
from typing import Any

from core.agenda.calendar import list_calendars
from core.agenda.change_schedule import delete_schedule, pause_schedule, resume_schedule
from core.agenda.holidays import list_holidays
from core.agenda.occurrences import list_occurrences
from core.agenda.read import get_event, list_events
from core.agenda.read_schedules import get_schedule, list_schedules
from core.agenda.schedule_report import schedule_report, update_schedule
from core.agenda.subscribe import on_event_change
from core.agenda.write import create_event, delete_event, update_event
from core.cancel import cancel_query
from core.exports.downloads import get_downloads
from core.exports.export_query import export_query
from core.live.watch import on_report_refresh, watch_report
from core.pipelines.pause import pause_pipeline, resume_pipeline
from core.pipelines.read import get_pipeline, list_pipelines, on_pipeline_run
from core.pipelines.run import run_pipeline
from core.read import get_query, get_query_result, get_report, list_queries, list_reports
from core.submit import submit_query

ROUTES: dict[str, Callable[..., Any]] = {
    "Query.listReports": list_reports,
    "Query.getReport": get_report,
    "Query.getQuery": get_query,
    "Query.listQueries": list_queries,
    "Query.getQueryResult": get_query_result,
    "Query.getDownloads": get_downloads,
    "Query.listPipelines": list_pipelines,
    "Query.getPipeline": get_pipeline,
    "Query.listCalendars": list_calendars,
    "Query.getEvent": get_event,
    "Query.listEvents": list_events,
    "Query.listHolidays": list_holidays,
    "Query.listSchedules": list_schedules,
    "Query.getSchedule": get_schedule,
    "Query.listOccurrences": list_occurrences,
    "Mutation.submitQuery": submit_query,
    "Mutation.exportQuery": export_query,
    "Mutation.cancelQuery": cancel_query,
    "Mutation.runPipeline": run_pipeline,
    "Mutation.pausePipeline": pause_pipeline,
    "Mutation.resumePipeline": resume_pipeline,
    "Mutation.watchReport": watch_report,
    "Mutation.scheduleReport": schedule_report,
    "Mutation.updateSchedule": update_schedule,
    "Mutation.pauseSchedule": pause_schedule,
    "Mutation.resumeSchedule": resume_schedule,
    "Mutation.deleteSchedule": delete_schedule,
    "Mutation.createEvent": create_event,
    "Mutation.updateEvent": update_event,
    "Mutation.deleteEvent": delete_event,
    "Subscription.onPipelineRun": on_pipeline_run,
    "Subscription.onReportRefresh": on_report_refresh,
    "Subscription.onEventChange": on_event_change,
}
