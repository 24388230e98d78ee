"""Ask a data warehouse a question; the answer is pushed to you.

These are the names for scripts and notebooks; errors are in `querycast.errors`.
"""

from querycast.auth import ApiKey, Auth
from querycast.client import Client
from querycast.export import Compression, ExportFormat, ExportOptions
from querycast.query import QueryExecution, QueryStatus
from querycast.report import Report
from querycast.result import Result
from querycast.version import __version__

__all__ = [
    "ApiKey",
    "Auth",
    "Client",
    "Compression",
    "ExportFormat",
    "ExportOptions",
    "QueryExecution",
    "QueryStatus",
    "Report",
    "Result",
    "__version__",
]
