"""Values of a result: what Redshift has, as Python has it. The one table of types.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from querycast.result import Column, Row

NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric")
# From what the service's JSON has. Not named: integers and floating-point numbers, booleans and
# texts are in JSON already; SUPER is its JSON, VARBYTE its digits.
READ: Mapping[str, Callable[[Any], Any]] = {
    "int8": int,  # beyond 2^53 a text
    "float4": float,  # NaN and Infinity are texts
    "float8": float,
    "numeric": Decimal,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timetz": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamptz": datetime.fromisoformat,
}


def read(columns: Sequence["Column"], rows: Sequence["Row"]) -> None:
    """Turn the values of rows, as JSON has them, into Python's, in place.

    What Python's type cannot hold, as a date after the year 9999, stays the text that it is.
    """
    for place, column in enumerate(columns):
        if reader := READ.get(column.type):
            for row in rows:
                if row[place] is not None:
                    row[place] = _read(reader, row[place])


def _read(reader: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reader(value)
    except (ValueError, ArithmeticError):
        return value
