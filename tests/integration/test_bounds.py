"""Every type to its edges: what is within arrives in the warehouse, what is beyond is refused."""

import asyncio
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

import pytest

from tests.integration.conftest import Person
from tests.integration.subscriber import COMPLETE, subscribed
from tests.integration.test_injection import echo_input
from tests.integration.test_lifecycle import ended

COLUMNS = (
    *("a_text", "a_number", "a_decimal", "a_boolean"),
    *("a_date", "a_month", "a_timestamp", "an_enum"),
)
INTEGERS = [0, 7, -1, *(sign * (2**31 + n) for sign in (1, -1) for n in (-1, 0, 1))]
INTEGERS += [sign * (2**53 + n) for sign in (1, -1) for n in (-1, 0, 1)]
INTEGERS += [2**63 - 1, -(2**63)]

# A value, and how it arrives.
TAKEN: dict[str, dict[str, Any]] = {
    "a_text": {text: text for text in (" ", "\t", "\u00a0", "null", "é", "🚕" * 100, "x" * 5_000)},
    "a_number": {
        **{str(number): number if abs(number) < 2**53 else str(number) for number in INTEGERS},
        **{"-0": 0, "+7": 7, "007": 7},
    },
    "a_decimal": {
        "0": "0.0000",
        "-0": "0.0000",
        "-0.0001": "-0.0001",
        "12.5": "12.5000",
        "+3": "3.0000",
        "00.1": "0.1000",
        "1.50000000": "1.5000",
        "99999999999999.9999": "99999999999999.9999",
        "-99999999999999.9999": "-99999999999999.9999",
    },
    "a_boolean": {"true": True, "false": False},
    "a_date": {
        day: day
        for day in (
            *("0001-01-01", "1582-10-10", "1900-02-28", "1970-01-01"),
            *("2000-02-29", "2016-02-29", "2015-12-31", "9999-12-31"),
        )
    },
    "a_month": {month: f"{month}-01" for month in ("0001-01", "1970-01", "2016-02", "9999-12")},
    "a_timestamp": {
        "0001-01-01 00:00": "0001-01-01 00:00:00.0",
        "1970-01-01T00:00:00": "1970-01-01 00:00:00.0",
        "2016-02-29 23:59:59": "2016-02-29 23:59:59.0",
        "2015-06-01 10:30:00.5": "2015-06-01 10:30:00.5",
        "2015-06-01 10:30:00.123456": "2015-06-01 10:30:00.123456",
        "2015-03-29 02:30:00": "2015-03-29 02:30:00.0",
        "9999-12-31 23:59:59.999999": "9999-12-31 23:59:59.999999",
    },
    "an_enum": {"red": "red", "green": "green"},
}
NUMBERS_NOWHERE = ["NaN", "Infinity", "-Infinity", "inf", "1e3", "1E3", "0x10", "1_000", "1,000"]
NUMBERS_NOWHERE += [
    "",
    " ",
    " 1",
    "1 ",
    "1\n",
    "--1",
    "+-1",
    "1-",
    "\u0663",
    "\uff11",
    "\u00b2",
    "½",
    "true",
]
REFUSED = {
    "a_number": [
        *NUMBERS_NOWHERE,
        *("1.0", "1.", str(2**63), str(-(2**63) - 1), "9" * 20, "1" * 1_000, "0" * 30),
    ],
    "a_decimal": [
        *NUMBERS_NOWHERE,
        *("1.", ".5", "1.2.3", "0.00001", "1.23456", "1,5", "$1", "1%"),
        *("100000000000000", "9" * 38, "0." + "0" * 37 + "1"),
    ],
    "a_boolean": [
        "",
        "yes",
        "no",
        "on",
        "off",
        "1",
        "0",
        "t",
        "f",
        "True",
        "TRUE",
        " true",
        "null",
    ],
    "a_date": [
        *("", "0000-01-01", "10000-01-01", "-0001-01-01", "2015-02-29", "2015-02-30", "1900-02-29"),
        *(
            "2015-13-01",
            "2015-00-01",
            "2015-01-00",
            "2015-06-31",
            "2015-6-1",
            "20150601",
            "15-06-01",
        ),
        *("2015-06-01T00:00", "2015-06-01Z", "2015-06-01+01:00", "01/06/2015", "2015-W23-1"),
        *(
            "2015-152",
            "today",
            "infinity",
            "epoch",
            "2015-06-01 BC",
            "\uff12015-06-01",
            "2015\u201006\u201001",
        ),
    ],
    "a_month": [
        *(
            "",
            "2015",
            "2015-6",
            "201506",
            "2015-00",
            "2015-13",
            "0000-01",
            "10000-01",
            "2015-06-01",
        ),
        *(
            "June 2015",
            "2015-Jun",
            "2015/06",
            " 2015-06",
            "2015-06 ",
            "\u0662\u0660\u0661\u0665-06",
        ),
    ],
    "a_timestamp": [
        *("", "2015-06-01", "2015-06-01 24:00:00", "2015-06-01 23:59:60", "2015-06-01 10:60"),
        *(
            "2015-02-29 10:00",
            "2015-06-01 10:30Z",
            "2015-06-01 10:30+01:00",
            "2015-06-01 10:30 UTC",
        ),
        *("2015-06-01 10:30:00.", "2015-06-01 10:30:00.1234567", "2015-06-01  10:30", "now"),
        *(
            "2015-06-01 10",
            "10:30",
            "1433154600",
            "2015-06-01t10:30",
            "2015-06-01 10:30 pm",
            "infinity",
        ),
    ],
    "an_enum": [
        "",
        "Red",
        "RED",
        "red ",
        " red",
        "red,green",
        "blue",
        "0",
        "null",
        "\uff52ed",
        "re\u200bd",
    ],
}


def test_what_is_within_arrives(ana: Person) -> None:
    """One value of each type a query, until there are none left."""
    given = list(zip_longest(*(list(TAKEN[name]) for name in COLUMNS)))

    def arrived(texts: tuple[str | None, ...]) -> Any:
        values = {name: text for name, text in zip(COLUMNS, texts, strict=True) if text is not None}
        query = ended(ana, ana.api.submitted("echo", **values), seconds=120)
        assert query["status"] == "FINISHED", query["error"]
        return json.loads(query["result"]["rows"])[0]

    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(arrived, given))
    assert rows == [
        [TAKEN[name].get(text) for name, text in zip(COLUMNS, texts, strict=True)]
        for texts in given
    ]


@pytest.mark.parametrize("parameter", REFUSED)
def test_what_is_beyond_is_refused(ana: Person, parameter: str) -> None:
    texts = REFUSED[parameter]
    refusals = ana.api.refusals([echo_input(parameter, text) for text in texts])
    assert [text for text, kind in zip(texts, refusals, strict=True) if kind is None] == []
    assert set(refusals) == {"InvalidParameter"}


def test_a_refusal_names_the_parameter(ana: Person) -> None:
    for parameter in REFUSED:
        refused = ana.api.submit("echo", **{parameter: "beyond"})
        assert parameter in refused.error["message"]


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["x"], {"x": "y"}])
def test_what_is_no_string_of_graphql_is_refused(ana: Person, value: Any) -> None:
    document = "mutation ($input: SubmitQueryInput!) { submitQuery(input: $input) { id } }"
    answer = ana.api.ask(document, input=echo_input("a_number", value))
    assert answer.errors or value in (1, True)


@pytest.mark.parametrize(
    ("count", "kind"), [(0, None), (1, None), (2, "given twice"), (10_000, "")]
)
def test_a_list_of_parameters_may_have_any_length_but_each_name_once(
    ana: Person, count: int, kind: str | None
) -> None:
    parameters = [{"name": "a_number", "value": "1"}] * count
    document = "mutation ($input: SubmitQueryInput!) { submitQuery(input: $input) { id } }"
    answer = ana.api.ask(document, input={"report": "echo", "parameters": parameters})
    assert bool(answer.errors) is (kind is not None)
    assert kind is None or kind in answer.errors[0]["message"]


def test_a_text_of_a_megabyte_is_refused(ana: Person) -> None:
    refused = ana.api.submit("echo", a_text="x" * 1_000_000)
    assert refused.errors


def test_a_column_has_the_type_that_was_declared(ana: Person) -> None:
    query = ended(
        ana, ana.api.submitted("echo", **{name: next(iter(TAKEN[name])) for name in COLUMNS})
    )
    types = [column["type"] for column in query["result"]["columns"]]
    assert types == ["varchar", "int8", "numeric", "bool", "date", "date", "timestamp", "varchar"]


def test_a_push_has_large_integers_to_the_last_digit(outputs: Any, ana: Person) -> None:
    async def pushed() -> Any:
        query_id = str(uuid.uuid4())
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as delivered:
            ana.api.submit("echo", query_id, a_number=2**53 + 1)
            return await asyncio.wait_for(delivered.get(), 30)

    rows = json.loads(asyncio.run(pushed())["result"]["rows"])
    assert rows[0][COLUMNS.index("a_number")] == str(2**53 + 1)
