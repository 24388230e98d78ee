"""Sharing: whoever asks the same question while its statement runs follows that statement.

The first asker leads: the statement has its query's id as name, and whoever starts it, the leader
or a follower, starts the one statement of that name. Every asker has a record, a place, pushes and
access checks of its own. Who is cancelled or takes too long leaves; the last to leave stops the
statement. A result that is young enough answers at once, without a place or a statement.

A question is the report's version, its parameters, the row values and, of a report that pipelines
refresh, their last runs: so what was read before such a run answers nobody after it. Who leads it,
who follows and whether all have left are atomic writes (`Sharing` in core/context.py). A query
notes whom it follows before it joins them, and leaves them before it forgets them, so that whatever
is killed in between is taken up again from its record.
"""

import hashlib
import json
import logging
from dataclasses import replace
from datetime import timedelta

from core.again import look_soon
from core.context import Context
from core.query import QueryRecord, QueryStatus, answered, following, submitted
from core.report import CompiledReport
from core.row_values import row_values
from core.transition import advance

log = logging.getLogger(__name__)

READABLE_FOR = timedelta(minutes=10)  # at least, is a result that answers another query
MAX_LEADERS = 5  # to ask in turn; beyond, a query runs alone


def question(context: Context, record: QueryRecord, report: CompiledReport) -> str:
    """What is asked, as a hash: the same for all whom one result answers."""
    refreshed_by = report.report.refreshed_by or []
    runs = [context.pipelines.state(name).finished_run for name in refreshed_by]
    values = row_values(report.row_values, record.query.owner, record.bound_groups or ())
    asked = [
        report.report.name,
        record.report_version,
        runs,
        *([parameter.name, parameter.value] for parameter in [*record.query.parameters, *values]),
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def reuse(context: Context, record: QueryRecord, report: CompiledReport) -> QueryRecord | None:
    """The new query as answered by a result that is young enough; None where there is none."""
    if not record.max_age:
        return None
    leader_id = context.sharing.leader(question(context, record, report))
    leader = None if leader_id is None else context.queries.get(leader_id)
    if leader is None or not _answers(context, leader, record):
        return None
    reused = answered(record, leader, context.now())
    return replace(reused, query=replace(reused.query, version=record.query.version))


def share(context: Context, record: QueryRecord, report: CompiledReport) -> QueryRecord:
    """Find the statement that answers a query whose turn has come.

    Where that is another's, the query follows it and is as far as that one is, except that it may
    stay QUEUED, to be started under the other's name. Else it leads those who ask the same.
    """
    if record.max_age is None:
        return record
    asked, instead_of = question(context, record, report), None
    for _ in range(MAX_LEADERS):
        leader_id = context.sharing.lead(asked, record.query.id, instead_of, context.now())
        if leader_id == record.query.id:
            break
        record = _follow(context, record, leader_id)
        if record.follows == leader_id or record.query.status is not QueryStatus.QUEUED:
            return record
        instead_of = leader_id
    return _forget(context, record)


def is_answered(context: Context, record: QueryRecord) -> bool:
    """Whether the statement of its name answers the query: its own, or one that it is let join."""
    if record.follows is None:
        return True
    return context.sharing.join(record.follows, record.query.id, context.now())


def is_unwanted(context: Context, record: QueryRecord) -> bool:
    """Leave the query's statement; whether nobody is left who wants it."""
    return record.max_age is None or context.sharing.leave(record.statement_name, record.query.id)


def _follow(context: Context, record: QueryRecord, leader_id: str) -> QueryRecord:
    """The query as it follows the leader, or follows nobody where there is nothing to follow."""
    leader = context.queries.get(leader_id)
    if leader is None or not _is_followed(context, leader, record):
        return _forget(context, record)
    if record.follows != leader_id:
        followed, record = leader.query.id, _forget(context, record)
        record = advance(context, record, lambda stored: following(stored, followed, context.now()))
    if record.follows != leader_id:
        return record
    is_joined = context.sharing.join(leader_id, record.query.id, context.now())
    leader = context.queries.get(leader_id)  # whoever ends it from here on ends its followers too
    if leader is None or not is_joined or not _is_followed(context, leader, record):
        return _forget(context, record)
    return _as_far_as(context, record, leader)


def _as_far_as(context: Context, record: QueryRecord, leader: QueryRecord) -> QueryRecord:
    log.info("Query %s follows query %s", record.query.id, leader.query.id)
    if _answers(context, leader, record):
        return advance(
            context,
            record,
            lambda stored: answered(stored, leader, context.now()) if _waits(stored) else None,
        )
    statement_id = leader.statement_id
    if statement_id is None:
        return record
    since = leader.executed_at or context.now()
    return advance(
        context,
        record,
        lambda stored: submitted(stored, leader.query.id, statement_id, context.now(), since),
    )


def _is_followed(context: Context, leader: QueryRecord, record: QueryRecord) -> bool:
    """Whether the leader's statement answers the query, or will."""
    if not leader.query.status.is_final:
        return True
    if leader.is_to_stop and leader.statement_id is not None:  # it may have left others behind
        statement = context.warehouse.describe(leader.statement_id)
        return statement is not None and not statement.status.is_final
    return _answers(context, leader, record)


def _answers(context: Context, leader: QueryRecord, record: QueryRecord) -> bool:
    """Whether the leader has a result that is young enough, and can be read for a while yet."""
    ended_at, expires_at = leader.query.finished_at, leader.query.result_expires_at
    if record.max_age is None or ended_at is None or expires_at is None:
        return False
    is_young = ended_at >= record.query.submitted_at - record.max_age
    return is_young and expires_at - context.now() > READABLE_FOR


def _forget(context: Context, record: QueryRecord) -> QueryRecord:
    """The query as it follows nobody; what runs for nobody any more is stopped."""
    leader_id = record.follows
    if leader_id is None or not _waits(record):
        return record
    if context.sharing.leave(leader_id, record.query.id):
        statement_id = context.warehouse.find(leader_id)
        if statement_id is not None:
            context.warehouse.cancel(statement_id)
    record = advance(
        context,
        record,
        lambda stored: (
            following(stored, None, context.now()) if stored.follows == leader_id else None
        ),
    )
    if record.follows == leader_id:  # somebody else started it meanwhile, and it was left by us
        look_soon(context, record)
    return record


def _waits(record: QueryRecord) -> bool:
    return record.query.status is QueryStatus.QUEUED
