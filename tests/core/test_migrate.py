"""Migrating: in order, each once, and what is told when one fails or takes long."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from core.errors import MigrationFailed, MigrationRefused
from core.migrate import ANOTHER, HISTORY, LOCK, Ended, HasTime, migrate
from core.migration import Migration

FIRST = Migration("0001_a", "1", ["create table a", "grant a"])
SECOND = Migration("0002_b", "2", ["create table b"])
ROW = re.compile(r"insert into querycast_migrations .* then '(.*)' end, '(.*)', getdate")


@dataclass
class Warehouse:
    """Records what was applied as Redshift would: with the row, or not at all."""

    history: dict[str, str] | None = None
    broken: dict[str, str] = field(default_factory=dict)  # the error of a statement
    slow: set[str] = field(default_factory=set)  # names whose run outlasts every wait
    is_locked: bool = False
    may_create: bool = True
    runs: list[tuple[str, str]] = field(default_factory=list)
    rival: dict[str, str] | None = None  # what another applies while ours runs

    def read(self, sql: str, has_time: HasTime) -> Ended | None:
        if self.is_locked:
            return None
        if sql != HISTORY:
            if not self.may_create:
                return Ended("permission denied for schema public")
            self.history = self.history or {}
            return Ended()
        if self.history is None:
            return Ended("relation does not exist")
        return Ended(rows=list(self.history.items()))

    def run(self, sqls: Sequence[str], name: str, token: str, has_time: HasTime) -> Ended | None:
        assert self.history is not None
        self.runs.append((name, token))
        assert sqls[0] == LOCK
        self.history |= self.rival or {}
        found = ROW.match(sqls[1])
        assert found
        if found[1] in self.history:
            return Ended("Cannot insert a NULL value into column name", 1)
        if found[1] in self.slow:
            return None
        for number, sql in enumerate(sqls):
            if sql in self.broken:
                return Ended(self.broken[sql], number)
        self.history[found[1]] = found[2]
        return Ended()


def forever() -> bool:
    return True


def test_each_is_applied_once_in_order() -> None:
    warehouse = Warehouse()
    progress = migrate(warehouse, [SECOND, FIRST], "x", forever)
    assert (progress.before, progress.applied, progress.waits_for) == (
        [],
        ["0001_a", "0002_b"],
        None,
    )
    again = migrate(warehouse, [SECOND, FIRST], "y", forever)
    assert (sorted(again.before), again.applied) == (["0001_a", "0002_b"], [])
    assert [name for name, _ in warehouse.runs] == ["querycast 0001_a", "querycast 0002_b"]


def test_a_failed_one_is_told_in_redshifts_words_and_stops_the_others() -> None:
    warehouse = Warehouse(broken={"grant a": "ERROR: permission denied."})
    words = (
        r"sql/migrations/0001_a\.sql failed, and nothing of it has happened: ERROR: permission"
        r" denied\. In the statement: grant a\. Mend"
    )
    with pytest.raises(MigrationFailed, match=words):
        migrate(warehouse, [FIRST, SECOND], "x", forever)
    assert warehouse.history == {}


def test_nothing_is_run_where_a_file_was_changed() -> None:
    warehouse = Warehouse(history={"0001_a": "other"})
    with pytest.raises(MigrationRefused, match="changed"):
        migrate(warehouse, [FIRST, SECOND], "x", forever)
    assert warehouse.runs == []


def test_what_another_applied_meanwhile_is_applied() -> None:
    warehouse = Warehouse(history={}, rival={"0001_a": "1"})
    assert migrate(warehouse, [FIRST], "x", forever).waits_for is None
    assert warehouse.history == {"0001_a": "1"}


def test_what_another_applied_meanwhile_from_another_text_is_refused() -> None:
    warehouse = Warehouse(history={}, rival={"0001_a": "other"})
    with pytest.raises(MigrationRefused, match="changed"):
        migrate(warehouse, [FIRST], "x", forever)


def test_what_takes_too_long_is_waited_for_by_the_next_call() -> None:
    warehouse = Warehouse(slow={"0001_a"})
    assert migrate(warehouse, [FIRST, SECOND], "x", forever).waits_for == "0001_a"
    warehouse.slow.clear()
    assert migrate(warehouse, [FIRST, SECOND], "x", forever).applied == ["0001_a", "0002_b"]
    assert warehouse.runs[0] == warehouse.runs[1]  # the same token: the same run


def test_another_attempt_is_another_run() -> None:
    warehouse = Warehouse(broken={"create table b": "no"})
    for attempt in ("x", "y"):
        with pytest.raises(MigrationFailed):
            migrate(warehouse, [SECOND], attempt, forever)
    assert warehouse.runs[0] != warehouse.runs[1]


def test_nothing_is_begun_when_time_is_up() -> None:
    warehouse = Warehouse()
    assert migrate(warehouse, [FIRST], "x", lambda: False).waits_for == "0001_a"
    assert warehouse.runs == []


def test_a_lock_that_is_held_for_long_is_told() -> None:
    assert migrate(Warehouse(is_locked=True), [FIRST], "x", forever).waits_for == ANOTHER


def test_who_has_no_migrations_does_not_touch_the_warehouse() -> None:
    warehouse = Warehouse(may_create=False)
    assert migrate(warehouse, [], "x", forever).waits_for is None
    assert warehouse.history is None


def test_who_may_read_the_history_need_not_be_allowed_to_make_one() -> None:
    warehouse = Warehouse(history={"0001_a": "1"}, may_create=False)
    assert migrate(warehouse, [FIRST], "x", forever).before == ["0001_a"]


def test_a_warehouse_that_may_not_be_changed_is_told() -> None:
    words = "cannot be read: permission denied for schema public. See docs/operations"
    with pytest.raises(MigrationFailed, match=words):
        migrate(Warehouse(may_create=False), [FIRST], "x", forever)
