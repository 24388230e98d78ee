"""SQL in a parameter stays a value: text is given back as it was, any other type refuses it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.conftest import Person
from tests.integration.payloads import NO_TEXTS, NO_UNICODE, PAYLOADS
from tests.integration.test_lifecycle import ended

TYPED = ("a_number", "a_decimal", "a_boolean", "a_date", "a_month", "a_timestamp", "an_enum")


@pytest.fixture(scope="module", autouse=True)
def table(ana: Person) -> Iterator[None]:
    """The canary: the table is after all of it as it was before."""

    def held() -> Any:
        return ended(ana, ana.api.submitted("canary"))["result"]["rows"]

    before = held()
    yield
    assert held() == before


def test_every_payload_as_text_comes_back_as_it_was(ana: Person) -> None:
    def echo(payload: str) -> Any:
        query = ended(ana, ana.api.submitted("echo", a_text=payload), seconds=120)
        assert query["status"] == "FINISHED", query["error"]
        return json.loads(query["result"]["rows"])

    with ThreadPoolExecutor(8) as pool:
        echoed = list(pool.map(echo, PAYLOADS))
    assert echoed == [[[payload, *[None] * len(TYPED)]] for payload in PAYLOADS]


@pytest.mark.parametrize("parameter", TYPED)
def test_every_payload_as_another_type_is_refused(ana: Person, parameter: str) -> None:
    inputs = [echo_input(parameter, payload) for payload in PAYLOADS]
    assert ana.api.refusals(inputs) == ["InvalidParameter"] * len(PAYLOADS)


@pytest.mark.parametrize("parameter", ["a_text", *TYPED])
def test_what_is_no_text_is_refused_as_any_type(ana: Person, parameter: str) -> None:
    inputs = [echo_input(parameter, text) for text in NO_TEXTS]
    assert ana.api.refusals(inputs) == ["InvalidParameter"] * len(NO_TEXTS)


@pytest.mark.parametrize("parameter", ["a_text", *TYPED])
def test_half_a_character_is_refused(ana: Person, parameter: str) -> None:
    assert None not in ana.api.refusals([echo_input(parameter, text) for text in NO_UNICODE])


def test_every_payload_as_a_name_a_report_or_an_id_is_refused(ana: Person) -> None:
    for kind, inputs in {
        "InvalidParameter": [echo_input(payload, "1") for payload in PAYLOADS],
        "ReportNotFound": [{"report": payload} for payload in PAYLOADS],
        "InvalidId": [{"report": "taxi_by_day", "id": payload} for payload in PAYLOADS],
    }.items():
        assert ana.api.refusals(inputs) == [kind] * len(PAYLOADS)


def echo_input(parameter: str, value: str) -> dict[str, Any]:
    return {"report": "echo", "parameters": [{"name": parameter, "value": value}]}
