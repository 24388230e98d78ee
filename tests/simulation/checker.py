"""What must hold of every history, whatever went wrong: the invariants, one function each.

| id  | invariant |
|-----|---|
| I1  | every accepted query ends exactly once, in time, and its versions only go forward |
| I2  | how it ended is how its statement ended, and nobody is told what is not stored |
| I3  | every follower learns the end in time, and once; every subscriber is sent it |
| I4  | nobody is sent or answered what is another's |
| I5  | a query has one statement, recorded before it began, or shares one; a slot has one run |
| I6  | the versions that a follower tells grow |
| I7  | rows are the warehouse's rows |
| I8  | no owner has more statements at once than may run, and no two runs of a pipeline overlap |
| I9  | a cancelled query ends in time, and takes no other along |
| I11 | at rest nothing is left over: no orphan statement, no dead letter but poison |

It works on plain values (history.py), so that any recorded run can be checked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

from tests.simulation.history import (
    FINAL,
    Called,
    CancelAnswered,
    DeadLettered,
    Delivered,
    Dropped,
    Event,
    Fault,
    FaultsEnded,
    Following,
    Left,
    OfQuery,
    Read,
    Rested,
    Rows,
    StatementEnded,
    StatementStarted,
    Stored,
    Submitted,
    Subscribed,
    Told,
    Unseen,
    Unsubscribed,
    Withheld,
)

RANK = {"QUEUED": 0, "SUBMITTED": 1, "PICKED": 2, "STARTED": 3} | dict.fromkeys(FINAL, 4)
OF_STATEMENT = {"StatementFailed": "FAILED", "StatementAborted": "ABORTED", None: "FINISHED"}
PIPELINE = "pipeline:"  # so begins the owner of a pipeline's runs, which never overlap
CANCELLED = "QueryCancelled"  # the type of the error of a query that was cancelled

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Bounds:
    """Within how many seconds.

    notice: from an end being stored until a follower is told.
    ending: from a statement's end until it is stored.
    cancelling: from a cancel's answer until the end, of its statement too; Redshift does not stop
        what it has not begun.
    starting: from being recorded until it is started or given up; there may be no room.
    running: how many statements of one owner may run at once; None: any number.
    A run with faults has the second pair, counted from the end of the faults at the earliest.
    """

    notice: float = 1
    ending: float = 5
    cancelling: float = 150
    starting: float = 600
    notice_after_faults: float = 65
    ending_after_faults: float = 150
    running: int | None = None


@dataclass(frozen=True)
class Violation:
    """What does not hold, with the events that show it."""

    invariant: str
    query_id: str
    what: str
    events: tuple[Event, ...]

    def __str__(self) -> str:
        shown = "".join(f"\n    {event}" for event in self.events)
        return f"{self.invariant} of query {self.query_id}: {self.what}{shown}"


class History:
    """A history, by query and by kind of event; queries in the order they are first heard of."""

    def __init__(self, events: Sequence[Event], bounds: Bounds) -> None:
        self.events = events
        self.bounds = bounds
        self._of_query: dict[str, list[OfQuery]] = defaultdict(list)
        self._of_kind: dict[type[Event], list[Any]] = defaultdict(list)
        for event in events:
            self._of_kind[type(event)].append(event)
            if isinstance(event, OfQuery):
                self._of_query[event.query_id].append(event)
        self._subscribed: dict[str | None, list[Subscribed]] = defaultdict(list)
        for subscribed in self.all(Subscribed):
            self._subscribed[subscribed.query_id].append(subscribed)
        self.has_faults = bool(self.all(Fault))
        self.faults_ended = max((event.at for event in self.all(FaultsEnded)), default=0.0)
        self.is_at_rest = bool(self.all(Rested))

        self._ended = {event.statement_id: event for event in reversed(self.all(StatementEnded))}
        self.sharing: dict[str, set[str]] = defaultdict(set)  # who ever did, by statement's name
        for stored in self.all(Stored):
            self.sharing[stored.statement_name].add(stored.query_id)

    @property
    def query_ids(self) -> list[str]:
        return list(self._of_query)

    def all(self, kind: type[E]) -> list[E]:
        return self._of_kind[kind]

    def subscribed_to(self, query_id: str) -> list[Subscribed]:
        """Those that ask for this query, and those that ask for all of their caller's."""
        return self._subscribed[query_id] + self._subscribed[None]

    @cached_property
    def gone(self) -> set[str]:
        """The subscribers that left before all was at rest."""
        rested = self.all(Rested)[0].at
        return {event.subscriber for event in self.all(Unsubscribed) if event.at < rested}

    def of(self, query_id: str, kind: type[E]) -> list[E]:
        return [event for event in self._of_query[query_id] if isinstance(event, kind)]

    def versions(self, query_id: str) -> list[Stored]:
        """What was stored, without what was stored again as it was."""
        versions: list[Stored] = []
        for stored in self.of(query_id, Stored):
            if not versions or replace(stored, at=versions[-1].at) != versions[-1]:
                versions.append(stored)
        return versions

    def is_recorded_since(self, query_id: str, at: float) -> bool:
        """Whether it was stored by then, or may have been where nobody saw it."""
        stored = self.of(query_id, Stored)
        return 1 in self.unseen(query_id) or (bool(stored) and stored[0].at <= at)

    def end(self, query_id: str) -> Stored | None:
        """The first final version that was stored."""
        return next((s for s in self.of(query_id, Stored) if s.status in FINAL), None)

    def statement_end(self, query_id: str) -> StatementEnded | None:
        """How the statement ended that the query has in the end."""
        end = self.end(query_id)
        return self._ended.get(end.statement_id) if end and end.statement_id else None

    def is_shared(self, query_id: str) -> bool:
        """Whether the statement that the query had in the end was ever another's too."""
        end = self.end(query_id)
        return end is not None and len(self.sharing[end.statement_name]) > 1

    def unseen(self, query_id: str) -> set[int]:
        """The versions that were stored and not recorded."""
        gaps = self.of(query_id, Unseen)
        return {version for gap in gaps for version in range(gap.first, gap.last + 1)}

    def due(self, query_id: str, at: float, without_faults: float, after_faults: float) -> float:
        """When something must have happened to a query that could happen from `at` on."""
        if not self.has_faults:
            return at + without_faults
        names = {query_id, *(stored.statement_name for stored in self.of(query_id, Stored))}
        withheld = (event.until for name in names for event in self.of(name, Withheld))
        return max(at, self.faults_ended, *withheld) + after_faults


Check = Callable[[History, str], Iterator[Violation]]


def violations(events: Sequence[Event], bounds: Bounds | None = None) -> list[Violation]:
    """Everything that does not hold."""
    history = History(events, bounds or Bounds())
    found = [
        violation
        for query_id in history.query_ids
        for check in CHECKS
        for violation in check(history, query_id)
    ]
    overall = (_limits_hold, _question_is_asked_once, _slot_runs_once, _left_over)
    return [*found, *(violation for check in overall for violation in check(history))]


def _ends_once(history: History, query_id: str) -> Iterator[Violation]:
    stored = history.versions(query_id)
    unseen = history.unseen(query_id)
    if stored and stored[0].version != 1 and 1 not in unseen:
        yield Violation("I1", query_id, "its first version is not 1", (stored[0],))
    for one, next_one in pairwise(stored):
        if next_one.version != one.version + 1 and one.version + 1 not in unseen:
            yield Violation("I1", query_id, "a version is not the next one", (one, next_one))
        marks = (
            next_one.is_cancelled > one.is_cancelled,
            next_one.is_in_line > one.is_in_line,
            next_one.follows != one.follows,
        )
        is_marked = any(marks) and one.status not in FINAL
        if RANK[next_one.status] + is_marked <= RANK[one.status]:
            yield Violation("I1", query_id, "its status does not go forward", (one, next_one))
        if next_one.owner != one.owner or next_one.input != one.input:
            yield Violation("I1", query_id, "it became another query", (one, next_one))


def _ends(history: History, query_id: str) -> Iterator[Violation]:
    end = history.end(query_id)
    stored = history.of(query_id, Stored)
    accepted = [event for event in history.of(query_id, Submitted) if event.status]
    if end is None and history.is_at_rest and (stored or accepted):
        yield Violation("I1", query_id, "it was accepted and never ended", (*accepted, *stored))
    if accepted and not history.is_recorded_since(query_id, accepted[0].at):
        yield Violation("I1", query_id, "it was accepted before it was stored", (accepted[0],))
    ended = history.statement_end(query_id)
    if ended is not None and end is not None:
        bounds, name = history.bounds, end.statement_name
        had = max(ended.at, next(each.at for each in stored if each.statement_name == name))
        due = history.due(query_id, had, bounds.ending, bounds.ending_after_faults)
        if end.at > due:
            yield Violation("I1", query_id, f"its end was due at {due:.3f}", (ended, end))


def _starts(history: History, query_id: str) -> Iterator[Violation]:
    stored = history.of(query_id, Stored)
    if not stored or not history.is_at_rest or 1 in history.unseen(query_id):
        return
    if stored[0].owner.startswith(PIPELINE):  # it waits for all runs before it
        return
    starting = history.bounds.starting
    due = history.due(query_id, stored[0].at, starting, starting)
    # A statement that is withheld may hold all places of whoever shares it.
    due = max([due, *(event.until + starting for event in history.all(Withheld))])
    started = next((each for each in stored if each.status != "QUEUED"), None)
    if started is None or started.at > due:
        yield Violation("I1", query_id, f"it waited beyond {due:.3f}", tuple(stored[:2]))


def _slots_are_recorded(history: History, query_id: str) -> Iterator[Violation]:
    called = history.of(query_id, Called)
    recorded = [*history.of(query_id, Stored), *history.of(query_id, DeadLettered)]
    if called and history.is_at_rest and not recorded:
        yield Violation("I1", query_id, "a schedule called, and nothing came of it", (called[0],))


def _is_true(history: History, query_id: str) -> Iterator[Violation]:
    end = history.end(query_id)
    if end is None:
        return
    if end.error == CANCELLED and end.status != "ABORTED":
        yield Violation("I2", query_id, "it was cancelled and did not end so", (end,))
    if end.error == CANCELLED and history.is_shared(query_id):  # it may have left others behind
        return
    ended = history.statement_end(query_id)
    own = [ended] if ended else []
    of_statement = OF_STATEMENT | ({CANCELLED: "ABORTED"} if end.statement_id else {})
    if end.error in of_statement:
        if not own:
            yield Violation("I2", query_id, "it ended without its statement's end", (end,))
        elif own[0].status != end.status or of_statement[end.error] != end.status:
            yield Violation("I2", query_id, "its statement ended otherwise", (own[0], end))
        elif own[0].at > end.at:
            yield Violation("I2", query_id, "it ended before its statement", (end, own[0]))
        elif end.has_result != (own[0].rows is not None and end.status == "FINISHED"):
            yield Violation("I2", query_id, "whether it has a result is wrong", (own[0], end))
    elif end.error != CANCELLED and history.of(query_id, StatementStarted):
        started = history.of(query_id, StatementStarted)
        yield Violation("I2", query_id, "it was given up though it runs", (*started, end))


def _news_is_stored(history: History, query_id: str) -> Iterator[Violation]:
    stored = {(s.version, s.status): s for s in reversed(history.of(query_id, Stored))}
    for event in _shown(history, query_id):
        if event.version is None or event.status is None:  # rows alone
            continue
        if event.version in history.unseen(query_id):
            continue
        written = stored.get((event.version, event.status))
        if written is None:
            yield Violation("I2", query_id, "what is told is not stored", (event,))
        elif written.at > event.at:
            yield Violation("I2", query_id, "it was told before stored", (event, written))


def _shown(history: History, query_id: str) -> list[Delivered | Read]:
    """All that anybody was told of the query."""
    return [*history.of(query_id, Delivered), *history.of(query_id, Read)]


def _followers_learn(history: History, query_id: str) -> Iterator[Violation]:
    end = history.end(query_id)
    for following in history.of(query_id, Following):
        own = [t for t in history.of(query_id, Told) if t.follower == following.follower]
        finals = [event for event in own if event.status in FINAL]
        if len(finals) > 1:
            yield Violation("I3", query_id, "a follower told several ends", tuple(finals))
        if end is None:
            continue
        bounds = history.bounds
        start = max(end.at, following.at)
        due = history.due(query_id, start, bounds.notice, bounds.notice_after_faults)
        left = [e for e in history.of(query_id, Left) if e.follower == following.follower]
        if left and left[0].at <= due:
            continue
        if not finals and history.is_at_rest:
            yield Violation("I3", query_id, "a follower never learnt the end", (following, end))
        elif finals and finals[0].at > due:
            late = f"a follower learnt the end later than {due:.3f}"
            yield Violation("I3", query_id, late, (following, end, finals[0]))


def _subscribers_are_sent_it(history: History, query_id: str) -> Iterator[Violation]:
    """Who listens all the while is sent the end, unless AppSync loses it or it is a dead letter."""
    end = history.end(query_id)
    if end is None or not history.is_at_rest:
        return
    if any(letter.version == end.version for letter in history.of(query_id, DeadLettered)):
        return
    sent = history.of(query_id, Delivered) + history.of(query_id, Dropped)
    reached = {event.subscriber for event in sent if event.version == end.version}
    for subscribed in history.subscribed_to(query_id):
        is_meant = subscribed.caller == end.owner
        is_there = subscribed.at < end.at and subscribed.subscriber not in history.gone
        if is_meant and is_there and subscribed.subscriber not in reached:
            yield Violation("I3", query_id, "a subscriber was not sent the end", (subscribed, end))


def _is_private(history: History, query_id: str) -> Iterator[Violation]:
    stored = history.of(query_id, Stored)
    if not stored:
        return
    owner = stored[0].owner
    answers = [event for event in history.of(query_id, Submitted) if event.status is not None]
    others: list[Submitted | CancelAnswered] = [*answers, *history.of(query_id, CancelAnswered)]
    for event in [*others, *_shown(history, query_id)]:
        if event.caller != owner:
            yield Violation("I4", query_id, f"it is {owner}'s alone", (event,))
    for answer in answers:
        if answer.input != stored[0].input:
            yield Violation("I4", query_id, "another input was answered with it", (answer,))


def _runs_once(history: History, query_id: str) -> Iterator[Violation]:
    started = history.of(query_id, StatementStarted)
    if len(started) > 1:
        yield Violation("I5", query_id, "it has several statements", tuple(started))
    stored = history.of(query_id, Stored)
    if started and not history.is_recorded_since(query_id, started[0].at):
        events = (started[0], *stored[:1])
        yield Violation("I5", query_id, "its statement started unrecorded", events)


def _question_is_asked_once(history: History) -> Iterator[Violation]:
    """No statement starts while there is one for another who asks the same and has not left."""
    latest: dict[str, Stored] = {}
    running: dict[str, StatementStarted] = {}
    for event in history.events:
        match event:
            case Stored(query_id=query_id):
                latest[query_id] = event
            case StatementEnded(query_id=name):
                running.pop(name, None)
            case StatementStarted(query_id=name):
                asked = latest[name].question if name in latest else None
                for other, started in running.items():
                    is_same = asked is not None and latest[other].question == asked
                    has_left = latest[other].is_cancelled or latest[other].status in FINAL
                    if is_same and not has_left:
                        what = "what it asks was being answered already"
                        yield Violation("I5", name, what, (started, event))
                if name in latest:
                    running[name] = event


def _slot_runs_once(history: History) -> Iterator[Violation]:
    first: dict[tuple[str, str], Stored] = {}
    for stored in history.all(Stored):
        if stored.owner.startswith(PIPELINE):
            run = first.setdefault((stored.owner, stored.input), stored)
            if run.query_id != stored.query_id:
                yield Violation("I5", stored.query_id, "its slot has another run", (run, stored))


def _news_is_new(history: History, query_id: str) -> Iterator[Violation]:
    last: dict[str, Told] = {}
    for told in history.of(query_id, Told):
        before = last.get(told.follower)
        if before is not None and told.version <= before.version:
            yield Violation("I6", query_id, "a follower told old news", (before, told))
        last[told.follower] = told


def _rows_are_right(history: History, query_id: str) -> Iterator[Violation]:
    answered = history.statement_end(query_id)
    ended = [answered] if answered else []
    truth: Rows = (ended[0].rows or ()) if ended else ()
    for event in _shown(history, query_id):
        if event.rows is not None and event.rows != truth[: len(event.rows)]:
            yield Violation("I7", query_id, "rows are not the warehouse's", (*ended, event))
    for read in history.of(query_id, Read):
        if read.is_whole and read.rows != truth:
            yield Violation("I7", query_id, "not all rows, once each, were read", (*ended, read))
    for pushed in history.of(query_id, Delivered):
        has_rows = bool(ended) and ended[0].rows is not None
        if pushed.status == "FINISHED" and has_rows and pushed.rows is None:
            yield Violation("I7", query_id, "an end was pushed without rows", (*ended, pushed))


def _cancels_end(history: History, query_id: str) -> Iterator[Violation]:
    end = history.end(query_id)
    for cancelled in history.of(query_id, CancelAnswered):
        bounds = history.bounds
        due = history.due(query_id, cancelled.at, bounds.cancelling, bounds.cancelling)
        if end is None or end.at > due:
            events = (cancelled, *((end,) if end else ()))
            yield Violation("I9", query_id, f"cancelled, its end was due at {due:.3f}", events)
    if end is not None and end.error == CANCELLED:
        due = history.due(query_id, end.at, history.bounds.cancelling, history.bounds.cancelling)
        for ended in history.of(query_id, StatementEnded):
            if ended.at > due and history.sharing[query_id] == {query_id}:
                what = f"cancelled, its statement ran on beyond {due:.3f}"
                yield Violation("I9", query_id, what, (end, ended))


def _nobody_stops_anothers(history: History, query_id: str) -> Iterator[Violation]:
    end, ended = history.end(query_id), history.statement_end(query_id)
    if end and ended and ended.is_stopped and not end.is_cancelled:
        yield Violation("I9", query_id, "another's cancel stopped it", (ended, end))


def _last_to_leave_stops_it(history: History, name: str) -> Iterator[Violation]:
    ends = [history.end(query_id) for query_id in history.sharing[name]]
    if len(ends) < 2 or any(end is None or end.error != CANCELLED for end in ends):
        return
    last = max((end for end in ends if end), key=lambda end: end.at)
    due = history.due(name, last.at, history.bounds.cancelling, history.bounds.cancelling)
    for ended in history.of(name, StatementEnded):
        if ended.at > due:
            what = f"all who shared it are cancelled, and it ran on beyond {due:.3f}"
            yield Violation("I9", name, what, (last, ended))


def _leaves_nothing(history: History, query_id: str) -> Iterator[Violation]:
    if not history.is_at_rest:
        return
    end = history.end(query_id)
    is_cancelled = end is not None and end.error == CANCELLED  # while it was being started
    sharing = history.sharing[query_id]
    own = {stored.statement_id for each in sharing for stored in history.of(each, Stored)}
    ended = {event.statement_id: event for event in history.of(query_id, StatementEnded)}
    for started in history.of(query_id, StatementStarted):
        is_late = end is not None and end.at <= started.at  # another's statement had answered it
        is_stopped = started.statement_id in ended and ended[started.statement_id].is_stopped
        if started.statement_id not in own and not is_cancelled and not (is_late and is_stopped):
            yield Violation("I11", query_id, "a statement is no query's", (started,))
        if started.statement_id not in ended:
            yield Violation("I11", query_id, "a statement never ended", (started,))
    for letter in history.of(query_id, DeadLettered):
        if not letter.is_poison and not history.has_faults:
            yield Violation("I11", query_id, "a dead letter without a fault", (letter,))


def _limits_hold(history: History) -> Iterator[Violation]:
    """What a query has left running at its end, to be stopped a moment later, does not count."""
    if history.bounds.running is None:
        return
    at_work: dict[str, dict[str, StatementStarted]] = defaultdict(dict)  # by owner and query
    owners: dict[str, str] = {}
    for event in history.events:
        match event:
            case Stored(query_id=query_id, owner=owner):
                owners[query_id] = owner
                if event.status in FINAL:
                    at_work[owner].pop(query_id, None)
            case StatementStarted(query_id=query_id):
                end = history.end(query_id)
                own = at_work[owners.get(query_id, "")]
                if end is None or end.at > event.at:
                    own[query_id] = event
                is_pipeline = owners.get(query_id, "").startswith(PIPELINE)
                most = 1 if is_pipeline else history.bounds.running
                if len(own) > most:
                    what = f"its owner runs more than {most} at once"
                    yield Violation("I8", query_id, what, tuple(own.values()))
            case StatementEnded(query_id=query_id):
                at_work[owners.get(query_id, "")].pop(query_id, None)


def _left_over(history: History) -> Iterator[Violation]:
    for rested in history.all(Rested):
        for name in rested.left_over:
            yield Violation("I11", "-", f"at rest there is still {name}", (rested,))


CHECKS: tuple[Check, ...] = (
    _ends_once,
    _ends,
    _starts,
    _slots_are_recorded,
    _is_true,
    _news_is_stored,
    _followers_learn,
    _subscribers_are_sent_it,
    _is_private,
    _runs_once,
    _news_is_new,
    _rows_are_right,
    _cancels_end,
    _nobody_stops_anothers,
    _last_to_leave_stops_it,
    _leaves_nothing,
)
