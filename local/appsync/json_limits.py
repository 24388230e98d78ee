"""How deep and how large JSON may be, which C reads fast and Python walks slowly.

What is read must be written again, and orjson writes 254 levels at most.
"""

from typing import Any

MAX_NESTING = 200
MAX_VALUES = 50_000


def nests_too_deeply(text: bytes | str, value: Any) -> bool:
    """Whether a JSON value, read from a text, is deeper than what can be passed on."""
    if isinstance(text, bytes):
        opened = text.count(b"[") + text.count(b"{")
    else:
        opened = text.count("[") + text.count("{")
    if opened <= MAX_NESTING:
        return False
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [inner for item in level for inner in _inside(item)]
    return depth > MAX_NESTING


def has_too_many_values(text: bytes | str, value: Any) -> bool:
    """Whether a JSON value, read from a text, holds more values than are walked for one request."""
    if len(text) <= 2 * MAX_VALUES:
        return False  # each value takes two characters at least
    count, waiting = 0, [value]
    while waiting:
        inside = _inside(waiting.pop())
        count += len(inside)
        if count > MAX_VALUES:
            return True
        waiting += [item for item in inside if isinstance(item, dict | list)]
    return False


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
