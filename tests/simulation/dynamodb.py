"""DynamoDB below boto3: one table with conditional writes, indexes that lag, and a stream.

Expressions are evaluated as far as they are used; an unknown one fails loudly.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import copy
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
_SIZE = re.compile(r"size\((\S+)\) (=|<|>|>=) (:\w+)")
_UPDATE = re.compile(r"(SET|REMOVE|ADD|DELETE) (.+?)(?= SET | REMOVE | ADD | DELETE |$)")
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
        self._indexed: dict[str, tuple[Item, int]] = {}  # with the number of the write
        self._writes = 0
        self._written = written
        self._index_lag = index_lag
        self._later = later

    def put_item(self, request: Mapping[str, Any]) -> Item:
        item = dict(request["Item"])
        self._check(request, item["id"]["S"])
        self._write(item)
        return {}

    def update_item(self, request: Mapping[str, Any]) -> Item:
        item_id = request["Key"]["id"]["S"]
        self._check(request, item_id)
        item = copy.deepcopy(self.items.get(item_id, request["Key"]))
        for word, listed in _UPDATE.findall(request["UpdateExpression"]):
            for change in listed.split(", "):
                path, _, value = change.replace(" = ", " ").partition(" ")
                place, name = _place(path, request, item)
                given = request.get("ExpressionAttributeValues", {}).get(value)
                _change(word, place, name, given)
        self._write(item)
        return {"Attributes": item}

    def _check(self, request: Mapping[str, Any], item_id: str) -> None:
        condition, stored = request.get("ConditionExpression"), self.items.get(item_id)
        if condition and not _holds(condition, request, stored or {}):
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "failed"}}
            raise ConditionFailed(error | ({"Item": stored} if stored else {}), "Write")

    def _write(self, item: Item) -> None:
        self.items[item["id"]["S"]] = item
        self._writes += 1
        number = self._writes
        self._written(item)
        self._later(self._index_lag(), lambda: self._index(item, number))

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
            for item, _ in self._indexed.values()
            if partition in item and sort in item and _holds(condition, request, item)
        ]
        is_descending = not request.get("ScanIndexForward", True)
        found.sort(key=lambda item: (item[sort]["S"], item["id"]["S"]), reverse=is_descending)
        return _page(request, found, (partition, sort))

    def _index(self, item: Item, number: int) -> None:
        """An older write never hides a newer one."""
        item_id = item["id"]["S"]
        if item_id not in self._indexed or self._indexed[item_id][1] < number:
            self._indexed[item_id] = (item, number)


class DynamoDBClient:
    """What a Lambda holds of the table: a boto3 client's methods, each a call on the network."""

    exceptions = SimpleNamespace(ConditionalCheckFailedException=ConditionFailed)

    def __init__(self, table: Table) -> None:
        self._table = table

    def put_item(self, **request: Any) -> Item:
        return self._call("put_item", lambda: self._table.put_item(request))

    def update_item(self, **request: Any) -> Item:
        return self._call("update_item", lambda: self._table.update_item(request))

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
    """A conjunction; a term of it may be a disjunction in parentheses."""
    expression = _BETWEEN.sub(r"\1 >= \2 AND \1 <= \3", expression)
    terms = (
        term[1:-1].split(" OR ") if " OR " in term else [term] for term in expression.split(" AND ")
    )
    return all(any(_term_holds(each, request, item) for each in either) for either in terms)


def _change(word: str, place: Item, name: str, given: Any) -> None:
    """Change one attribute; ADD and DELETE are known of sets, of which none is empty."""
    if word == "SET":
        place[name] = given
        return
    before = place.pop(name, {"SS": []})
    if word != "REMOVE":
        ours, theirs = set(before["SS"]), set(given["SS"])
        after = ours | theirs if word == "ADD" else ours - theirs
        if after:
            place[name] = {"SS": sorted(after)}


def _place(path: str, request: Mapping[str, Any], item: Item) -> tuple[Item, str]:
    """Where an attribute, or an entry of one that is a map, is kept."""
    names = request.get("ExpressionAttributeNames", {})
    *outer, name = (names.get(part, part) for part in path.split("."))
    for part in outer:
        item = item.get(part, {"M": {}})["M"]
    return item, name


def _term_holds(term: str, request: Mapping[str, Any], item: Item) -> bool:
    names = request.get("ExpressionAttributeNames", {})
    if function := _FUNCTION.fullmatch(term):
        place, name = _place(function[2], request, item)
        return (name in place) == (function[1] == "attribute_exists")
    if size := _SIZE.fullmatch(term):
        place, name = _place(size[1], request, item)
        most = _value(request["ExpressionAttributeValues"][size[3]])
        return name in place and _OPERATORS[size[2]](len(_value(place[name])), most)
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
