"""A Lambda authorizer that does what the token says: `good-<what>-<anything>`."""

import uuid
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]


def handler(event: Event, context: object) -> Any:
    what = event["authorizationToken"].split("-")[1]
    return ANSWERS[what](event)


def allow(event: Event, **more: Any) -> dict[str, Any]:
    seen = event["requestContext"]
    resolver_context = {
        "invocation": str(uuid.uuid4()),
        "operation": str(seen.get("operationName")),
        "query": str(seen.get("queryString")),
        "has": ",".join(sorted(event)),
    }
    return {"isAuthorized": True, "resolverContext": resolver_context} | more


def fail(event: Event) -> None:
    raise RuntimeError("no answer")


ANSWERS: dict[str, Callable[[Event], Any]] = {
    "allow": allow,
    "deny": lambda event: {"isAuthorized": False},
    "fields": lambda event: allow(event, deniedFields=["Query.plain", "Thing.any"]),
    "arns": lambda event: allow(
        event,
        deniedFields=[
            "arn:aws:appsync:us-east-1:000000000000:"
            f"apis/{event['requestContext']['apiId']}/types/Query/fields/plain"
        ],
    ),
    "mutation": lambda event: allow(event, deniedFields=["Mutation.touch"]),
    "uncached": lambda event: allow(event, ttlOverride=0),
    "empty": lambda event: {},
    "text": lambda event: "yes",
    "null": lambda event: None,
    "fail": fail,
    "connect": lambda event: {
        "isAuthorized": event["requestContext"].get("operationName") == "DeepDish:Connect",
        "ttlOverride": 0,
    },
}
