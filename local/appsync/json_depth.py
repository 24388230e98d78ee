"""How deep JSON may be: what is read is written again, and orjson writes 254 levels at most."""

from typing import Any

MAX_NESTING = 200


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


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
