"""Unit resolvers: a request handler, a data source, a response handler; or a Lambda directly.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html
"""

from typing import Any, Protocol

from local.appsync.errors import FieldError
from local.appsync.resolvers.call import FieldCall
from local.appsync.resolvers.data_source import LambdaSource, Source
from local.appsync.resolvers.javascript import Module
from local.appsync.resolvers.lambda_function import FunctionError


class Resolver(Protocol):
    """What gives a field its value."""

    async def resolve(self, call: FieldCall) -> Any:
        """The field's value; raises FieldError."""
        ...


class JavaScriptResolver:
    """APPSYNC_JS code around a data source."""

    def __init__(self, module: Module, source: Source) -> None:
        self._module = module
        self._source = source

    async def resolve(self, call: FieldCall) -> Any:
        """Both handlers; the response handler runs on null and on an error too."""
        request = self._module.evaluate("request", call)
        if request.is_early_return:
            return request.value
        result, error = None, None
        try:
            result = await self._source.ask(request.value)
        except FieldError as failure:
            error = {"message": failure.message, "type": failure.error_type}
        more = {"result": result, "stash": request.stash, "prev": {"result": result}}
        if error is not None:
            more["error"] = error
        return self._module.evaluate("response", call, **more).value


class DirectLambdaResolver:
    """No code: the function gets the context and its result is the field's value."""

    def __init__(self, source: LambdaSource) -> None:
        self._function = source.function

    async def resolve(self, call: FieldCall) -> Any:
        try:
            return await self._function.invoke(call.context())
        except FunctionError as error:
            if error.name not in ("Error", "Exception"):
                error.error_type = error.name
            raise
