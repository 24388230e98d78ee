"""Starting the statement of a recorded query: when submitted, and again if that did not succeed."""

import logging

from core.again import look_again
from core.context import Context
from core.errors import StatementRefused, WarehouseBusy
from core.exports.unload import columns_query, export_statements
from core.parameters import Parameter, bound_value
from core.pipelines.pipeline import CompiledPipeline
from core.query import QueryError, QueryRecord, QueryStatus, failed, in_line, submitted
from core.report import CompiledReport
from core.row_values import row_values
from core.sharing import is_unwanted, share
from core.transition import advance

log = logging.getLogger(__name__)


def start(
    context: Context, record: QueryRecord, compiled: CompiledReport | CompiledPipeline
) -> QueryRecord:
    """Have Redshift run the query, which holds a running place, and record that it does.

    Safe to repeat: Redshift starts one statement of a name. Where one runs already that answers the
    query, it follows that one (core/sharing.py). Where there is no room the record stays QUEUED and
    stands in line (core/line.py). Where the query has ended meanwhile, the statement is stopped.
    """
    try:
        if isinstance(compiled, CompiledReport):
            record = share(context, record, compiled)
        if record.query.status is not QueryStatus.QUEUED:
            look_again(context, record)
            return record
        name = record.statement_name
        statement_id = _execute(context, record, compiled)
    except WarehouseBusy as error:
        log.warning("Query %s waits: %s", record.query.id, error)
        return stand_in_line(context, record)
    except StatementRefused as error:
        why = QueryError(type(error).__name__, str(error))
        return advance(context, record, lambda stored: failed(stored, why, context.now()))
    now = context.now()
    stored = advance(
        context, record, lambda stored: submitted(stored, name, statement_id, now, now)
    )
    if stored.statement_id != statement_id and _may_yet_want(stored, name):
        log.info("Query %s is started by somebody else, too", stored.query.id)
    elif stored.statement_id != statement_id:
        _stop_unwanted(context, record, statement_id)
    else:
        look_again(context, stored)
    return stored


def stand_in_line(context: Context, record: QueryRecord) -> QueryRecord:
    """Note that it wants room; one that stands there already has a message under way."""
    stood = advance(context, record, lambda stored: in_line(stored, context.now()))
    if stood.is_in_line and not record.is_in_line:
        look_again(context, stood)
    return stood


def _execute(
    context: Context, record: QueryRecord, compiled: CompiledReport | CompiledPipeline
) -> str:
    if isinstance(compiled, CompiledReport):
        return _execute_report(context, record, compiled)
    name, sqls = record.statement_name, compiled.sqls
    if len(sqls) == 1:
        return context.warehouse.execute(name, sqls[0], [])
    return context.warehouse.execute_all(name, sqls, [])


def _execute_report(context: Context, record: QueryRecord, report: CompiledReport) -> str:
    query, name, bound = record.query, record.statement_name, _bound(report, record)
    given = {parameter.name for parameter in query.parameters}
    if query.export is None or record.export_prefix is None:
        return context.warehouse.execute(name, report.statement(given), bound)
    columns = context.warehouse.columns(name, columns_query(report, given), bound)
    place, prefix = context.exports.place, record.export_prefix
    sqls = export_statements(report, given, columns, query.export, place, prefix)
    return context.warehouse.execute_all(name, sqls, bound)


def _may_yet_want(record: QueryRecord, name: str) -> bool:
    """Whether the statement of its own name is for a query that waits, whatever it follows now.

    Two who start it may differ for a moment in whom it is to follow.
    """
    return record.query.status is QueryStatus.QUEUED and name == record.query.id


def _stop_unwanted(context: Context, record: QueryRecord, statement_id: str) -> None:
    """The query ended while its statement was being started: it was cancelled, mostly.

    record: the query as it was when that began.
    """
    if not is_unwanted(context, record):
        return
    log.info("Query %s ended before statement %s, which is stopped", record.query.id, statement_id)
    try:
        context.warehouse.cancel(statement_id)
    except WarehouseBusy as error:
        log.warning("The next sweep stops statement %s: %s", statement_id, error)


def _bound(report: CompiledReport, record: QueryRecord) -> list[Parameter]:
    """All of it from the record, so that whoever starts it binds the same."""
    declared = {parameter.name: parameter for parameter in report.report.parameters}
    given = [
        Parameter(parameter.name, bound_value(declared[parameter.name], parameter.value))
        for parameter in record.query.parameters
    ]
    return given + row_values(report.row_values, record.query.owner, record.bound_groups or ())
