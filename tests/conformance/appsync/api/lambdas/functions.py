"""What the cases call: the event says in its argument `do` what to do."""

import time
from collections.abc import Callable
from typing import Any


class CustomError(Exception):
    """An error with a name of its own."""


class UnauthorizedException(Exception):  # AppSync knows it by this name
    """The name that AppSync gives a meaning."""


def handler(event: Any, context: object) -> Any:
    if isinstance(event, list):
        return [batched(item, len(event)) for item in event]
    arguments = event.get("arguments") or {}
    return ACTIONS[arguments.get("do") or "event"](event, arguments)


def batched(item: dict[str, Any], size: int) -> dict[str, Any]:
    """One item of a batch: what it is, and how many came with it."""
    source = item.get("source") or item
    arguments = item.get("arguments") or item
    if arguments.get("fail") == "raise":
        raise CustomError("the whole batch")
    if arguments.get("fail") == source["id"]:
        return {"data": None, "errorMessage": "this item", "errorType": "ItemError"}
    return {"data": {"id": source["id"], "size": size}, "other": "ignored"}


def fail(error: Exception) -> None:
    raise error


ACTIONS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "event": lambda event, arguments: {"event": event},
    "echo": lambda event, arguments: arguments.get("text"),
    "json": lambda event, arguments: arguments["json"],
    "null": lambda event, arguments: None,
    "raise": lambda event, arguments: fail(Exception(arguments["text"])),
    "custom": lambda event, arguments: fail(CustomError(arguments["text"])),
    "unauthorized": lambda event, arguments: fail(UnauthorizedException(arguments["text"])),
    "data": lambda event, arguments: {"errorMessage": arguments["text"], "errorType": "Data"},
    "sleep": lambda event, arguments: time.sleep(60),
}
