"""An agenda in memory, behind the seam that the client's protocol has to the wire."""

from collections.abc import Callable
from typing import Any

from querycast.errors import Refused
from querycast.session import Variables
from tests.clients.service import FakeService

MINE, TEAM = "user:ana", "group:analysts"
CALENDARS: list[dict[str, str | None]] = [
    {"id": MINE, "group": None},
    {"id": TEAM, "group": "analysts"},
]
HOLIDAYS = {
    ("DE", None): [("2026-10-03", "Tag der Deutschen Einheit"), ("2026-12-25", "Weihnachten")],
    ("DE", "BY"): [("2026-11-01", "Allerheiligen"), ("2026-12-25", "Weihnachten")],
}


def event(event_id: str, version: int = 1, **fields: Any) -> dict[str, Any]:
    """An Event as GraphQL answers it."""
    return {
        "id": event_id,
        "calendar": MINE,
        "title": f"Event {event_id}",
        "start": "2026-12-01T09:00:00.000Z",
        "end": "2026-12-01T10:00:00.000Z",
        "timezone": "UTC",
        "allDay": False,
        "firstDay": None,
        "lastDay": None,
        "location": None,
        "notes": None,
        "owner": "ana",
        "version": version,
        "createdAt": "2026-11-20T12:00:00.000Z",
        "updatedAt": "2026-11-20T12:00:00.000Z",
        **fields,
    }


def all_day(event_id: str, first: str, last: str, start: str, end: str, zone: str) -> Any:
    """An all-day event; start and end are its midnights in the zone, in UTC."""
    days: dict[str, Any] = {"allDay": True, "firstDay": first, "lastDay": last, "timezone": zone}
    return event(event_id, start=start, end=end, **days)


class FakeAgenda(FakeService):
    """Implements Session. Its events change as told; the push may be lost, late or double.

    stale: events as a listing still shows them, in place of what they are. page_size: of events.
    on_list, on_get: called before each such answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, dict[str, Any]] = {}
        self.stale: dict[str, dict[str, Any] | None] = {}
        self.page_size = 2
        self.occurrences: list[dict[str, Any]] = []
        self.ranges: list[tuple[str, str]] = []  # that occurrences were asked for
        self.inputs: list[Variables] = []
        self.on_list: Callable[[], object] = lambda: None
        self.on_get: Callable[[], object] = lambda: None

    def put(self, event_id: str, **fields: Any) -> dict[str, Any]:
        """Create the event, or change it, and push that."""
        before = self.events.get(event_id)
        version = before["version"] + 1 if before else 1
        after = {**(before or event(event_id)), **fields, "version": version}
        self.events[event_id] = after
        if before and before["calendar"] != after["calendar"]:
            self.tell("DELETED", before, version)
            self.tell("CREATED", after, version)
        else:
            self.tell("UPDATED" if before else "CREATED", after, version)
        return after

    def remove(self, event_id: str) -> None:
        before = self.events.pop(event_id)
        self.tell("DELETED", before, before["version"] + 1)

    def tell(self, kind: str, about: dict[str, Any], version: int) -> None:
        """Push a change, unless pushes are lost."""
        told = {"calendar": about["calendar"], "id": about["id"], "version": version, "kind": kind}
        pushed = {**told, "event": None if kind == "DELETED" else about}
        if not self.loses_pushes:
            for subscriber in self.subscribers:
                subscriber.put_nowait({"onEventChange": pushed})

    def _listCalendars(self, variables: Variables) -> list[dict[str, str | None]]:
        return CALENDARS

    def _listEvents(self, variables: Variables) -> dict[str, Any]:
        self.on_list()
        self._check(variables["calendar"])
        shown = (each for each in {**self.events, **self.stale}.values() if each)
        text = (variables["text"] or "").casefold()
        chosen = [
            each
            for each in sorted(shown, key=lambda each: (each["start"], each["id"]))
            if variables["calendar"] in (None, each["calendar"])
            and each["start"] < variables["end"]
            and variables["start"] < each["end"]
            and text in each["title"].casefold()
        ]
        start = int(variables.get("nextToken") or 0)
        end = start + min(variables["limit"], self.page_size)
        return {"events": chosen[start:end], "nextToken": str(end) if end < len(chosen) else None}

    def _getEvent(self, variables: Variables) -> dict[str, Any] | None:
        self.on_get()
        return self.events.get(variables["id"])

    def _createEvent(self, variables: Variables) -> dict[str, Any]:
        given = variables["input"]
        self.inputs.append(given)
        self._check(given.get("calendar"))
        if given["id"] in self.events:
            return self.events[given["id"]]
        is_day = "firstDay" in given
        times = {"start": f"{given['firstDay']}T00:00:00.000Z"} if is_day else {}
        if is_day:
            times["end"] = f"{given['lastDay']}T23:59:59.000Z"
        return self.put(given["id"], **{"allDay": is_day, **times, **given})

    def _updateEvent(self, variables: Variables) -> dict[str, Any]:
        given = variables["input"]
        self.inputs.append(given)
        self._check_version(given["id"], given["version"])
        return self.put(given["id"], **{key: it for key, it in given.items() if key != "version"})

    def _deleteEvent(self, variables: Variables) -> dict[str, Any]:
        self._check_version(variables["id"], variables["version"])
        before = self.events[variables["id"]]
        self.remove(variables["id"])
        return {**before, "version": before["version"] + 1}

    def _listOccurrences(self, variables: Variables) -> list[dict[str, Any]]:
        start, end = variables["start"], variables["end"]
        self.ranges.append((start, end))
        return [each for each in self.occurrences if start <= each["at"] < end]

    def _listHolidays(self, variables: Variables) -> list[dict[str, Any]]:
        found = HOLIDAYS.get((variables["country"], variables["subdivision"]))
        if found is None:
            country = variables["country"]
            raise Refused("HolidaysNotFound", f"Country {country!r} is not known.")
        year = str(variables["year"])
        return [{"date": day, "name": name} for day, name in found if day.startswith(year)]

    def _check(self, calendar: str | None) -> None:
        if calendar is not None and calendar not in (MINE, TEAM):
            raise Refused("CalendarNotFound", f"There is no calendar {calendar!r} of yours.")

    def _check_version(self, event_id: str, version: int) -> None:
        if event_id not in self.events:
            raise Refused("EventNotFound", f"You have no event {event_id}.")
        if self.events[event_id]["version"] != version:
            raise Refused("StaleVersion", f"Event {event_id} has another version.")


def occurrence(at: str, **fields: Any) -> dict[str, Any]:
    """An Occurrence as GraphQL answers it."""
    empty = dict.fromkeys(("schedule", "report", "pipeline", "query", "holiday"))
    return {"at": at, **empty, **fields}
