"""Live progress in a notebook: a line that is changed in its place, and nowhere else."""

import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from querycast.client import Client
from querycast.errors import QueryTimedOut
from querycast.follow import Pace
from tests.clients.service import FakeService

Show = dict[str, str]


class FakeIPython:
    """As much of IPython as there is to a display. kernel: None in a terminal."""

    def __init__(self) -> None:
        self.kernel: object | None = object()
        self.displays: list[list[Show]] = []  # each with all that it showed

    def get_ipython(self) -> "FakeIPython":
        return self

    def display(self, shown: Show, raw: bool, display_id: bool) -> Any:
        assert (raw, display_id) == (True, True)
        display = [shown]
        self.displays.append(display)
        return SimpleNamespace(update=lambda shown, raw: display.append(shown))


@pytest.fixture
def ipython(monkeypatch: pytest.MonkeyPatch) -> FakeIPython:
    fake = FakeIPython()
    modules: dict[str, dict[str, Any]] = {
        "IPython": {"get_ipython": fake.get_ipython},
        "IPython.display": {"display": fake.display},
    }
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    return fake


@pytest.fixture
def client(service: FakeService) -> Iterator[Client]:
    with Client(service, Pace(resubmits=(0,))) as client:
        yield client


WAITS: list[Callable[[Client], object]] = [
    lambda client: client.run("taxi_by_day"),
    lambda client: client.export("taxi_by_day"),
    lambda client: client.pipelines.run("load"),
    lambda client: client.submit("taxi_by_day").wait(),
    lambda client: client.submit("taxi_by_day").result(),
]


@pytest.mark.parametrize("wait", WAITS)
def test_a_notebook_shows_each_state_in_one_place(
    client: Client, service: FakeService, ipython: FakeIPython, wait: Callable[[Client], object]
) -> None:
    service.on_submit = service.finish

    wait(client)

    (states,) = ipython.displays
    assert "connecting" in states[0]["text/plain"]
    assert "<progress" in states[0]["text/html"]
    assert f"FINISHED, query {service.submitted[0]}" in states[-1]["text/plain"]
    assert "<progress" not in states[-1]["text/html"]


def test_a_line_of_what_is_waited_for_no_more_stands_still(
    client: Client, ipython: FakeIPython
) -> None:
    with pytest.raises(QueryTimedOut):
        client.run("taxi_by_day", timeout=0.02)

    (states,) = ipython.displays
    assert "QUEUED" in states[-1]["text/plain"]
    assert "<progress" not in states[-1]["text/html"]


def test_nothing_in_it_is_markup(client: Client, ipython: FakeIPython) -> None:
    with pytest.raises(Exception, match="There is no report"):
        client.run("<b>taxi</b>")

    assert "&lt;b&gt;taxi" in ipython.displays[0][0]["text/html"]


def test_who_is_told_otherwise_is_shown_nothing(
    client: Client, service: FakeService, ipython: FakeIPython
) -> None:
    service.on_submit = service.finish

    client.run("taxi_by_day", on_change=lambda query: None)
    ipython.kernel = None
    client.run("taxi_by_day")

    assert ipython.displays == []


def test_outside_of_ipython_it_is_not_imported(
    client: Client, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    service.on_submit = service.finish

    client.run("taxi_by_day")

    assert "IPython" not in sys.modules
