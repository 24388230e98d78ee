"""Every refusal of the data plane, by how much of the answer it takes with it.

    AppSyncError
    |-- DefinitionError       an API cannot be served as it is defined
    |-- RequestError          the whole request, with an HTTP status of its own
    |   |-- MalformedRequest  400: not a GraphQL request
    |   |-- BadRequest        400: a request that names no operation
    |   |-- Unauthorized      401: no caller that the API accepts
    |   `-- InternalFailure   500: a defect of this server; its log tells more
    |-- DocumentError         the operation: HTTP 200, `data: null`
    `-- FieldError            one field: null there, the rest is answered

https://docs.aws.amazon.com/appsync/latest/APIReference/CommonErrors.html
"""

from typing import Any

NOT_AUTHORIZED = "You are not authorized to make this call."


class AppSyncError(Exception):
    """Anything that this server refuses."""


class DefinitionError(AppSyncError):
    """The control plane defines what this server cannot serve; the message names it."""


class RequestError(AppSyncError):
    """The request is refused as a whole, before any field runs."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message

    def body(self) -> dict[str, Any]:
        """What the HTTP response says: there is no `data` key."""
        return {"errors": [{"errorType": self.error_type, "message": self.message}]}


class MalformedRequest(RequestError):
    """The body or the document cannot be read."""

    def __init__(self, message: str = "Unable to parse GraphQL query.") -> None:
        super().__init__(400, "MalformedHttpRequestException", message)


class BadRequest(RequestError):
    """The document can be read, but not what to do with it."""

    def __init__(self, message: str) -> None:
        super().__init__(400, "BadRequestException", message)


class Unauthorized(RequestError):
    """No provider of the API accepts the caller's credentials."""

    def __init__(self, message: str = NOT_AUTHORIZED) -> None:
        super().__init__(401, "UnauthorizedException", message)


class InternalFailure(RequestError):
    """A defect; the caller can only report it."""

    def __init__(self) -> None:
        super().__init__(500, "InternalFailureException", "The log of this server tells more.")


class DocumentError(AppSyncError):
    """The operation is not valid for the schema, or a variable is not for its type."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


class FieldError(AppSyncError):
    """One field failed; `data` is pruned to its selection set, `info` is not."""

    def __init__(self, message: str, error_type: str | None, data: Any = None, info: Any = None):
        super().__init__(message)
        self.message = message
        self.error_type = error_type
        self.data = data
        self.info = info


def not_authorized(field: str, parent_type: str) -> FieldError:
    """The refusal of one field, whether a directive or `util.unauthorized()` says so."""
    return FieldError(f"Not Authorized to access {field} on type {parent_type}", "Unauthorized")
