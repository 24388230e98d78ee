"""The agenda through the public API, as one person."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.integration.api import Answer
from tests.integration.conftest import Person

EVENT = """id calendar title start end timezone allDay firstDay lastDay location notes owner
  version createdAt updatedAt"""
CREATE = f"mutation ($input: CreateEventInput!) {{ createEvent(input: $input) {{ {EVENT} }} }}"
UPDATE = f"mutation ($input: UpdateEventInput!) {{ updateEvent(input: $input) {{ {EVENT} }} }}"
DELETE = f"""mutation ($id: ID!, $version: Int!) {{
  deleteEvent(id: $id, version: $version) {{ {EVENT} }}
}}"""
GET = f"query ($id: ID!) {{ getEvent(id: $id) {{ {EVENT} }} }}"
LIST = f"""query (
  $start: AWSDateTime!, $end: AWSDateTime!, $calendar: ID, $text: String, $limit: Int,
  $nextToken: String
) {{
  listEvents(
    start: $start, end: $end, calendar: $calendar, text: $text, limit: $limit,
    nextToken: $nextToken
  ) {{ events {{ {EVENT} }} nextToken }}
}}"""
CHANGES = f"""subscription ($calendar: ID) {{
  onEventChange(calendar: $calendar) {{ calendar id version kind event {{ {EVENT} }} }}
}}"""
ANALYSTS = "group:analysts"
NOON = {"start": "2027-03-01T12:00:00.000Z", "end": "2027-03-01T13:00:00.000Z"}
MARCH = {"start": "2027-03-01T00:00:00Z", "end": "2027-04-01T00:00:00Z"}
ARRIVES = 60  # seconds that a push may take on a slow machine


@dataclass(frozen=True)
class Agenda:
    """What a person does with events."""

    person: Person

    def create(self, **input: Any) -> Any:
        """An event that was taken, at noon unless something else is said."""
        answer = self.try_create(**input)
        assert not answer.errors, answer.errors
        return answer.data["createEvent"]

    def try_create(self, **input: Any) -> Answer:
        times = {} if {"start", "firstDay"} & input.keys() else NOON
        return self.person.api.ask(CREATE, input=times | input)

    def update(self, event: Any, **changes: Any) -> Answer:
        """Change what is given of an event, and keep the rest."""
        kept = ("id", "version", "title", "start", "end", "timezone", "location", "notes")
        return self.person.api.ask(UPDATE, input={name: event[name] for name in kept} | changes)

    def delete(self, id: str, version: int) -> Answer:
        return self.person.api.ask(DELETE, id=id, version=version)

    def get(self, id: str) -> Any:
        answer = self.person.api.ask(GET, id=id)
        assert not answer.errors, answer.errors
        return answer.data["getEvent"]

    def pages(self, **wanted: Any) -> Iterator[list[Any]]:
        """The pages of a list, in March unless another time is wanted."""
        token = None
        while True:
            answer = self.person.api.ask(LIST, **(MARCH | wanted), nextToken=token)
            assert not answer.errors, answer.errors
            page = answer.data["listEvents"]
            yield page["events"]
            token = page["nextToken"]
            if token is None:
                return

    def list(self, **wanted: Any) -> list[Any]:
        return [event for page in self.pages(**wanted) for event in page]


async def change_of(delivered: "asyncio.Queue[Any]", event_id: str) -> Any:
    """The next change of an event that is delivered; those of others are passed over."""
    async with asyncio.timeout(ARRIVES):
        while True:
            change = await delivered.get()
            if change["id"] == event_id:
                return change
