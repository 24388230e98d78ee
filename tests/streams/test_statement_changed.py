"""From EventBridge's event to the query's record."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.query import QueryExecution, QueryStatus
from streams import statement_changed
from tests.fakes import FakeServices

EVENT = json.loads((Path(__file__).parent.parent / "events/statement_finished.json").read_text())


def test_a_finished_statement_finishes_its_query(
    services: FakeServices,
    query: QueryExecution,
    invocation: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(statement_changed, "context", lambda: services.context)
    services.warehouse.finish(EVENT["detail"]["statementId"], [])
    statement_changed.handler(EVENT, invocation)
    assert services.queries.records[query.id].query.status is QueryStatus.FINISHED
