"""AppSync's scalars: what each accepts and refuses, in and out."""

from typing import Any

import pytest
from graphql import GraphQLError

from local.appsync.graphql.scalars import AWS_SCALARS

ACCEPTED: dict[str, list[Any]] = {
    "AWSDate": ["2020-02-29", "2020-01-01Z", "2020-01-01+01:30", "2020-01-01-01:30:15"],
    "AWSTime": ["12:00", "12:00:34", "12:00:34.", "12:00:34.123456789", "12:00Z", "12:00+02:00"],
    "AWSDateTime": [
        "2020-01-01T00:00+00:00",
        "2020-01-01T00:00:00.123456789Z",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00-03:00:30",
    ],
    "AWSTimestamp": [-1, 0, 1714000000, 5_000_000_000, 7.0],
    "AWSEmail": ["a@b.example", "a.b+c@example", "x_y@sub.domain.example"],
    "AWSPhone": [
        "+44 20 7946 0958",
        "+1-206-555-0100",
        "206 555 0100",
        "(206) 555-0100",
        "12065550100",
    ],
    "AWSURL": [
        "https://a.example/x?y=1#z",
        "http://localhost:1",
        "mailto:a@b.example",
        "ftp://h/x",
    ],
    "AWSIPAddress": ["123.45.67.89", "123.45.67.89/16", "1a2b:3c4b::1234:4567", "::1/64"],
}
REFUSED: dict[str, list[Any]] = {
    "AWSDate": ["2023-02-30", "2020-1-1", "20200101", "2020-01-01T00:00", 5, None],
    "AWSTime": ["24:00", "12:60", "1:00", "12", "12:00:61"],
    "AWSDateTime": [
        "2020-05-19T11:5:29Z",
        "2020-13-01T00:00Z",
        "2020-01-01 00:00",
        "2020-01-01",
        1,
    ],
    "AWSTimestamp": ["1", 1.5, True, None, float("inf"), float("nan"), 1e300],
    "AWSEmail": ["a", "a@", "@b", "a b@c", "a@b..c", 1],
    "AWSPhone": ["1110004444", "123", "+1", "phone", 2065550100],
    "AWSURL": ["example.com", "/path", "https://", "https://a.example//b", 1],
    "AWSIPAddress": ["999.1.1.1", "1.2.3", "[::1]", "1.2.3.4/33", "1.2.3.4/255.255.0.0", 1],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in ACCEPTED.items() for value in values]
)
def test_a_valid_value_passes_unchanged_in_and_out(name: str, value: Any) -> None:
    scalar = AWS_SCALARS[name]
    assert scalar.coerce_input_value(value) == value
    assert scalar.coerce_output_value(value) == value


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values]
)
def test_an_invalid_value_is_refused_in_and_out(name: str, value: Any) -> None:
    scalar = AWS_SCALARS[name]
    with pytest.raises(GraphQLError, match="Unable to parse"):
        scalar.coerce_input_value(value)
    with pytest.raises(GraphQLError, match="Unable to serialize"):
        scalar.coerce_output_value(value)


@pytest.mark.parametrize(
    ("given", "value"), [('{"a":[1]}', {"a": [1]}), ("null", None), ('"text"', "text"), ("1", 1)]
)
def test_json_comes_in_parsed(given: str, value: Any) -> None:
    assert AWS_SCALARS["AWSJSON"].coerce_input_value(given) == value


@pytest.mark.parametrize("given", ["{", "", {"a": 1}, [1], 1])
def test_json_that_is_no_json_text_is_refused(given: Any) -> None:
    with pytest.raises(GraphQLError, match="Unable to parse"):
        AWS_SCALARS["AWSJSON"].coerce_input_value(given)


@pytest.mark.parametrize(
    ("value", "text"), [({"a": [1]}, '{"a":[1]}'), ([1], "[1]"), ('{"a":1}', '"{\\"a\\":1}"')]
)
def test_json_goes_out_as_text(value: Any, text: str) -> None:
    assert AWS_SCALARS["AWSJSON"].coerce_output_value(value) == text
