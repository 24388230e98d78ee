"""Moving a stored query forward when others may be moving it too."""

from collections.abc import Callable

from core.context import Context
from core.query import QueryRecord

Transition = Callable[[QueryRecord], QueryRecord | None]


def advance(context: Context, record: QueryRecord, transition: Transition) -> QueryRecord:
    """Apply a transition of core/query.py and answer the record as it is then stored.

    When another writer was faster, the transition is tried again on what that one wrote; where it
    no longer moves the query forward, nothing is written.
    """
    changed = transition(record)
    while changed is not None:
        if context.queries.replace(changed, expected_version=record.query.version):
            return changed
        stored = context.queries.get(record.query.id)
        if stored is None:  # its time to live is over
            return record
        record = stored
        changed = transition(record)
    return record
