"""The messages of the real-time protocol, as the JSON text of their frames.

The vocabulary of subscriptions-transport-ws; client to server: connection_init, start, stop;
server to client: the rest.
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

from typing import Any

import orjson

from local.appsync.errors import RequestError

CONNECTION_TIMEOUT_MS = 300_000

CONNECTION_ACK = orjson.dumps(
    {"type": "connection_ack", "payload": {"connectionTimeoutMs": CONNECTION_TIMEOUT_MS}}
).decode()
KEEP_ALIVE = '{"type":"ka"}'


def connection_error(error: RequestError) -> str:
    """The caller is refused; the connection ends."""
    entry = {**error.body()["errors"][0], "errorCode": error.status}
    return _frame({"payload": {"errors": [entry]}, "type": "connection_error"})


def protocol_error(message: str) -> str:
    """The client speaks another protocol; the connection ends."""
    payload = {"errors": [{"message": message, "errorCode": 400}]}
    return _frame({"payload": payload, "type": "connection_error"})


def start_ack(id: Any) -> str:
    """The subscription is registered."""
    return _frame({"id": id, "type": "start_ack"})


def data_prefix(id: Any) -> str:
    """A data frame up to its payload; the payload and one closing brace follow."""
    return f'{{"id":{orjson.dumps(id).decode()},"type":"data","payload":'


def complete(id: Any) -> str:
    """The subscription ended."""
    return _frame({"id": id, "type": "complete"})


def error(id: Any, errors: Any) -> str:
    """What was asked under an id is refused; without an id, a message as such."""
    frame = {"type": "error", "payload": {"errors": errors}}
    return _frame(frame if id is None else {"id": id, **frame})


def too_many_subscriptions(id: str, limit: int) -> str:
    """The connection has as many as it may; here, and only here, `errors` is an object."""
    text = f"Max number of {limit} subscriptions reached"
    return error(id, {"errorType": "MaxSubscriptionsReachedError", "message": text})


def _frame(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
