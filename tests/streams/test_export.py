"""Messages about exports: each by itself, whatever is wrong with the others."""

import json
from typing import Any

import pytest

from core.access import Caller
from core.exports.export import ExportFormat
from core.exports.export_query import ExportQueryInput
from core.places import Limits
from core.query import QueryStatus
from core.report import ID
from streams import export
from tests.core.exports.exporting import Exporting, exporting
from tests.fakes import FakeServices

ADA = Caller(ID("ada"), frozenset({"administrators"}))


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    services = FakeServices(limits=Limits(running=9, waiting=0))
    monkeypatch.setattr(export, "context", lambda: services.context)
    return services


def unloaded(services: FakeServices) -> Exporting:
    begun = exporting(services, ADA, ExportQueryInput(ID("audit"), ExportFormat.JSON))
    begun.unload(b"{}\n")
    return begun


def message(message_id: str, body: str) -> dict[str, Any]:
    return {"messageId": message_id, "body": body}


def asks(exports: list[Exporting]) -> list[str]:
    return [json.dumps({"queryId": each.query.id}) for each in exports]


def test_of_ten_messages_the_one_that_nobody_can_handle_comes_again_alone(
    services: FakeServices, invocation: Any
) -> None:
    exports = [unloaded(services) for _ in range(9)]
    bodies = ["no json", *asks(exports)]
    event = {"Records": [message(str(number), body) for number, body in enumerate(bodies)]}
    assert export.handler(event, invocation) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert {each.record.query.status for each in exports} == {QueryStatus.FINISHED}


def test_files_that_are_missing_are_looked_for_again(
    services: FakeServices, invocation: Any
) -> None:
    first, second = unloaded(services), unloaded(services)
    services.files.objects.pop(f"{first.prefix}part-000")
    bodies = asks([first, second])
    event = {"Records": [message(str(number), body) for number, body in enumerate(bodies)]}
    assert export.handler(event, invocation) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert first.record.query.status is QueryStatus.STARTED
    assert second.record.query.status is QueryStatus.FINISHED
