"""Messages about queries: each by itself, failures reported."""

import json
from typing import Any

import pytest

from core.access import Caller
from core.errors import WarehouseBusy
from core.query import QueryStatus
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from streams import revisit
from tests.fakes import FakeServices


@pytest.fixture
def services(services: FakeServices, monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    monkeypatch.setattr(revisit, "context", lambda: services.context)
    return services


def message(message_id: str, body: str) -> dict[str, Any]:
    return {"messageId": message_id, "body": body}


def test_what_waits_starts_and_what_cannot_be_handled_is_reported(
    services: FakeServices, invocation: Any
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    caller = Caller(ID("ada"), frozenset({"administrators"}))
    query = submit_query(services.context, caller, SubmitQueryInput(ID("audit")))
    services.warehouse.trouble = None
    bodies = ["no json", json.dumps({"queryId": query.id, "attempt": 0})]
    event = {"Records": [message(str(n), body) for n, body in enumerate(bodies)]}
    answer = revisit.handler(event, invocation)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert services.queries.records[query.id].query.status is QueryStatus.SUBMITTED
