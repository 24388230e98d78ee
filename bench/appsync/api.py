"""The API that every server under test serves: a query, a mutation, a subscription."""

from typing import Any

FIELDS = tuple(f"f{number}" for number in range(1, 8))
_SHAPE = ", ".join(["id: ID!", *(f"{name}: String" for name in ("key", "payload", *FIELDS))])
SDL = f"""
type Item {{ {_SHAPE} }}
type Query {{ ping: String }}
type Mutation {{ add({_SHAPE}): Item }}
type Subscription {{ onAdd(key: String): Item @aws_subscribe(mutations: ["add"]) }}
"""
_HANDLERS = """
export function request(ctx) {{ return {{ payload: {payload} }}; }}
export function response(ctx) {{ return ctx.result; }}
"""
CODE = {
    ("Query", "ping"): _HANDLERS.format(payload="'pong'"),
    ("Mutation", "add"): _HANDLERS.format(payload="ctx.args"),
}
PING = {"query": "{ ping }"}

_ARGUMENTS = ("id", "key", "payload", *FIELDS)
_MUTATION = (
    f"mutation ($id: ID!, {', '.join(f'${name}: String' for name in _ARGUMENTS[1:])}) {{ "
    f"add({', '.join(f'{name}: ${name}' for name in _ARGUMENTS)}) {{ {' '.join(_ARGUMENTS)} }} }}"
)


def mutation(payload_bytes: int = 100, key: str = "all") -> dict[str, Any]:
    """The request of a mutation whose event has about so many bytes of payload."""
    fields = dict.fromkeys(FIELDS, "value")
    variables = {"id": "1", "key": key, "payload": "x" * payload_bytes, **fields}
    return {"query": _MUTATION, "variables": variables}
