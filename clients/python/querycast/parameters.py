"""The values of a report's parameters: Python's types as the texts that the service takes."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from querycast.errors import InvalidArgument

Value = str | int | float | Decimal | bool | date | datetime | None


def given(
    parameters: Mapping[str, Value] | None, named: Mapping[str, Value] | None = None
) -> dict[str, str]:
    """What `texts` gives of a mapping and of keywords, one as good as the other.

    Raises:
        InvalidArgument: as `texts`; a name is in both.
    """
    twice = sorted({*(parameters or {})} & {*(named or {})})
    if twice:
        raise InvalidArgument(
            f"Parameter {twice[0]} is given twice, in the mapping and as a keyword; give it once."
        )
    return texts({**(parameters or {}), **(named or {})})


def texts(parameters: Mapping[str, Value]) -> dict[str, str]:
    """Each value as a text; what is None is left out, as if it had not been given.

    Raises:
        InvalidArgument: a value of no type that a parameter has.
    """
    return {name: _text(name, value) for name, value in parameters.items() if value is not None}


def _text(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _timestamp(name, value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return f"{Decimal(str(value)):f}"
    if isinstance(value, str | int):
        return str(value)
    raise InvalidArgument(
        f"Parameter {name}: a {type(value).__name__} cannot be sent; "
        "give a str, int, float, Decimal, bool, date or datetime."
    )


def _timestamp(name: str, value: datetime) -> str:
    if value.tzinfo is not None:
        raise InvalidArgument(
            f"Parameter {name}: {value.isoformat()} has a time zone and Redshift's timestamp has "
            "none; give the moment in the warehouse's time without tzinfo."
        )
    return value.isoformat(sep=" ")
