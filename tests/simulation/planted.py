"""Bugs, to be planted one at a time into the real code: each must be told by the checker.

A bug is an edit of one function's source. The edited code takes the place of the function's own, so
that whoever imported the function runs it too.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import core.cancel
import core.catalogue
import core.complete
import core.left_out
import core.pipelines.run
import core.query
import core.result
import core.sharing
import core.start
import core.submit
import core.sweep
import core.transition
from core.aws import owner_places
from core.aws.owner_places import HAS_NONE
from core.aws.query_table import QueryTable
from core.aws.redshift_data import RedshiftData
from core.places import Limits
from querycast.follow import Follower
from streams import publish, statement_changed, sweep
from tests.simulation import appsync

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """`invariants`: one of these is what it breaks."""

    name: str
    invariants: tuple[str, ...]
    plant: Plant


def edit(function: Any, *edits: tuple[str, str]) -> Plant:
    """Texts of the function's source, and what they are replaced by."""

    def plant(monkeypatch: pytest.MonkeyPatch) -> None:
        plain = inspect.unwrap(function)
        source = textwrap.dedent(inspect.getsource(plain))
        for old, new in edits:
            assert old in source, f"{plain.__qualname__} has no {old!r} any more; plant it anew"
            source = source.replace(old, new)
        tree = ast.parse(source)
        tree.body[0].decorator_list = []  # type: ignore[attr-defined]  # it is a function
        scope: dict[str, Any] = {}
        exec(compile(tree, f"<{plain.__qualname__}>", "exec"), plain.__globals__, scope)
        monkeypatch.setattr(plain, "__code__", scope[plain.__name__].__code__)

    return plant


def edit_resolver(name: str, old: str, new: str) -> Plant:
    """An edit of a resolver's JavaScript."""

    def plant(monkeypatch: pytest.MonkeyPatch) -> None:
        assert old in appsync.CODE[name], f"{name} has no {old!r} any more; plant it anew"
        monkeypatch.setitem(appsync.CODE, name, appsync.CODE[name].replace(old, new))

    return plant


def anyone_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """D16: the mutation that pushes is open to callers."""
    open_to_all = {mode for modes in appsync.schema_modes().values() for mode in modes}
    opened = appsync.schema_modes() | {"publishQuery": open_to_all}
    monkeypatch.setattr(appsync, "schema_modes", lambda: opened)


def nobody_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place to run is taken, however many there are."""
    monkeypatch.setattr(owner_places, "MAY_RUN", f"attribute_exists(id) AND {HAS_NONE}")


def runs_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """002: nothing keeps a run from beginning while another runs."""
    for name in ("OF_A_PIPELINE", "NONE_MAY_WAIT"):
        monkeypatch.setattr(core.pipelines.run, name, Limits(running=2, waiting=20))


BEFORE_RECORDING = """
    statement_id = context.warehouse.execute(query_id, compiled.statement(set()), [])
    if not context.queries.put_new(record):"""

PUSH_FIRST = """
    while changed is not None:
        from streams.publish import push
        push(changed.query)"""

THE_EVENTS_WORD = """
    from dataclasses import replace
    from core.statement import StatementStatus
    statement = replace(statement, status=StatementStatus("FINISHED"))
    return advance("""

UNTIL_A_FAILURE = """
        found = []
        for records in by_query.values():
            found = pool.map(first_failure, [records])
            if found[0]:
                break
        failed = [number for number in found"""

BUGS = [
    Bug(
        "a cancel is noted and not asked of Redshift",
        ("I9",),
        edit(
            core.cancel.stop,
            ("if record.statement_id is None or", "if record.cancelled_by or"),
        ),
    ),
    Bug(
        "whoever knows the id cancels the query",
        ("I4",),
        edit(core.cancel._cancellable, ("if administers(caller):", "if True:")),
    ),
    Bug(
        "a new record overwrites an old one",
        ("I1", "I4"),
        edit(QueryTable.put_new, (', ConditionExpression="attribute_not_exists(id)"', "")),
    ),
    Bug(
        "a record is replaced whatever its version",
        ("I1",),
        edit(
            QueryTable.replace,
            ('ConditionExpression="version = :expected",', ""),
            ('ExpressionAttributeValues={":expected": {"N": str(expected_version)}},', ""),
        ),
    ),
    Bug(
        "D1: the statement starts before it is recorded",
        ("I5",),
        edit(
            core.submit.admit,
            ("    if not context.queries.put_new(record):", BEFORE_RECORDING),
        ),
    ),
    Bug(
        "a change is pushed before it is stored",
        ("I2",),
        edit(core.transition.advance, ("\n    while changed is not None:", PUSH_FIRST)),
    ),
    Bug(
        "states may go backward",
        ("I1",),
        edit(
            core.query.observed,
            ("if not record.query.status.is_before(status):", "if record.query.status is status:"),
        ),
    ),
    Bug(
        "an ended query may fail again",
        ("I1",),
        edit(core.query.failed, ("if record.query.status.is_final:", "if False:")),
    ),
    Bug(
        "a version is not counted",
        ("I1", "I3", "I6"),
        edit(
            core.query._next, ("query.version + 1", "query.version + (not query.status.is_final)")
        ),
    ),
    Bug(
        "a statement starts without ClientToken",
        ("I5",),
        edit(RedshiftData._named, ('"ClientToken": name,', "")),
    ),
    Bug(
        "a statement starts without StatementName",
        ("I1", "I2"),
        edit(RedshiftData._named, ('"StatementName": name,', '"StatementName": "querycast",')),
    ),
    Bug(
        "the event's word is taken, Redshift is not asked",
        ("I2",),
        edit(core.complete._observe, ("\n    return advance(", THE_EVENTS_WORD)),
    ),
    Bug(
        "D4: ABORTED is a success",
        ("I2",),
        edit(
            core.query.observed,
            (
                "QueryStatus(statement.status.value)",
                'QueryStatus(statement.status.value.replace("ABORTED", "FINISHED"))',
            ),
        ),
    ),
    Bug(
        "a busy warehouse is taken for one that forgot the statement",
        ("I2",),
        edit(
            RedshiftData.describe,
            ("if _code(error) in UNKNOWN:\n", "if True:\n"),
            ("with _answering():", "if True:"),
        ),
    ),
    Bug(
        "one query that cannot be swept ends the sweep",
        ("I1",),
        edit(sweep.swept, ("except Exception:", "except ZeroDivisionError:")),
    ),
    Bug(
        "the sweeper ignores QUEUED",
        ("I1", "I11"),
        edit(core.sweep.sweep, ("return _waiting(context, record)", "return record")),
    ),
    Bug(
        "D12: there is no sweeper",
        ("I1", "I9", "I11"),
        edit(sweep.handler, ("in stale(context()):", "in ():")),
    ),
    Bug(
        "events are ignored, the sweeper does it all",
        ("I1",),
        edit(
            statement_changed.handler,
            ("observe_statement(context(), query_id,", "(lambda *_: None)(context(), query_id,"),
        ),
    ),
    Bug(
        "D11: only the first record of a batch is handled",
        ("I3",),
        edit(publish.handler, ('in event["Records"]:', 'in event["Records"][:1]:')),
    ),
    Bug(
        "a poison takes the rest of its batch along",
        ("I3",),
        edit(
            publish.handler,
            (
                "failed = [number for number in pool.map(first_failure, by_query.values())",
                UNTIL_A_FAILURE,
            ),
        ),
    ),
    Bug(
        "D15: a push that failed is not told",
        ("I3",),
        edit(
            publish.first_failure,
            ('return str(record["dynamodb"]["SequenceNumber"])', "return None"),
        ),
    ),
    Bug(
        "D5: whoever knows the id reads the query",
        ("I4",),
        edit(core.catalogue.Catalogue.may_read, ("owns(caller, record) and ", "")),
    ),
    Bug(
        "whoever submits the id again is answered the query",
        ("I4",),
        edit(core.submit._same, ("not is_theirs or ", "")),
    ),
    Bug(
        "another input under the same id is answered the query",
        ("I4",),
        edit(core.submit._same, (" or not _is_same_input(stored, record)", "")),
    ),
    Bug(
        "the end is pushed whoever owns it",
        ("I4",),
        edit_resolver(
            "onQueryComplete", "{ fieldName: 'owner', operator: 'eq', value: owner },", ""
        ),
    ),
    Bug(
        "D17: a subscription without arguments hears everybody's",
        ("I4",),
        edit_resolver(
            "onQueryChange",
            "filters: [{ fieldName: 'owner', operator: 'eq', value: owner }]",
            "filters: []",
        ),
    ),
    Bug(
        "whoever cancels stops the statement that others share",
        ("I9",),
        edit(core.sharing.is_unwanted, ("record.max_age is None or", "True or")),
    ),
    Bug(
        "the last to leave stops nothing",
        ("I2", "I9", "I11"),
        edit(
            core.cancel.stop,
            ("if not is_unwanted(context, record):", "if record.max_age is not None:"),
        ),
    ),
    Bug(
        "the end of a statement is told to its first asker alone",
        ("I1",),
        edit(core.complete.observe_statement, ("if record.max_age is not None:", "if False:")),
    ),
    Bug(
        "who asks the same has a statement of their own",
        ("I5",),
        edit(core.sharing.share, ("if record.max_age is None:", "if True:")),
    ),
    Bug(
        "a query follows before it has joined",
        ("I1", "I2", "I9"),
        edit(core.sharing._follow, ("not is_joined or ", "")),
    ),
    Bug("an owner runs as much as they submit", ("I8",), nobody_counts),
    Bug("runs of a pipeline overlap", ("I8",), runs_overlap),
    Bug(
        "a slot has another run with every call",
        ("I1", "I5"),
        edit(core.pipelines.run.run_scheduled, ("timestamp(slot)", "timestamp(context.now())")),
    ),
    Bug(
        "what is left out of a schedule is not recorded",
        ("I1",),
        edit(
            core.left_out.left_out,
            ("if context.queries.put_new(skipping):", "if True:"),
        ),
    ),
    Bug(
        "the sweeper frees no place",
        ("I11",),
        edit(
            core.sweep.sweep_places,
            ("places = context.places.free(places.owner, query_id)", "continue"),
        ),
    ),
    Bug("D16: anyone may publish", ("I2", "I4"), anyone_publishes),
    Bug(
        "D3: a failure is not pushed",
        ("I3",),
        edit(
            publish.push,
            ("document = to_json(query)", "document = to_json(query)\n    if query.error: return"),
        ),
    ),
    Bug(
        "the client tells what it knew",
        ("I6",),
        edit(Follower.changes, ("last is None or query.version > last.version", "True")),
    ),
    Bug(
        "the client never reads again",
        ("I3",),
        edit(
            Follower._submit_and_read,
            (
                "for delay in chain([0], self._pace.rereads, repeat(self._pace.rereads[-1])):",
                "for delay in ():",
            ),
        ),
    ),
    Bug(
        "D5: a result ends with its first page",
        ("I7",),
        edit(core.result._page, ("elif result.next_token:", "elif False:")),
    ),
    Bug(
        "a page begins a row late",
        ("I7",),
        edit(core.result._page, ("Position(start.token, had)", "Position(start.token, had + 1)")),
    ),
    Bug(
        "an end is pushed without its rows",
        ("I7",),
        edit(publish.first_failure, ("query = pushed(context(), stored)", "query = stored.query")),
    ),
]
