"""What a resolver's code asks of the service besides a value: filters, invalidations, headers.

https://docs.aws.amazon.com/appsync/latest/devguide/extensions-js.html
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Extensions:
    """Gathered over all handlers of one resolution; of a filter that is set twice, the last."""

    subscription_filter: Any = None  # None: not set
    invalidation_filter: Any = None  # None: not set
    invalidations: list[Any] = field(default_factory=list)  # {subscriptionField, payload}
    response_headers: list[tuple[str, Any]] = field(default_factory=list)
