"""What tests of the agenda begin with: people, and how they write events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.access import Caller
from core.agenda.event import Event
from core.agenda.inputs import CreateEventInput
from core.agenda.write import create_event
from core.report import ID
from tests.fakes import FakeServices

ANALYSTS = ID("group:analysts")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENT_ID = ID("6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10")


@pytest.fixture
def ada() -> Caller:
    return Caller(ID("ada"), frozenset({"administrators"}))


@pytest.fixture
def create(services: FakeServices) -> Callable[..., Event]:
    """Creates an event of an hour at noon, unless something else is said."""

    def created(caller: Caller, **input: Any) -> Event:
        return create_event(services.context, caller, event_input(**input))

    return created


def event_input(**given: Any) -> CreateEventInput:
    times: dict[str, Any] = {"start": NOON, "end": NOON + timedelta(hours=1)}
    if {"start", "end", "first_day", "last_day"} & given.keys():
        times = {}
    return CreateEventInput(**({"title": "Planning"} | times | given))
