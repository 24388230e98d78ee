"""DynamoDB below boto3: one table with conditional writes, indexes that lag, and a stream.

Expressions are evaluated as far as they are used; an unknown one fails loudly.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.invocation import running

Item = dict[str, Any]  # in DynamoDB's JSON

INDEXES = {"byOwner": ("owner", "submittedAt"), "unfinished": ("unfinished", "updatedAt")}
_COMPARISON = re.compile(r"(\S+) (=|<>|<|<=|>|>=) (:\w+)")
_BETWEEN = re.compile(r"(\S+) BETWEEN (:\w+) AND (:\w+)")
_FUNCTION = re.compile(r"(attribute_exists|attribute_not_exists)\((\S+)\)")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionFailed(ClientError):
    """ConditionalCheckFailedException, as boto3's client has it among its `exceptions`."""


def throttled(service: str) -> ClientError:
    """What a service answers when it is asked too much, after boto3's own retries."""
    answer: Any = {
        "Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    return ClientError(answer, service)


class Table:
    """The items. `written`: called with each item that is written, in order: the stream.

    index_lag: drawn for each write, how long until the indexes show it; `later` has it done then.
    """

    def __init__(
        self,
        written: Callable[[Item], None],
        index_lag: Callable[[], float],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self.items: dict[str, Item] = {}
        self._indexed: dict[str, Item] = {}
        self._written = written
        self._index_lag = index_lag
        self._later = later

    def put_item(self, request: Mapping[str, Any]) -> Item:
        item = dict(request["Item"])
        item_id = item["id"]["S"]
        condition = request.get("ConditionExpression")
        if condition and not _holds(condition, request, self.items.get(item_id, {})):
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "failed"}}
            raise ConditionFailed(error, "PutItem")
        self.items[item_id] = item
        self._written(item)
        self._later(self._index_lag(), lambda: self._index(item_id, item))
        return {}

    def get_item(self, request: Mapping[str, Any]) -> Item:
        """Always consistent: nothing of ours reads otherwise, which is asserted."""
        assert request["ConsistentRead"]
        item = self.items.get(request["Key"]["id"]["S"])
        return {} if item is None else {"Item": item}

    def query(self, request: Mapping[str, Any]) -> Item:
        partition, sort = INDEXES[request["IndexName"]]
        condition = request["KeyConditionExpression"]
        found = [
            item
            for item in self._indexed.values()
            if partition in item and sort in item and _holds(condition, request, item)
        ]
        is_descending = not request.get("ScanIndexForward", True)
        found.sort(key=lambda item: (item[sort]["S"], item["id"]["S"]), reverse=is_descending)
        return _page(request, found, (partition, sort))

    def _index(self, item_id: str, item: Item) -> None:
        """An older write never hides a newer one."""
        shown = self._indexed.get(item_id)
        if shown is None or _version(shown) <= _version(item):
            self._indexed[item_id] = item


class DynamoDBClient:
    """What a Lambda holds of the table: a boto3 client's methods, each a call on the network."""

    exceptions = SimpleNamespace(ConditionalCheckFailedException=ConditionFailed)

    def __init__(self, table: Table) -> None:
        self._table = table

    def put_item(self, **request: Any) -> Item:
        return self._call("put_item", lambda: self._table.put_item(request))

    def get_item(self, **request: Any) -> Item:
        return self._call("get_item", lambda: self._table.get_item(request))

    def query(self, **request: Any) -> Item:
        return self._call("query", lambda: self._table.query(request))

    def get_paginator(self, operation: str) -> "DynamoDBClient":
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[Item]:
        while True:
            page = self.query(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _call(self, name: str, effect: Callable[[], Item]) -> Item:
        answer: Item = running().call(f"dynamodb.{name}", effect)
        return answer


def _page(request: Mapping[str, Any], found: list[Item], key: tuple[str, str]) -> Item:
    """Begins after a key; limited before it is filtered, as DynamoDB does."""
    after = request.get("ExclusiveStartKey")
    if after:
        ids = [item["id"]["S"] for item in found]
        found = found[ids.index(after["id"]["S"]) + 1 :]
    read = found[: request.get("Limit", len(found))]
    answer: Item = {"Items": read}
    if len(read) < len(found):
        answer["LastEvaluatedKey"] = {name: read[-1][name] for name in (*key, "id")}
    if "FilterExpression" in request:
        expression = request["FilterExpression"]
        answer["Items"] = [item for item in read if _holds(expression, request, item)]
    return answer


def _holds(expression: str, request: Mapping[str, Any], item: Item) -> bool:
    expression = _BETWEEN.sub(r"\1 >= \2 AND \1 <= \3", expression)
    return all(_term_holds(term, request, item) for term in expression.split(" AND "))


def _term_holds(term: str, request: Mapping[str, Any], item: Item) -> bool:
    names = request.get("ExpressionAttributeNames", {})
    if function := _FUNCTION.fullmatch(term):
        is_there = names.get(function[2], function[2]) in item
        return is_there == (function[1] == "attribute_exists")
    comparison = _COMPARISON.fullmatch(term)
    if comparison is None:
        raise NotImplementedError(f"The simulated table does not know the expression {term!r}.")
    name, compare, value = comparison.groups()
    found = item.get(names.get(name, name))
    wanted = request["ExpressionAttributeValues"][value]
    return found is not None and _OPERATORS[compare](_value(found), _value(wanted))


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, content),) = attribute.items()
    return int(content) if kind == "N" else content


def _version(item: Item) -> int:
    return int(item["version"]["N"])
