"""Pushing the stream of changes: in order, each on its own, failures reported."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from core.access import Caller
from core.aws.query_table import item_from_record
from core.complete import observe_statement
from core.pipelines.run import run_scheduled
from core.query import QueryExecution
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from streams import publish
from tests.fakes import LOAD, FakeServices


class FakeAppSync:
    """Takes pushes; refuses those of `poison`. `kept`: how often which members, after pushes."""

    def __init__(self) -> None:
        self.pushed: list[dict[str, Any]] = []
        self.kept: list[tuple[int, dict[str, Any]]] = []
        self.poison: str | None = None

    def execute(self, document: str, variables: dict[str, Any]) -> None:
        if document == publish.KEEP_MEMBERS:
            self.kept.append((len(self.pushed), variables))
            return
        pushed = variables["input"]
        if pushed["id"] == self.poison:
            raise ConnectionError("AppSync answered 500")
        self.pushed.append(pushed)


@pytest.fixture
def appsync(services: FakeServices, monkeypatch: pytest.MonkeyPatch) -> FakeAppSync:
    appsync = FakeAppSync()
    publish.members_told.cache_clear()
    monkeypatch.setattr(publish, "group_members", lambda: lambda group: [f"one of {group}"])
    monkeypatch.setattr(publish, "appsync", lambda: appsync)
    monkeypatch.setattr(publish, "context", lambda: services.context)
    return appsync


def stream(services: FakeServices, *more: dict[str, Any]) -> dict[str, Any]:
    """Every write of the services' history as DynamoDB streams it, numbered from 1."""
    images = [item_from_record(record) for record in services.queries.history] + list(more)
    return {
        "Records": [
            {
                "eventName": "MODIFY",
                "dynamodb": {
                    "Keys": {"id": image["id"]},
                    "NewImage": image,
                    "SequenceNumber": str(number),
                },
            }
            for number, image in enumerate(images, 1)
        ]
    }


def test_every_change_is_pushed_in_order(
    services: FakeServices, query: QueryExecution, appsync: FakeAppSync, invocation: Any
) -> None:
    assert publish.handler(stream(services), invocation) == {"batchItemFailures": []}
    assert [pushed["status"] for pushed in appsync.pushed] == ["QUEUED", "SUBMITTED"]


@pytest.mark.parametrize("is_gone", [True, False])
def test_before_a_run_is_pushed_only_members_of_its_pipelines_groups_are_let_follow_it(
    services: FakeServices, appsync: FakeAppSync, invocation: Any, is_gone: bool
) -> None:
    services.catalogue = replace(services.catalogue, pipelines={"load": LOAD})
    assert run_scheduled(services.context, "load", services.clock()) is not None
    if is_gone:
        services.catalogue = replace(services.catalogue, pipelines={})
    publish.handler(stream(services), invocation)
    members = ["one of administrators", "one of analysts"]
    assert appsync.kept == [(0, {"pipeline": "load", "members": members})]
    assert [pushed["status"] for pushed in appsync.pushed] == ["QUEUED", "SUBMITTED"]


def test_the_end_carries_the_first_rows(
    services: FakeServices, query: QueryExecution, appsync: FakeAppSync, invocation: Any
) -> None:
    statement_id = f"statement-of-{query.id}"
    services.warehouse.finish(statement_id, [[{"longValue": 7}], [{"isNull": True}]])
    observe_statement(services.context, query.id, statement_id)
    publish.handler(stream(services), invocation)
    result = appsync.pushed[-1]["result"]
    assert json.loads(result["rows"]) == [[7], [None]]
    assert result["columns"] == [{"name": "n", "type": "int8"}]


def test_an_end_whose_result_is_gone_is_pushed_without(
    services: FakeServices, query: QueryExecution, appsync: FakeAppSync, invocation: Any
) -> None:
    statement_id = f"statement-of-{query.id}"
    services.warehouse.finish(statement_id, [])
    observe_statement(services.context, query.id, statement_id)
    services.warehouse.results.clear()
    publish.handler(stream(services), invocation)
    assert (appsync.pushed[-1]["status"], appsync.pushed[-1]["result"]) == ("FINISHED", None)


def test_a_note_of_the_sweepers_is_not_pushed(
    services: FakeServices, query: QueryExecution, appsync: FakeAppSync, invocation: Any
) -> None:
    record = services.queries.history[-1]
    services.queries.replace(replace(record, is_settled=True), record.query.version)
    assert publish.handler(stream(services), invocation) == {"batchItemFailures": []}
    assert [pushed["version"] for pushed in appsync.pushed] == [1, 2]


def test_a_record_that_cannot_be_pushed_is_reported_and_the_others_are_pushed(
    services: FakeServices, query: QueryExecution, appsync: FakeAppSync, invocation: Any
) -> None:
    other = item_from_record(services.queries.history[-1]) | {"id": {"S": "other"}}
    appsync.poison = query.id
    answer = publish.handler(stream(services, other), invocation)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert [pushed["id"] for pushed in appsync.pushed] == ["other"]


def test_a_record_that_cannot_be_read_is_reported(
    services: FakeServices, query: QueryExecution, appsync: FakeAppSync, invocation: SimpleNamespace
) -> None:
    broken = {"id": {"S": "broken"}}
    answer = publish.handler(stream(services, broken), invocation)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "3"}]}


def test_whose_group_was_taken_hears_of_the_end_alone(
    services: FakeServices, appsync: FakeAppSync, invocation: Any
) -> None:
    ada = Caller(ID("ada"), frozenset({"administrators"}))
    query_id = submit_query(services.context, ada, SubmitQueryInput(ID("audit"))).id
    services.groups["ada"] = frozenset()
    services.warehouse.finish(f"statement-of-{query_id}", [[{"longValue": 7}]])
    observe_statement(services.context, query_id, f"statement-of-{query_id}")
    assert publish.handler(stream(services), invocation) == {"batchItemFailures": []}
    assert [pushed["error"]["type"] for pushed in appsync.pushed] == ["AccessRevoked"]
