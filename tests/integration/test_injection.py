"""SQL in a parameter stays a value: text is given back as it was, any other type refuses it."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.conftest import Person
from tests.integration.payloads import PAYLOADS
from tests.integration.test_lifecycle import ended

TYPED = ("a_number", "a_decimal", "a_boolean", "a_date", "a_month", "a_timestamp", "an_enum")


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
    for payload in PAYLOADS:
        refused = ana.api.submit("echo", **{parameter: payload})
        assert refused.error["errorType"] == "InvalidParameter", payload


def test_every_payload_as_a_report_or_an_id_is_refused(ana: Person) -> None:
    for payload in PAYLOADS:
        assert ana.api.submit(payload).error["errorType"] == "ReportNotFound"
        assert ana.api.submit("taxi_by_day", payload).error["errorType"] == "InvalidId"


def test_values_of_every_type_arrive(ana: Person) -> None:
    given = {
        "a_text": "it's",
        "a_number": "-9223372036854775808",
        "a_decimal": "12.3456",
        "a_boolean": "true",
        "a_date": "2016-02-29",
        "a_month": "2015-06",
        "a_timestamp": "2015-06-01T10:30:00.5",
        "an_enum": "green",
    }
    query = ended(ana, ana.api.submitted("echo", **given))
    assert query["status"] == "FINISHED", query["error"]
    assert json.loads(query["result"]["rows"]) == [
        [
            "it's",
            -9223372036854775808,
            "12.3456",
            True,
            "2016-02-29",
            "2015-06-01",
            "2015-06-01 10:30:00.5",
            "green",
        ]
    ]
    types = [column["type"] for column in query["result"]["columns"]]
    assert types == ["varchar", "int8", "numeric", "bool", "date", "date", "timestamp", "varchar"]
