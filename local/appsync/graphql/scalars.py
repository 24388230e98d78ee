"""AppSync's scalars: what each accepts, and what it gives back.

Each is a parser that raises ValueError; the texts of refusals are the service's. AWSJSON alone
changes its value: a string coming in is parsed, a value going out is written as a string.
https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

import orjson
from graphql import GraphQLError, GraphQLScalarType

from local.appsync.json_limits import nests_too_deeply

MAX_TIMESTAMP = 2**53  # beyond it JavaScript loses seconds

_OFFSET = r"(?:Z|[+-](?:0\d|1[0-7]):[0-5]\d(?::[0-5]\d)?|[+-]18:00(?::00)?)?"  # as java.time has it
_DATE = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_OFFSET}", re.ASCII)
_CLOCK = r"(\d{2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?"
_TIME = re.compile(_CLOCK + _OFFSET, re.ASCII)
_DATE_TIME = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}})T{_CLOCK}{_OFFSET}", re.ASCII)
_EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
_PHONE_SEPARATORS = re.compile(r"[ ().-]")
_INTERNATIONAL_PHONE = re.compile(r"\+(?!1)[0-9]{7,15}")
_NANP_PHONE = re.compile(r"\+?1?[2-9][0-9]{2}[2-9][0-9]{6}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"\\^`{|}]+")
_IP_ADDRESS = re.compile(r"[0-9a-fA-F:.]+(/\d{1,3})?")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _match(pattern: re.Pattern[str], value: Any) -> re.Match[str]:
    match = pattern.fullmatch(_text(value))
    if match is None:
        raise ValueError
    return match


def _clock(hour: str, minute: str, second: str | None) -> None:
    time(int(hour), int(minute), int(second or 0))


def _aws_date(value: Any) -> str:
    match = _match(_DATE, value)
    date.fromisoformat(match[1])
    return match[0]


def _aws_time(value: Any) -> str:
    match = _match(_TIME, value)
    _clock(match[1], match[2], match[3])
    return match[0]


def _aws_date_time(value: Any) -> str:
    match = _match(_DATE_TIME, value)
    date.fromisoformat(match[1])
    _clock(match[2], match[3], match[4])
    return match[0]


def _aws_timestamp(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError
    if abs(value) > MAX_TIMESTAMP:
        raise ValueError
    return int(value)


def _aws_email(value: Any) -> str:
    return _match(_EMAIL, value)[0]


def _aws_phone(value: Any) -> str:
    digits = _PHONE_SEPARATORS.sub("", _text(value))
    if not (_INTERNATIONAL_PHONE.fullmatch(digits) or _NANP_PHONE.fullmatch(digits)):
        raise ValueError
    return str(value)


def _aws_url(value: Any) -> str:
    url = urlsplit(_match(_URL, value)[0])
    has_target = url.hostname if url.scheme in ("http", "https") else url.netloc or url.path
    if not has_target or "//" in url.path or url.port == 0:  # asking for the port checks it
        raise ValueError
    return str(value)


def _aws_ip_address(value: Any) -> str:
    ipaddress.ip_interface(_match(_IP_ADDRESS, value)[0])
    return str(value)


def _read_json(value: Any) -> Any:
    text = _text(value)
    read = orjson.loads(text)
    if nests_too_deeply(text, read):
        raise ValueError
    return read


def _write_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _java(value: Any) -> str:
    """A value as Java, which the service is written in, prints it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_java(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_java, value))}]"
    return orjson.dumps(value).decode() if isinstance(value, bool | None) else str(value)


def _scalar(
    name: str, noun: str, read: Callable[[Any], Any], write: Callable[[Any], Any] | None = None
) -> GraphQLScalarType:
    """A scalar whose refusals read as the service's: a valid `noun`."""

    def guarded(convert: Callable[[Any], Any], verb: str) -> Callable[[Any], Any]:
        def converted(value: Any) -> Any:
            try:
                return convert(value)
            except (ValueError, TypeError, OverflowError):
                text = f"Unable to {verb} `{_java(value)}` as a valid {noun}."
                raise GraphQLError(text) from None

        return converted

    return GraphQLScalarType(
        name,
        coerce_input_value=guarded(read, "parse"),
        coerce_output_value=guarded(write or read, "serialize"),
    )


AWS_SCALARS = {
    scalar.name: scalar
    for scalar in (
        _scalar("AWSDate", "Date Object", _aws_date),
        _scalar("AWSTime", "Time Object", _aws_time),
        _scalar("AWSDateTime", "DateTime Object", _aws_date_time),
        _scalar("AWSTimestamp", "Timestamp", _aws_timestamp),
        _scalar("AWSEmail", "email address", _aws_email),
        _scalar("AWSJSON", "JSON", _read_json, _write_json),
        _scalar("AWSPhone", "phone number", _aws_phone),
        _scalar("AWSURL", "URL", _aws_url),
        _scalar("AWSIPAddress", "IP address", _aws_ip_address),
    )
}
