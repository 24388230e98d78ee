"""The messages of the real-time protocol, as the JSON of their frames.

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
)
SUBSCRIPTION_COMPLETE = "Subscription complete."  # AppSync's words for an invalidation
KEEP_ALIVE = b'{"type":"ka"}'


def connection_error(error: RequestError) -> bytes:
    """The caller is refused; the connection ends."""
    entry = {**error.body()["errors"][0], "errorCode": error.status}
    return _frame({"payload": {"errors": [entry]}, "type": "connection_error"})


def protocol_error(message: str) -> bytes:
    """The client speaks another protocol; the connection ends."""
    payload = {"errors": [{"message": message, "errorCode": 400}]}
    return _frame({"payload": payload, "type": "connection_error"})


def start_ack(id: Any) -> bytes:
    """The subscription is registered."""
    return _frame({"id": id, "type": "start_ack"})


def data_prefix(id: Any) -> bytes:
    """A data frame up to its payload; the payload and one closing brace follow."""
    return b'{"id":' + orjson.dumps(id) + b',"type":"data","payload":'


def complete(id: Any) -> bytes:
    """The subscription ended, as its client asked."""
    return _frame({"id": id, "type": "complete"})


def invalidated(id: Any) -> bytes:
    """The subscription ended, and the connection will."""
    return _frame({"id": id, "type": "complete", "payload": {"message": SUBSCRIPTION_COMPLETE}})


def error(id: Any, errors: Any) -> bytes:
    """What was asked under an id is refused; without an id, a message as such."""
    frame = {"type": "error", "payload": {"errors": errors}}
    return _frame(frame if id is None else {"id": id, **frame})


def too_many_subscriptions(id: str, limit: int) -> bytes:
    """The connection has as many as it may; here, and only here, `errors` is an object."""
    text = f"Max number of {limit} subscriptions reached"
    return error(id, {"errorType": "MaxSubscriptionsReachedError", "message": text})


def _frame(message: dict[str, Any]) -> bytes:
    return orjson.dumps(message)
