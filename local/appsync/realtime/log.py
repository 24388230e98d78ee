"""What the log tells of connections: a line of JSON for each connect, start and refusal.

Never a value, an id or a token: only names of the schema, authorization modes and error types.
"""

import logging
from typing import Any

import orjson

log = logging.getLogger("local.appsync.realtime")


def record(event: str, **facts: Any) -> None:
    """Write one line."""
    if log.isEnabledFor(logging.INFO):
        log.info("%s", orjson.dumps({"event": event, **facts}).decode())


def record_refusal(of: str, errors: list[dict[str, Any]]) -> None:
    """Write that a connect or a start is refused, and by which types of errors."""
    record("refused", of=of, errors=[entry.get("errorType") for entry in errors])
