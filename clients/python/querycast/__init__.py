"""Ask a data warehouse a question; the answer is pushed to you.

These are the names for scripts and notebooks; errors are in `querycast.errors`.
"""

from querycast.agenda.event import Calendar, Event, EventChange, EventChangeKind
from querycast.agenda.occurrence import Holiday, Occurrence
from querycast.agenda.when import Days, Times
from querycast.async_client import AsyncClient
from querycast.async_result import AsyncResult
from querycast.auth import ApiKey, Auth, BearerToken
from querycast.client import Client
from querycast.export import Compression, ExportFormat, ExportOptions
from querycast.handle import AsyncQueryHandle, QueryHandle
from querycast.iam import AwsCredentials
from querycast.pipelines.pipeline import Pipeline
from querycast.query import QueryExecution, QueryStatus
from querycast.report import Report
from querycast.result import Result
from querycast.version import __version__

__all__ = [
    "ApiKey",
    "AsyncClient",
    "AsyncQueryHandle",
    "AsyncResult",
    "Auth",
    "AwsCredentials",
    "BearerToken",
    "Calendar",
    "Client",
    "Compression",
    "Days",
    "Event",
    "EventChange",
    "EventChangeKind",
    "ExportFormat",
    "ExportOptions",
    "Holiday",
    "Occurrence",
    "Pipeline",
    "QueryExecution",
    "QueryHandle",
    "QueryStatus",
    "Report",
    "Result",
    "Times",
    "__version__",
]
