"""The real-time protocols by their words: AppSync's, graphql-transport-ws, and a bare broadcast."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

SUBSCRIPTION = "subscription ($key: String) { onAdd(key: $key) { id key payload } }"


@dataclass(frozen=True)
class Dialect:
    """What a client says, and what it hears."""

    path: str
    protocol: str
    init: Any
    acknowledged: bytes  # in the answer to init
    started: bytes | None  # in the answer to a start; None: there is none
    delivered: bytes = b'"onAdd"'  # once in each delivery
    kind: str = "start"
    variables: dict[str, Any] = field(default_factory=dict)

    def start(self, id: str, key: str | None) -> Any:
        """The message that starts a subscription; with a key, to events of that key only."""
        variables = {} if key is None else {"key": key}
        payload: dict[str, Any] = {"query": SUBSCRIPTION, "variables": variables}
        if self.kind == "start":
            payload = {"data": json.dumps(payload)} | self.variables
        return {"id": id, "type": self.kind, "payload": payload}


def appsync(key: str, path: str = "/graphql/realtime") -> Dialect:
    """AppSync's protocol with an API key."""
    headers = {"host": "localhost", "x-api-key": key}
    encoded = base64.b64encode(json.dumps(headers).encode()).decode()
    return Dialect(
        path=f"{path}?header={encoded}&payload=e30=",
        protocol="graphql-ws",
        init={"type": "connection_init"},
        acknowledged=b'"connection_ack"',
        started=b'"start_ack"',
        variables={"extensions": {"authorization": headers}},
    )


def transport_ws(path: str = "/graphql") -> Dialect:
    """graphql-transport-ws: yoga, mercurius and strawberry speak it."""
    return Dialect(
        path=path,
        protocol="graphql-transport-ws",
        init={"type": "connection_init"},
        acknowledged=b'"connection_ack"',
        started=None,
        kind="subscribe",
    )
