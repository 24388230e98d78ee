"""One line of JSON for each request: what was asked by which way, never a value or a secret.

Everything but printable ASCII is escaped, so a name cannot forge a line or colour a terminal.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from local.appsync.graphql.documents import Operation

MAX_ERRORS = 10
MAX_FIELDS = 20
MAX_NAME = 100  # characters

_KIND = re.compile(r"Validation error of type (\w+)")

log = logging.getLogger("local.appsync.requests")


@dataclass(slots=True)
class Record:
    """What is known of a request so far."""

    method: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.perf_counter)
    api_id: str | None = None
    operation: Operation | None = None
    auth: str | None = None

    def write(self, status: int, body: dict[str, Any]) -> None:
        """Log the request with its answer."""
        if log.isEnabledFor(logging.INFO):
            log.info("%s", self._line(status, body.get("errors", ())))

    @property
    def seconds(self) -> float:
        """How long it has taken until now."""
        return time.perf_counter() - self.started

    def _line(self, status: int, errors: Any) -> str:
        operation = self.operation
        line = {
            "requestId": self.request_id,
            "api": self.api_id,
            "method": self.method,
            "status": status,
            "operation": operation and operation.kind,
            "name": operation and _short(operation.name),
            "fields": [_short(name) for name in operation.root_fields[:MAX_FIELDS]]
            if operation
            else None,
            "auth": self.auth,
            "ms": round(self.seconds * 1000, 1),
            "errors": [_short(_type(error)) for error in errors[:MAX_ERRORS]],
        }
        text = orjson.dumps(line).decode()
        if text.isascii() and "\x7f" not in text:
            return text
        return json.dumps(line).replace("\x7f", "\\u007f")


def _type(error: Mapping[str, Any]) -> str | None:
    """An error's type or, for an invalid document, the kind that its message tells."""
    if error.get("errorType") is not None:
        return str(error["errorType"])
    match = _KIND.match(error["message"])
    return match[1] if match else None


def _short(name: Any) -> str | None:
    return None if name is None else str(name)[:MAX_NAME]
