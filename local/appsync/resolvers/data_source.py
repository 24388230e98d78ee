"""Data sources: what stands between a resolver's request and its response.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-none-js.html
"""

from typing import Any, Protocol

from local.appsync.errors import FieldError
from local.appsync.resolvers.lambda_function import LambdaFunction


class Source(Protocol):
    """A served data source type."""

    async def ask(self, request: Any) -> Any:
        """The result of a request; raises FieldError where the handler sees `ctx.error`."""
        ...


class NoneSource:
    """NONE: the request's payload is the result; a local resolver."""

    async def ask(self, request: Any) -> Any:
        """The payload, null without one."""
        return request.get("payload") if isinstance(request, dict) else None


class LambdaSource:
    """AWS_LAMBDA: the request's payload is the function's event."""

    def __init__(self, function: LambdaFunction) -> None:
        self.function = function

    async def ask(self, request: Any) -> Any:
        """The function's result."""
        operation = request.get("operation") if isinstance(request, dict) else None
        if operation is None:
            raise FieldError("Value for field '$[operation]' not found.", "MappingTemplate")
        if operation != "Invoke":
            text = f"The operation '{operation}' is not served; use 'Invoke'."
            raise FieldError(text, "MappingTemplate")
        invocation_type = request.get("invocationType") or "RequestResponse"
        return await self.function.invoke(request.get("payload"), invocation_type)
