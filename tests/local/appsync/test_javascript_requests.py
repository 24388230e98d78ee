"""Requests to data sources from plain objects: '@aws-appsync/utils/dynamodb', '/rds', '/ai'."""

from typing import Any

import pytest

from tests.local.appsync.evaluation import error, value

DYNAMODB = "import * as ddb from '@aws-appsync/utils/dynamodb';"
RDS = "import * as rds from '@aws-appsync/utils/rds';"
ID = {"id": {"N": 1}}
NAMED = {
    "expression": "(#id = :id_eq)",
    "expressionNames": {"#id": "id"},
    "expressionValues": {":id_eq": {"N": 1}},
}
PROJECTION = {"expression": "#id, #a.#b", "expressionNames": {"#id": "id", "#a": "a", "#b": "b"}}


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        ("get({key: {id: 1}})", {"operation": "GetItem", "key": ID}),
        (
            "get({key: {id: 1}, consistentRead: true, projection: ['id', 'a.b']})",
            {"operation": "GetItem", "key": ID, "consistentRead": True, "projection": PROJECTION},
        ),
        (
            "put({key: {id: 1}, item: {tags: ddb.toStringSet(['a'])},"
            " condition: {id: {eq: 1}}, _version: 2})",
            {
                "operation": "PutItem",
                "key": ID,
                "attributeValues": {"tags": {"SS": ["a"]}},
                "condition": NAMED,
                "_version": 2,
            },
        ),
        (
            "remove({key: {id: 1}, condition: {id: {eq: 1}}})",
            {"operation": "DeleteItem", "key": ID, "condition": NAMED},
        ),
        (
            "query({query: {id: {eq: 1}}, index: 'i', limit: 2,"
            " nextToken: null, scanIndexForward: false})",
            {
                "operation": "Query",
                "query": NAMED,
                "index": "i",
                "limit": 2,
                "scanIndexForward": False,
            },
        ),
        (
            "scan({limit: 20, filter: {id: {eq: 1}}, totalSegments: 2, segment: 0})",
            {"operation": "Scan", "limit": 20, "totalSegments": 2, "segment": 0, "filter": NAMED},
        ),
        (
            "sync({basePartitionKey: 'p', lastSync: 5})",
            {"operation": "Sync", "basePartitionKey": "p", "lastSync": 5},
        ),
        (
            "batchGet({tables: {t: {keys: [{id: 1}], consistentRead: true}}})",
            {"operation": "BatchGetItem", "tables": {"t": {"keys": [ID], "consistentRead": True}}},
        ),
        (
            "batchPut({tables: {t: [{id: 1}]}})",
            {"operation": "BatchPutItem", "tables": {"t": [ID]}},
        ),
        (
            "batchDelete({tables: {t: [{id: 1}]}})",
            {"operation": "BatchDeleteItem", "tables": {"t": [ID]}},
        ),
        (
            "transactGet({items: [{table: 't', key: {id: 1}}]})",
            {"operation": "TransactGetItems", "transactItems": [{"table": "t", "key": ID}]},
        ),
        (
            "transactWrite({items: [{putItem: {table: 't', key: {id: 1}, item: {a: 1}}},"
            " {deleteItem: {table: 't', key: {id: 1}, condition: {id: {eq: 1}}}}]})",
            {
                "operation": "TransactWriteItems",
                "transactItems": [
                    {
                        "table": "t",
                        "operation": "PutItem",
                        "key": ID,
                        "attributeValues": {"a": {"N": 1}},
                    },
                    {
                        "table": "t",
                        "operation": "DeleteItem",
                        "key": ID,
                        "condition": NAMED | {"returnValuesOnConditionCheckFailure": True},
                    },
                ],
            },
        ),
    ],
)
def test_a_request_to_dynamodb_is_made_of_plain_objects(call: str, request_: Any) -> None:
    assert value(f"ddb.{call}", DYNAMODB) == request_


@pytest.mark.parametrize(
    ("change", "expression", "values"),
    [
        ("'x'", "SET #a = :a", {":a": {"S": "x"}}),
        ("null", "SET #a = :a", {":a": {"NULL": None}}),
        ("{b: 1}", "SET #a.#b = :a_b", {":a_b": {"N": 1}}),
        ("add({b: 1})", "SET #a = :a", {":a": {"M": {"b": {"N": 1}}}}),
        ("replace({b: 1})", "SET #a = :a", {":a": {"M": {"b": {"N": 1}}}}),
        ("remove()", "REMOVE #a", {}),
        ("increment()", "SET #a = #a + :a", {":a": {"N": 1}}),
        ("decrement(3)", "SET #a = #a - :a", {":a": {"N": 3}}),
        ("append(['x'])", "SET #a = list_append(#a, :a)", {":a": {"L": [{"S": "x"}]}}),
        ("prepend(['x'])", "SET #a = list_append(:a, #a)", {":a": {"L": [{"S": "x"}]}}),
        ("[updateListItem('x', 2)]", "SET #a[2] = :a_2", {":a_2": {"S": "x"}}),
        ("ddb.toNumberSet([1])", "SET #a = :a", {":a": {"NS": [1]}}),
    ],
)
def test_an_update_is_said_as_an_expression(change: str, expression: str, values: Any) -> None:
    made = value(
        f"ddb.update({{key: {{id: 1}}, update: {{a: {change}}}}}).update",
        f"{DYNAMODB} const {{ add, replace, remove, increment, decrement, append, prepend,"
        " updateListItem } = ddb.operations;",
    )
    assert (made["expression"], made["expressionValues"]) == (expression, values)
    assert made["expressionNames"]["#a"] == "a"


def test_a_condition_that_dynamodb_has_not_is_an_error_that_names_it() -> None:
    text = error("return ddb.remove({key: {}, condition: {a: {like: 1}}});", DYNAMODB).message
    assert text == (
        'code.js:3:12: TypeError: The condition {"a":{"like":1}} has an operator or a value'
        " that DynamoDB has not."
    )


@pytest.mark.parametrize(
    ("call", "statement"),
    [
        ("select({table: 'private.persons'})", 'SELECT * FROM "private"."persons"'),
        (
            "select({table: 't', columns: ['id', 't.name'], limit: 1, offset: 0})",
            'SELECT "id", "t"."name" FROM "t" LIMIT :P0 OFFSET :P1',
        ),
        (
            "select({from: {p: 't'}, columns: [{n: rds.agg.countDistinct('id')}],"
            " groupBy: [1, 'a']})",
            'SELECT COUNT(DISTINCT "id") AS "n" FROM "t" AS "p" GROUP BY 1, "a"',
        ),
        (
            "select({table: 't', where: {or: [{name: {eq: 'S'}}, {id: {gt: 10}}]},"
            " orderBy: [{column: 'name'}, {column: 'id', dir: 'DESC'}]})",
            'SELECT * FROM "t" WHERE ("name" = :P0) OR ("id" > :P1) ORDER BY "name" ASC, "id" DESC',
        ),
        (
            "select({table: 't', where: {a: {contains: 'x'}}})",
            'SELECT * FROM "t" WHERE "a" LIKE :P0',
        ),
        (
            "select({table: 't', where: {a: {between: [1, 2]}, b: {attributeExists: false}}})",
            'SELECT * FROM "t" WHERE ("a" BETWEEN :P0 AND :P1) AND ("b" IS NULL)',
        ),
        (
            "select({table: 't', where: {not: [{a: {eq: 1}}, {b: {gt: 2}}]}})",
            'SELECT * FROM "t" WHERE NOT (("a" = :P0) AND ("b" > :P1))',
        ),
        (
            "select({from: 'a', leftJoin: [{from: 'b', on: {'a.id': {eq: 'b.id'}}}]})",
            'SELECT * FROM "a" LEFT JOIN "b" ON "a"."id" = "b"."id"',
        ),
        (
            "select({from: {s: rds.select({from: 'a'})}, join: [{from: 'b', using: ['id']}]})",
            'SELECT * FROM (SELECT * FROM "a") AS "s" JOIN "b" USING ("id")',
        ),
        (
            "insert({table: 't', values: {a: 1, b: 2}})",
            'INSERT INTO "t" ("a", "b") VALUES (:P0, :P1)',
        ),
        (
            "update({table: 't', values: {a: 1}, where: {id: {eq: 2}}, returning: '*'})",
            'UPDATE "t" SET "a" = :P0 WHERE "id" = :P1 RETURNING *',
        ),
        (
            "remove({table: 't', where: {id: {eq: 1}}, returning: ['id', 'name']})",
            'DELETE FROM "t" WHERE "id" = :P0 RETURNING "id", "name"',
        ),
        ("sql`select * from t where a = ${1}`", "select * from t where a = :P0"),
        ("""select({table: 'a"b'})""", 'SELECT * FROM "a""b"'),
    ],
)
def test_a_statement_is_written_with_parameters(call: str, statement: str) -> None:
    assert value(f"rds.createPgStatement(rds.{call})", RDS)["statements"] == [statement]


def test_two_statements_share_their_parameters_and_mysql_quotes_with_backticks() -> None:
    insert = "rds.insert({table: 't', values: {a: rds.typeHint.UUID('u')}})"
    made = value(f"rds.createMySQLStatement({insert}, rds.sql`select ${{2}}`)", RDS)
    assert made == {
        "statements": ["INSERT INTO `t` (`a`) VALUES (:P0)", "select :P1"],
        "variableMap": {":P0": "u", ":P1": 2},
        "variableTypeHintMap": {":P0": "UUID"},
    }


def test_a_result_of_the_data_api_becomes_rows() -> None:
    records = "[[{stringValue: 'a'}, {longValue: 1}, {isNull: true}]]"
    columns = "[{label: 'name'}, {label: 'n'}, {name: 'x'}]"
    results = f"[{{records: {records}, columnMetadata: {columns}}}, {{numberOfRecordsUpdated: 1}}]"
    result = f"JSON.stringify({{sqlStatementResults: {results}}})"
    assert value(f"rds.toJsonObject({result})", RDS) == [[{"name": "a", "n": 1, "x": None}], []]
    assert value(f"util.rds.toJsonObject({result})[0][0].n") == 1


@pytest.mark.parametrize("result", ["'no JSON'", "null", "{}"])
def test_what_is_no_result_of_the_data_api_is_null(result: str) -> None:
    assert value(f"util.rds.toJsonObject({result})") is None


@pytest.mark.parametrize(
    ("call", "operation"), [("invokeModel", "InvokeModel"), ("converse", "Converse")]
)
def test_a_request_to_bedrock_names_its_operation(call: str, operation: str) -> None:
    imports = f"import {{ {call} }} from '@aws-appsync/utils/ai';"
    assert value(f"{call}({{modelId: 'm'}})", imports) == {"operation": operation, "modelId": "m"}
