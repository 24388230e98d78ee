"""Lambda functions as AppSync invokes them, and what becomes of their errors.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html
"""

import asyncio
from typing import Any
from urllib.parse import quote

import orjson

from local.appsync.errors import NOT_AUTHORIZED, FieldError
from local.aws_http.http_client import HttpClient, Response, Signer

MAX_INVOCATIONS = 8  # at once
MAX_PAYLOAD_BYTES = 6_291_556  # of a synchronous invocation's answer: Lambda's limit
UNHANDLED = "Lambda:Unhandled"

_TOO_LARGE = (
    f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
)
_NO_EXCEPTION = ("Sandbox.", "Runtime.")  # Lambda ended the function: its code raised nothing


class LambdaService:
    """Where functions are invoked: a few at a time.

    A local executor starts a process for each invocation that finds none idle. 200 starting at
    once take a minute on two cores; eight kept busy serve them in a few seconds.
    """

    def __init__(self, http: HttpClient, region: str) -> None:
        self._http = http
        self._signer = Signer("lambda", region)
        self._free = asyncio.Semaphore(MAX_INVOCATIONS)

    async def post(self, path: str, headers: dict[str, str], body: bytes) -> Response:
        """The response to a signed request; raises FieldError if there is none."""
        async with self._free:
            signed = self._signer.sign(self._http.url + path, headers, body)
            try:
                return await self._http.request("POST", path, signed, body)
            except OSError as error:
                text = f"The Lambda endpoint {self._http.url} cannot be reached."
                raise FieldError(text, "Lambda:SdkClientException") from error


class LambdaFunction:
    """One function, invoked by its ARN."""

    def __init__(self, service: LambdaService, arn: str) -> None:
        self._service = service
        self._path = f"/2015-03-31/functions/{quote(arn, safe='')}/invocations"

    async def invoke(self, event: Any, invocation_type: str = "RequestResponse") -> Any:
        """The function's result; None for an `Event` invocation.

        Raises:
            FunctionError: the function failed; its own error type is kept.
            FieldError: it could not be invoked.
        """
        body = orjson.dumps(event)
        headers = {
            "Content-Type": "application/json",
            "X-Amz-Invocation-Type": invocation_type,
        }
        response = await self._service.post(self._path, headers, body)
        if response.status >= 300:
            raise FieldError(_refusal(response.body), _refusal_type(response.headers))
        if len(response.body) > MAX_PAYLOAD_BYTES:
            raise FieldError(_TOO_LARGE, "Lambda:Function.ResponseSizeTooLarge")
        result = _json(response.body)
        if "x-amz-function-error" in response.headers:
            raise FunctionError(result if isinstance(result, dict) else {})
        return result


class FunctionError(FieldError):
    """A function raised an exception, or timed out.

    Handlers see the type Lambda:Unhandled; without a handler, the exception's own name is the type.
    """

    def __init__(self, error: dict[str, Any]) -> None:
        message = str(error.get("errorMessage") or "Unhandled error")
        if error.get("errorType") == "UnauthorizedException":
            message = NOT_AUTHORIZED
        self.direct_type = error_type_of(error.get("errorType"))
        super().__init__(message, UNHANDLED)


def error_type_of(name: Any) -> str:
    """The error type of an exception's name; plain errors have none of their own."""
    plain = name in (None, "", "Error", "Exception")
    return UNHANDLED if plain or str(name).startswith(_NO_EXCEPTION) else str(name)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body) if body else None
    except ValueError as error:
        raise FieldError("The function's response is not JSON.", UNHANDLED) from error


def _refusal(body: bytes) -> str:
    try:
        answer = orjson.loads(body)
        return str(answer.get("Message") or answer.get("message"))
    except (ValueError, AttributeError):
        return "The function could not be invoked."


def _refusal_type(headers: dict[str, str]) -> str:
    name = headers.get("x-amzn-errortype", "ServiceException").partition(":")[0]
    return f"Lambda:{name}"
