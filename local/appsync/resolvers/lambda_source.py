"""The Lambda data source: what stands between a resolver's request and its response.

NONE needs no code of its own: its result is the request's payload.
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html
"""

from typing import Any

from local.appsync.errors import FieldError
from local.appsync.resolvers.batch import Batches
from local.appsync.resolvers.call import FieldCall
from local.appsync.resolvers.lambda_function import LambdaFunction

BATCH_SIZE = 5  # of BatchInvoke where no maxBatchSize is set


class LambdaSource:
    """AWS_LAMBDA: the request's payload is the function's event, or an item of its batch."""

    def __init__(self, function: LambdaFunction, max_batch_size: int) -> None:
        self.function = function
        self._batches = Batches(function, max_batch_size or BATCH_SIZE)

    async def ask(self, request: Any, call: FieldCall) -> Any:
        """The function's result."""
        operation = request.get("operation") if isinstance(request, dict) else None
        if operation is None:
            raise FieldError("Value for field '$[operation]' not found.", "MappingTemplate")
        payload = request.get("payload")
        if operation == "BatchInvoke":
            return await self._batches.ask(call.request.batches, payload)
        if operation != "Invoke":
            text = f"The operation '{operation}' is none of Invoke, BatchInvoke."
            raise FieldError(text, "MappingTemplate")
        invocation_type = request.get("invocationType") or "RequestResponse"
        if invocation_type not in ("RequestResponse", "Event"):
            text = f"The invocationType '{invocation_type}' is none of RequestResponse, Event."
            raise FieldError(text, "MappingTemplate")
        return await self.function.invoke(payload, invocation_type)
