"""Migrations through the Data API: what is sent, how long is waited, and which error is told."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.aws.migration_statements import MigrationStatements
from core.migrate import Ended


class DataApi:
    """Answers describe_statement from a list, and remembers what it was asked."""

    def __init__(self, *descriptions: dict[str, Any]) -> None:
        self.descriptions = list(descriptions)
        self.batches: list[dict[str, Any]] = []
        self.cancelled: list[str] = []
        self.pages = [{"Records": [[{"stringValue": "0001_a"}, {"stringValue": "sum"}]]}] * 2
        self.is_ended = False

    def execute_statement(self, **_: Any) -> dict[str, str]:
        return {"Id": "read"}

    def batch_execute_statement(self, **request: Any) -> dict[str, str]:
        self.batches.append(request)
        return {"Id": "batch"}

    def describe_statement(self, Id: str) -> dict[str, Any]:
        return self.descriptions.pop(0) if len(self.descriptions) > 1 else self.descriptions[0]

    def cancel_statement(self, Id: str) -> None:
        self.cancelled.append(Id)
        if self.is_ended:
            code, message = "ValidationException", "it has ended"
            raise ClientError({"Error": {"Code": code, "Message": message}}, "CancelStatement")

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda Id: self.pages)


RUNNING = {"Status": "STARTED"}
FINISHED = {"Status": "FINISHED", "HasResultSet": True}


def warehouse(api: DataApi, pauses: list[float] | None = None) -> MigrationStatements:
    client: Any = api
    sleep = ([] if pauses is None else pauses).append
    return MigrationStatements(client, {"WorkgroupName": "w", "Database": "d"}, sleep)


def forever() -> bool:
    return True


def test_a_batch_is_one_transaction_whose_token_is_the_attempts() -> None:
    api = DataApi(FINISHED)
    for token in ("x 0001_a", "x 0001_a", "y 0001_a"):
        assert warehouse(api).run(["a", "b"], "querycast 0001_a", token, forever) == Ended()
    first, again, other = api.batches
    assert first == again
    assert other == {**first, "ClientToken": other["ClientToken"]} != first
    assert (first["Sqls"], first["WorkgroupName"]) == (["a", "b"], "w")
    assert len(first["ClientToken"]) == 64  # the most that the Data API takes
    assert "ExecutionMode" not in first  # which could have each statement commit alone


def test_pauses_grow_to_two_seconds() -> None:
    pauses: list[float] = []
    api = DataApi(*[RUNNING] * 10, FINISHED)
    assert warehouse(api, pauses).run(["a"], "n", "t", forever) == Ended()
    assert pauses[:3] == [0.02, 0.04, 0.08]
    assert max(pauses) == pauses[-1] == 2.0


def test_a_batch_that_outlasts_its_time_goes_on() -> None:
    api = DataApi(RUNNING)
    assert warehouse(api).run(["a"], "n", "t", lambda: False) is None
    assert api.cancelled == []


@pytest.mark.parametrize("is_ended", [False, True])
def test_a_read_that_outlasts_its_time_is_cancelled(is_ended: bool) -> None:
    api = DataApi(RUNNING)
    api.is_ended = is_ended
    assert warehouse(api).read("select", lambda: False) is None
    assert api.cancelled == ["read"]


def test_a_read_answers_the_rows_of_all_pages() -> None:
    assert warehouse(DataApi(FINISHED)).read("select", forever) == Ended(
        rows=[["0001_a", "sum"], ["0001_a", "sum"]]
    )


def test_the_error_is_of_the_statement_that_failed() -> None:
    parts = [
        {"Status": "FINISHED"},
        {"Status": "FAILED", "Error": "no table"},
        {"Status": "ABORTED"},
    ]
    failed = {"Status": "FAILED", "Error": "one failed", "SubStatements": parts}
    assert warehouse(DataApi(failed)).run(["a"], "n", "t", forever) == Ended("no table", 1)


def test_the_error_of_a_batch_that_was_stopped_is_its_own() -> None:
    aborted = {"Status": "ABORTED", "Error": "cancelled", "SubStatements": [{"Status": "ABORTED"}]}
    assert warehouse(DataApi(aborted)).run(["a"], "n", "t", forever) == Ended("cancelled")


def test_an_end_without_a_reason_says_so() -> None:
    ended = warehouse(DataApi({"Status": "ABORTED"})).read("select", forever)
    assert ended == Ended("Redshift gives no reason")
