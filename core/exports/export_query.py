"""Exporting a report: a query of kind EXPORT, submitted, watched and cancelled as any other."""

from dataclasses import dataclass, replace

from core.access import Caller
from core.context import Context
from core.exports.export import Compression, ExportFormat, new_export, new_prefix
from core.notices.wish import wants_notice
from core.parameters import ParameterInput
from core.query import QueryExecution
from core.report import ID
from core.submit import chosen_id, new_record, submit


@dataclass(frozen=True)
class ExportQueryInput:
    """A report, values for its parameters, and how the files are to be.

    id, notify: as of submitQuery.
    compression: GZIP or ZSTD for CSV and JSON; none when left out.
    singleFile: one file instead of as many as Redshift writes.
    formulaSafe: for CSV, true when left out: a text that a spreadsheet would take for a formula
        gets an apostrophe before it.
    """

    report: ID
    format: ExportFormat
    id: ID | None = None
    parameters: list[ParameterInput] | None = None
    compression: Compression | None = None
    single_file: bool | None = None
    formula_safe: bool | None = None
    notify: bool | None = None


def export_query(context: Context, caller: Caller, input: ExportQueryInput) -> QueryExecution:
    """Start the export of a report, or have it wait, and return at once; `getDownloads` follows.

    Raises:
        InvalidId, InvalidNotify, InvalidExport, ReportNotFound, InvalidParameter: as they say.
        IdAlreadyUsed: the id is that of another query.
        TooManyQueries: as many of the caller's queries run and wait as may.
    """
    query_id = chosen_id(input.id)
    notify = wants_notice(context, caller, input.notify)
    export = new_export(input.format, input.compression, input.single_file, input.formula_safe)
    report = context.catalogue().runnable(input.report, caller)
    record = new_record(context, caller, query_id, report, input.parameters or [], export=export)
    record = replace(record, export_prefix=new_prefix(caller.id, query_id), notify=notify)
    return submit(context, caller, record, report).query
