"""Steps: a data source with what stands around it, alone as a unit resolver or in a pipeline.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html
https://docs.aws.amazon.com/appsync/latest/devguide/direct-lambda-reference.html
"""

from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from local.appsync.errors import FieldError
from local.appsync.resolvers.appsync_js.module import END, MAX_RESPONSE_BYTES, Module
from local.appsync.resolvers.batch import Batches
from local.appsync.resolvers.call import FieldCall
from local.appsync.resolvers.lambda_function import FunctionError, LambdaFunction, error_type_of
from local.appsync.resolvers.lambda_source import LambdaSource


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step gave."""

    value: Any
    ends_pipeline: bool = False


class Step(Protocol):
    """What can be a unit resolver, or one function of a pipeline."""

    async def run(self, call: FieldCall) -> Outcome:
        """The step's result; raises FieldError, which fails the field."""
        ...


class CodeStep:
    """APPSYNC_JS code around a Lambda."""

    def __init__(self, module: Module, source: LambdaSource) -> None:
        self._module = module
        self._source = source

    async def run(self, call: FieldCall) -> Outcome:
        """Both handlers; the response handler runs on null and on an error too."""
        request = self._module.evaluate("request", call)
        if request.skip_to is not None:
            return Outcome(request.value, request.skip_to == END)
        try:
            more = {"result": await self._source.ask(request.value, call)}
        except FieldError as error:
            more = {"result": None, "error": {"message": error.message, "type": error.error_type}}
        response = self._module.evaluate("response", call, **more)
        return Outcome(response.value, response.skip_to == END)


class LocalStep:
    """APPSYNC_JS code around NONE: both handlers run at once."""

    def __init__(self, module: Module) -> None:
        self._module = module

    async def run(self, call: FieldCall) -> Outcome:
        """Both handlers; the request's payload is the result between them."""
        evaluation = self._module.evaluate_local(call)
        return Outcome(evaluation.value, evaluation.skip_to == END)


class DirectLambdaStep:
    """No code: the function gets the context, and gives the result."""

    def __init__(self, function: LambdaFunction) -> None:
        self._function = function

    async def run(self, call: FieldCall) -> Outcome:
        """The function's result; an exception's own name is the error's type."""
        try:
            return Outcome(_checked(await self._function.invoke(call.context())))
        except FunctionError as error:
            raise FieldError(error.message, error.direct_type) from error


class DirectBatchStep:
    """No code and a maxBatchSize: the function gets a list of contexts, even of one.

    Of each item of its result only `data`, `errorMessage` and `errorType` count.
    """

    def __init__(self, function: LambdaFunction, max_batch_size: int) -> None:
        self._batches = Batches(function, max_batch_size)

    async def run(self, call: FieldCall) -> Outcome:
        """The item's data; raises FieldError for an item that has an error."""
        try:
            item = await self._batches.ask(call.request.batches, call.context())
        except FunctionError as error:
            raise FieldError(error.message, error.direct_type) from error
        if not isinstance(item, dict):
            return Outcome(None)
        if item.get("errorMessage") or item.get("errorType"):
            message = str(item.get("errorMessage") or "")
            raise FieldError(message, error_type_of(item.get("errorType")), item.get("data"))
        return Outcome(_checked(item.get("data")))


def _checked(value: Any) -> Any:
    """A value without a handler, held to the limit that handlers' values have."""
    if len(orjson.dumps(value)) > MAX_RESPONSE_BYTES:
        raise FieldError("Transformation too large.", "MappingTemplate")
    return value
