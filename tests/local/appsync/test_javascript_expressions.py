"""util.transform and util.dynamodb: values and filters as AppSync's data sources take them."""

import json
from typing import Any

import pytest

from tests.local.appsync.evaluation import value


def expression(filter_: str, function: str = "toDynamoDBFilterExpression") -> Any:
    text = value(f"util.transform.{function}({filter_})")
    return text and json.loads(text)


@pytest.mark.parametrize(
    ("filter_", "text", "values"),
    [
        ("{v: {eq: 'x'}}", "(#v = :v_eq)", {":v_eq": {"S": "x"}}),
        ("{v: {ne: 1}}", "(#v <> :v_ne)", {":v_ne": {"N": 1}}),
        ("{v: {lt: 1.5}}", "(#v < :v_lt)", {":v_lt": {"N": 1.5}}),
        ("{v: {le: 1}}", "(#v <= :v_le)", {":v_le": {"N": 1}}),
        ("{v: {gt: 1}}", "(#v > :v_gt)", {":v_gt": {"N": 1}}),
        ("{v: {ge: 1}}", "(#v >= :v_ge)", {":v_ge": {"N": 1}}),
        ("{v: {eq: null}}", "(#v = :v_eq)", {":v_eq": {"NULL": None}}),
        ("{v: {contains: 'x'}}", "(contains(#v,:v_contains))", {":v_contains": {"S": "x"}}),
        (
            "{v: {notContains: 1}}",
            "(NOT contains(#v,:v_notContains))",
            {":v_notContains": {"N": 1}},
        ),
        (
            "{v: {beginsWith: 'x'}}",
            "(begins_with(#v,:v_beginsWith))",
            {":v_beginsWith": {"S": "x"}},
        ),
        (
            "{v: {between: [1, 9, 3]}}",
            "(#v BETWEEN :v_between_start AND :v_between_end)",
            {":v_between_start": {"N": 1}, ":v_between_end": {"N": 9}},
        ),
        ("{v: {in: [true]}}", "(#v IN (:v_in_0))", {":v_in_0": {"BOOL": True}}),
        (
            "{v: {in: [1, 2]}}",
            "(#v IN (:v_in_0, :v_in_1))",
            {":v_in_0": {"N": 1}, ":v_in_1": {"N": 2}},
        ),
        ("{v: {attributeExists: true}}", "(attribute_exists(#v))", {}),
        ("{v: {attributeExists: false}}", "(attribute_not_exists(#v))", {}),
        (
            "{v: {attributeType: '_null'}}",
            "(attribute_type(#v,:v_attributeType))",
            {":v_attributeType": {"S": "NULL"}},
        ),
        ("{v: {size: {gt: 2}}}", "(size(#v) > :v_size_gt)", {":v_size_gt": {"N": 2}}),
        (
            "{v: {ge: 1, le: 5}}",
            "((#v >= :v_ge) AND (#v <= :v_le))",
            {":v_ge": {"N": 1}, ":v_le": {"N": 5}},
        ),
        ("{not: {v: {eq: 1}}}", "(NOT (#v = :not_v_eq))", {":not_v_eq": {"N": 1}}),
        (
            "{v: {eq: 1}, or: [{v: {eq: 2}}, {and: [{v: {eq: 3}}]}]}",
            "(#v = :v_eq) AND ((#v = :or_0_v_eq) OR (#v = :or_1_and_0_v_eq))",
            {":v_eq": {"N": 1}, ":or_0_v_eq": {"N": 2}, ":or_1_and_0_v_eq": {"N": 3}},
        ),
    ],
)
def test_a_filter_is_worded_as_appsync_words_it(filter_: str, text: str, values: Any) -> None:
    wanted = {"expression": text, "expressionNames": {"#v": "v"}, "expressionValues": values}
    assert expression(filter_) == wanted
    assert expression(filter_, "toDynamoDBConditionExpression") == wanted


@pytest.mark.parametrize(
    "filter_",
    [
        *("", "null", "[]", "'text'", "{v: 'x'}", "{v: {foo: 1}}", "{and: {v: {eq: 1}}}"),
        *("{and: null}", "{and: [null]}", "{not: []}", "{v: {between: [1]}}", "{v: {in: 'x'}}"),
        *("{v: {attributeExists: 'yes'}}", "{v: {attributeType: 'S'}}", "{v: {size: 3}}"),
    ],
)
def test_what_is_no_filter_has_no_expression(filter_: str) -> None:
    assert expression(filter_) is None


def test_an_empty_filter_has_an_empty_expression() -> None:
    assert expression("{}") == {"expression": "", "expressionNames": {}, "expressionValues": {}}


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("toDynamoDB('a')", {"S": "a"}),
        ("toDynamoDB(12345)", {"N": 12345}),
        ("toDynamoDB(true)", {"BOOL": True}),
        ("toDynamoDB(null)", {"NULL": None}),
        ("toDynamoDB(['a', 1, {b: 'c'}])", {"L": [{"S": "a"}, {"N": 1}, {"M": {"b": {"S": "c"}}}]}),
        ("toDynamoDB({a: [1]})", {"M": {"a": {"L": [{"N": 1}]}}}),
        ("toString('a')", {"S": "a"}),
        ("toStringSet(['a', 'b'])", {"SS": ["a", "b"]}),
        ("toNumber(1)", {"N": 1}),
        ("toNumberSet([1, 4.5])", {"NS": [1, 4.5]}),
        ("toBinary('a')", {"B": "a"}),
        ("toBinarySet(['a'])", {"BS": ["a"]}),
        ("toBoolean(false)", {"BOOL": False}),
        ("toNull()", {"NULL": None}),
        ("toList(['a'])", {"L": [{"S": "a"}]}),
        ("toMap({a: 1})", {"M": {"a": {"N": 1}}}),
        ("toMapValues({a: 1, b: 'c'})", {"a": {"N": 1}, "b": {"S": "c"}}),
        ("toS3Object('k', 'b', 'r')", {"S": '{"s3":{"key":"k","bucket":"b","region":"r"}}'}),
        (
            "toS3Object('k', 'b', 'r', 'v')",
            {"S": '{"s3":{"key":"k","bucket":"b","region":"r","version":"v"}}'},
        ),
        ('fromS3ObjectJson(\'{"s3":{"key":"k"}}\')', {"key": "k"}),
    ],
)
def test_a_value_is_typed_as_dynamodb_has_it(call: str, wanted: Any) -> None:
    assert value(f"util.dynamodb.{call}") == wanted


@pytest.mark.parametrize(
    ("filter_", "query"),
    [
        ("{a: {eq: 1}}", {"term": {"a": 1}}),
        ("{a: {gt: 1}}", {"range": {"a": {"gt": 1}}}),
        ("{a: {matchPhrasePrefix: 'x'}}", {"match_phrase_prefix": {"a": "x"}}),
        ("{a: {multiMatch: 'x'}}", {"multi_match": {"query": "x", "fields": ["a"]}}),
        ("{a: {exists: false}}", {"bool": {"must_not": {"exists": {"field": "a"}}}}),
        ("{or: [{a: {eq: 1}}]}", {"bool": {"should": [{"term": {"a": 1}}]}}),
        ("{not: {a: {eq: 1}}}", {"bool": {"must_not": {"term": {"a": 1}}}}),
        (
            "{upvotes: {ne: 15, range: [10, 20]}, title: {eq: 'hihihi', wildcard: 'h*i'}}",
            {
                "bool": {
                    "must": [
                        {
                            "bool": {
                                "must": [
                                    {"bool": {"must_not": {"term": {"upvotes": 15}}}},
                                    {"range": {"upvotes": {"gte": 10, "lte": 20}}},
                                ]
                            }
                        },
                        {
                            "bool": {
                                "must": [
                                    {"term": {"title": "hihihi"}},
                                    {"wildcard": {"title": "h*i"}},
                                ]
                            }
                        },
                    ]
                }
            },
        ),
    ],
)
def test_a_filter_becomes_a_query_of_opensearch(filter_: str, query: Any) -> None:
    assert json.loads(value(f"util.transform.toElasticsearchQueryDSL({filter_})")) == query


A, B, OWNER, PLACE = (
    {"fieldName": name, "operator": "eq", "value": number}
    for name, number in (("a", 1), ("b", 2), ("o", 3), ("p", 4))
)
ONE_OF_TWO = "{o: {eq: 3}, p: {eq: 4}}"


@pytest.mark.parametrize(
    ("arguments", "groups"),
    [
        ("{}", []),
        ("{and: []}", []),
        ("{a: {}}", []),
        ("{a: {eq: 1}, and: [{b: {eq: 2}}]}", [[A, B]]),
        ("{or: [{a: {eq: 1}}, {b: {eq: 2}}]}", [[A], [B]]),
        ("{and: [{o: {eq: 3}}, {or: [{a: {eq: 1}}, {b: {eq: 2}}]}]}", [[OWNER, A], [OWNER, B]]),
        ("{a: {eq: 1}, b: {eq: 2}}, ['a']", [[B]]),
        ("{and: [{a: {eq: 1}}, {b: {eq: 2}}]}, ['b']", [[A]]),
        ("{or: [{a: {eq: 1}}, {b: {eq: 2}}]}, ['a']", [[B]]),
        ("{a: {eq: 1}}, ['a']", []),
        (f"{{a: {{eq: 1}}}}, [], {ONE_OF_TWO}", [[A, OWNER], [A, PLACE]]),
        (f"{{a: {{eq: 1}}}}, ['o'], {ONE_OF_TWO}", [[A, OWNER], [A, PLACE]]),
        (f"{{}}, [], {ONE_OF_TWO}", [[OWNER], [PLACE]]),
        (f"null, [], {ONE_OF_TWO}", [[OWNER], [PLACE]]),
        ("""'{"a": {"eq": 1}}'""", [[A]]),
    ],
)
def test_a_filter_becomes_the_groups_of_a_subscription(arguments: str, groups: Any) -> None:
    wanted = {"filterGroup": [{"filters": filters} for filters in groups]}
    assert value(f"util.transform.toSubscriptionFilter({arguments})") == wanted


@pytest.mark.parametrize("arguments", ["", "null", "[]", "'no JSON'"])
def test_what_is_no_filter_is_none_of_a_subscription(arguments: str) -> None:
    assert value(f"util.transform.toSubscriptionFilter({arguments})") is None
