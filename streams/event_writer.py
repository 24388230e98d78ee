"""Events written by principals of IAM over HTTP, at the function URL of this Lambda.

| request | does | answers |
|---|---|---|
| POST / | creates the event of the body, a CreateEventInput as JSON | 201 and the event |
| PUT /ID | changes the event to the body, an UpdateEventInput as JSON | 200 and the event |
| DELETE /ID?version=N | deletes the event | 200 and what it was |

A refusal is {"error": {"type", "message"}}. AWS has checked the signature (AuthType AWS_IAM), and
whether a policy lets its principal call; that principal is the author.
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.agenda.calendar import Author
from core.agenda.event import Event
from core.agenda.inputs import CreateEventInput, UpdateEventInput
from core.agenda.principal import principal
from core.agenda.write import create, delete, update
from core.aws.environment import agenda, group_names
from core.coercion import camel, from_json, to_json
from core.errors import QuerycastError
from core.report import ID

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])

MAX_BODY_BYTES = 256 * 1024  # 10,000 characters of notes, each written as two escapes, are half
STATUS = {  # of refusals; all others are 400
    "NotAuthorized": 403,
    "EventNotFound": 404,
    "CalendarNotFound": 404,
    "IdAlreadyUsed": 409,
    "StaleVersion": 409,
    "GroupsUnavailable": 503,
}
TYPES = {str: str, ID: str, int: int, datetime: str, date: str}  # how JSON has them
JSON = {"content-type": "application/json"}
T = TypeVar("T", CreateEventInput, UpdateEventInput)


class BadRequest(Exception):
    """The request is none that this function knows, before it is about an event."""

    def __init__(self, status: int, type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.type = type


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Answer one request, of payload format 2.0."""
    method = str(event["requestContext"]["http"]["method"])
    metrics.add_metric(f"Event{method.title()}", MetricUnit.Count, 1)
    try:
        status, written = answer(event, method)
    except QuerycastError as error:
        logger.info("Refused %s: %s", method, error.type)
        return _refusal(STATUS.get(error.type, 400), error.type, str(error))
    except BadRequest as error:
        logger.info("Refused %s: %s", method, error.type)
        return _refusal(error.status, error.type, str(error))
    logger.info("Wrote an event by %s", method, correlation_id=written.id)
    return _response(status, to_json(written))


def answer(event: Mapping[str, Any], method: str) -> tuple[int, Event]:
    """The status, and the event as it then is.

    Raises:
        BadRequest, QuerycastError: it is refused.
    """
    author = principal((event["requestContext"].get("authorizer") or {}).get("iam"), group_names())
    path = str(event.get("rawPath") or "/").removeprefix("/")
    match (method, path.split("/")):
        case ("POST", [""]):
            return 201, create(agenda(), author, _input(event, CreateEventInput))
        case ("PUT", [event_id]) if event_id:
            return 200, update(agenda(), author, _input(event, UpdateEventInput, id=event_id))
        case ("DELETE", [event_id]) if event_id:
            return 200, _deleted(event, author, event_id)
        case (_, [_]):
            raise BadRequest(
                405,
                "MethodNotAllowed",
                f"{method[:20]!a} does nothing here; POST to /, PUT or DELETE /ID.",
            )
    raise BadRequest(404, "PathNotFound", f"Nothing is at /{path[:80]!a}; an event is at /ID.")


def _deleted(event: Mapping[str, Any], author: Author, event_id: str) -> Event:
    version = (event.get("queryStringParameters") or {}).get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise BadRequest(
            400,
            "InvalidVersion",
            f"version {version[:20]!a} is no number; give that of the event, as in ?version=3.",
        )
    return delete(agenda(), author, ID(event_id), int(version))


def _input(event: Mapping[str, Any], kind: type[T], **more: str) -> T:
    """The body as an input of GraphQL; `more`: what the path says of it."""
    document = _document(event)
    for name, value in more.items():
        if document.setdefault(name, value) != value:
            raise _invalid(f"{name} is not that of the path; leave it out of the body")
    hints = get_type_hints(kind)
    known = {camel(field.name): field for field in fields(kind)}
    for name, value in document.items():
        if name not in known:
            raise _invalid(f"{name[:80]!a} is no field; there are {', '.join(known)}")
        _check_type(name, value, hints[known[name].name])
    for name, field in known.items():
        if field.default is MISSING and document.get(name) is None:
            raise _invalid(f"{name} is missing; give it")
    made: T = from_json(kind, document)
    return made


def _check_type(name: str, value: Any, hint: Any) -> None:
    """What AppSync does for GraphQL."""
    expected = TYPES[next((each for each in get_args(hint) if each in TYPES), hint)]
    if value is not None and type(value) is not expected:
        kind = "text" if expected is str else "whole number"
        raise _invalid(f"{name} is no {kind}; give one")


def _document(event: Mapping[str, Any]) -> dict[str, Any]:
    """The body, which is a JSON object."""
    kind = str((event.get("headers") or {}).get("content-type", "")).partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise BadRequest(
            415, "UnsupportedMediaType", f"The body is {kind[:80]!a}; send application/json."
        )
    body = event.get("body") or ""
    if len(body) > MAX_BODY_BYTES:
        raise BadRequest(
            413,
            "TooLarge",
            f"The body has more than {MAX_BODY_BYTES:,} bytes; notes take 10,000 characters.",
        )
    try:
        text = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body
        document = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        raise _invalid("it cannot be read as JSON; send an object") from None
    if not isinstance(document, dict):
        raise _invalid("it is JSON, but no object; send one")
    return document


def _invalid(what: str) -> BadRequest:
    return BadRequest(400, "InvalidBody", f"Of the body, {what}.")


def _refusal(status: int, type: str, message: str) -> dict[str, Any]:
    return _response(status, {"error": {"type": type, "message": message}})


def _response(status: int, document: Any) -> dict[str, Any]:
    return {"statusCode": status, "headers": JSON, "body": json.dumps(document)}
