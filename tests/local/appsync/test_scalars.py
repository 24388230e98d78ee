"""AppSync's scalars: what each accepts and refuses, in and out."""

from typing import Any

import pytest
from graphql import GraphQLError

from local.appsync.graphql.coercion import InvalidValue, coerce_value
from local.appsync.graphql.scalars import AWS_SCALARS
from local.appsync.graphql.schema import build_schema

ACCEPTED: dict[str, list[Any]] = {
    "AWSDate": [
        "2020-02-29",
        "2000-02-29",
        "0001-01-01",
        "9999-12-31",
        "2020-01-01Z",
        "2020-01-01+01:30",
        "2020-01-01-01:30:15",
        "2020-01-01+18:00",
        "1970-01-01-18:00",
    ],
    "AWSTime": [
        "12:00",
        "00:00",
        "23:59:59.999",
        "12:00:34",
        "12:00:34.",
        "12:00:34.123456789",
        "12:00Z",
        "12:00+02:00",
        "12:00:34.5-02:00:30",
    ],
    "AWSDateTime": [
        "2020-01-01T00:00+00:00",
        "2020-01-01T00:00:00.123456789Z",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00-03:00:30",
        "2020-02-29T23:59:59.Z",
        "2020-01-01T00:00:00.00000000000000000001Z",
    ],
    "AWSTimestamp": [-1, 0, 1714000000, 5_000_000_000, 7.0, -(2**40)],
    "AWSEmail": ["a@b.example", "a.b+c@example", "x_y@sub.domain.example", "!#$%&'*/=?^`{|}~@a"],
    "AWSPhone": [
        "+44 20 7946 0958",
        "+1-206-555-0100",
        "+12065550100",
        "206 555 0100",
        "(206) 555-0100",
        "12065550100",
        "206-555-0100",
        "206.555.0100",
        "+49 30 901820",
    ],
    "AWSURL": [
        "https://a.example/x?y=1#z",
        "http://localhost:1",
        "mailto:a@b.example",
        "ftp://h/x",
        "http://[::1]:8080/",
        "https://a.example/%20?u=http://b//c",
        "urn:isbn:1",
        "https://a.example/\u00e9",
        "tel:+12065550100",
    ],
    "AWSIPAddress": [
        "123.45.67.89",
        "123.45.67.89/16",
        "0.0.0.0/0",
        "1a2b:3c4b::1234:4567",
        "::1/64",
        "::",
        "::ffff:1.2.3.4",
        "FE80::1/128",
    ],
}
REFUSED: dict[str, list[Any]] = {
    "AWSDate": [
        "2023-02-30",
        "2023-02-29",
        "1900-02-29",
        "2020-13-01",
        "2020-00-10",
        "2020-1-1",
        "20200101",
        "2020-01-01T00:00",
        "0000-01-01",
        "2020-01-01z",
        "2020-01-01+1:00",
        "",
        " ",
        "2020-01-01+01",
        "2020-01-01+0100",
        "2020-01-01+19:00",
        "2020-01-01+01:60",
        "2020-01-01\n",
        "\u0662020-01-01",
        "+12020-01-01",
        5,
        None,
        True,
        ["2020-01-01"],
        {},
    ],
    "AWSTime": [
        "24:00",
        "12:60",
        "1:00",
        "12",
        "12:00:61",
        "12:00:60",
        "12:00.5",
        "T12:00",
        "12:00:00,5",
        "12:00 Z",
        "\u0661\u0662:00",
        12,
        None,
    ],
    "AWSDateTime": [
        "2020-05-19T11:5:29Z",
        "2020-13-01T00:00Z",
        "2020-02-30T00:00Z",
        "2020-01-01 00:00",
        "2020-01-01t00:00Z",
        "2020-01-01T00Z",
        "2020-01-01",
        "2020-01-01T24:00Z",
        "2020-01-01T00:00:00+25:00",
        "2020-01-01T00:00:00z",
        "2020-01-01T00:00[UTC]",
        1,
        None,
    ],
    "AWSTimestamp": ["1", 1.5, True, None, float("inf"), float("nan"), 1e300, 2**53 + 1, []],
    "AWSEmail": ["a", "a@", "@b", "a b@c", "a@b..c", "a@-b", "a@b-", "a@@b", "a@b\n", "", 1, None],
    "AWSPhone": [
        "1110004444",
        "123",
        "+1",
        "phone",
        "+1 111 000 4444",
        "2061550100",
        "+",
        "",
        "++12065550100",
        "+12065550100\n",
        "206\t555\t0100",
        "+1234567890123456",
        2065550100,
        None,
        "\u0662065550100",
    ],
    "AWSURL": [
        "example.com",
        "/path",
        "https://",
        "https://a.example//b",
        "https:///b",
        "a b:c",
        "http://a b",
        "http://a\nb",
        "http://a:99999/",
        "http://a:b/",
        "1http://a",
        ":a",
        "",
        1,
        None,
        "//a.example",
        "http://[::1",
        "http://:80/",
        "http://a/\x00",
    ],
    "AWSIPAddress": [
        "999.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "[::1]",
        "1.2.3.4/33",
        "::1/129",
        "::1::",
        "1.2.3.4/255.255.0.0",
        "1.2.3.4/",
        "1.2.3.4/-1",
        "fe80::1%eth0",
        "01.2.3.4",
        "",
        1,
        None,
    ],
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


@pytest.mark.parametrize(
    "given",
    [
        "{",
        "",
        "{'a':1}",
        "NaN",
        "[1,]",
        "1 2",
        '"\\ud800"',
        "\ud800",
        {"a": 1},
        [1],
        1,
        True,
        "[" * 201 + "]" * 201,
        "[" * 2000 + "]" * 2000,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_json_that_is_no_json_text_is_refused(given: Any) -> None:
    with pytest.raises(GraphQLError, match="Unable to parse"):
        AWS_SCALARS["AWSJSON"].coerce_input_value(given)


@pytest.mark.parametrize(
    ("value", "text"), [({"a": [1]}, '{"a":[1]}'), ([1], "[1]"), ('{"a":1}', '"{\\"a\\":1}"')]
)
def test_json_goes_out_as_text(value: Any, text: str) -> None:
    assert AWS_SCALARS["AWSJSON"].coerce_output_value(value) == text


@pytest.mark.parametrize("value", [{1: 2}, 2**70, "\ud800", object()])
def test_what_is_no_json_does_not_go_out(value: Any) -> None:
    scalar = AWS_SCALARS["AWSJSON"]
    with pytest.raises(GraphQLError, match="Unable to serialize"):
        scalar.coerce_output_value(value)


@pytest.mark.parametrize(
    ("value", "printed"),
    [({"a": [1, None, True]}, "{a=[1, null, true]}"), ([], "[]"), (1.5, "1.5"), ("x", "x")],
)
def test_a_refused_value_is_printed_as_java_prints_it(value: Any, printed: str) -> None:
    with pytest.raises(GraphQLError) as refusal:
        AWS_SCALARS["AWSDate"].coerce_input_value(value)
    assert refusal.value.message == f"Unable to parse `{printed}` as a valid Date Object."


SDL = """
type Query { take(int: Int, float: Float, id: ID, string: String, boolean: Boolean): Int }
"""
BUILT_IN: dict[str, tuple[list[Any], list[Any]]] = {
    "Int": ([0, -(2**31), 2**31 - 1], [2**31, -(2**31) - 1, 1.5, "1", True, [], {}, 10**30]),
    "Float": ([0, 1.5, -1e300, 2**40], ["1.5", True, [1, 2], {}, 10**400]),
    "String": (["", "x", "\u0000", "\U0001f600"], [1, True, 1.5, {}]),
    "Boolean": ([True, False], [0, 1, "true", {}]),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, v) for name, (accepted, _) in BUILT_IN.items() for v in accepted]
)
def test_a_value_of_a_built_in_scalar_is_taken(name: str, value: Any) -> None:
    type_: Any = build_schema(SDL).type_map[name]
    assert coerce_value(type_, value) == value


@pytest.mark.parametrize(
    ("name", "value"), [(name, v) for name, (_, refused) in BUILT_IN.items() for v in refused]
)
def test_a_value_that_a_built_in_scalar_does_not_have_is_refused(name: str, value: Any) -> None:
    type_: Any = build_schema(SDL).type_map[name]
    with pytest.raises(InvalidValue, match=f"Expected type '{name}'"):
        coerce_value(type_, value)


def test_an_id_may_be_given_as_an_integer_and_is_a_string() -> None:
    type_: Any = build_schema(SDL).type_map["ID"]
    assert [coerce_value(type_, value) for value in (7, "7", "")] == ["7", "7", ""]


@pytest.mark.parametrize("value", [1.5, True, {}])
def test_nothing_else_is_an_id(value: Any) -> None:
    type_: Any = build_schema(SDL).type_map["ID"]
    with pytest.raises(InvalidValue):
        coerce_value(type_, value)
