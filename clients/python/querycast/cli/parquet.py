"""Rows as Parquet, by pyarrow, with the types that Redshift has: some thousand rows at a time.

The API does not tell the scale of a decimal column; all its values have the same, so the first
tells it. https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Field.html
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO

from querycast.errors import InvalidArgument
from querycast.result import Column, Row

BATCH_ROWS = 20_000
DIGITS = 38  # of a numeric of Redshift's, at most
EXTRA = "-o parquet needs pyarrow: pip install 'querycast[parquet]'; `querycast export` does not."
READ: dict[str, Callable[[str], Any]] = {
    "numeric": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamptz": datetime.fromisoformat,
}  # from the text that the service gives


def check_parquet() -> None:
    """
    Raises:
        InvalidArgument: pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: F401  # it takes 0.1 s: only who needs it waits
    except ImportError:
        raise InvalidArgument(EXTRA) from None


def write_parquet(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """
    Raises:
        InvalidArgument: a value is none of its column's type as Parquet has it.
    """
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    batches = _batches(columns, iter(rows))
    first = next(batches, [])
    schema = pyarrow.schema(
        [(it.name, _type(it, place, first)) for place, it in enumerate(columns)]
    )
    with ParquetWriter(out, schema) as writer:
        for batch in chain([first], batches):
            arrays = [
                _array(column, field.type, [row[place] for row in batch])
                for place, (column, field) in enumerate(zip(columns, schema, strict=True))
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _batches(columns: Sequence[Column], rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The first goes on until every decimal column has had a value."""
    decimals = [place for place, column in enumerate(columns) if column.type == "numeric"]
    first = list(islice(rows, BATCH_ROWS))
    unknown = [place for place in decimals if all(row[place] is None for row in first)]
    for row in rows if unknown else ():
        first.append(row)
        unknown = [place for place in unknown if row[place] is None]
        if not unknown:
            break
    if first:
        yield first
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


def _type(column: Column, place: int, rows: list[Row]) -> Any:
    import pyarrow

    if column.type == "numeric":
        some = next((row[place] for row in rows if row[place] is not None), "0")
        exponent = Decimal(some).as_tuple().exponent
        return pyarrow.decimal128(DIGITS, -exponent if isinstance(exponent, int) else 0)
    types = {
        "bool": pyarrow.bool_(),
        "int2": pyarrow.int16(),
        "int4": pyarrow.int32(),
        "int8": pyarrow.int64(),
        "float4": pyarrow.float32(),
        "float8": pyarrow.float64(),
        "date": pyarrow.date32(),
        "timestamp": pyarrow.timestamp("us"),
        "timestamptz": pyarrow.timestamp("us", tz="UTC"),
    }
    return types.get(column.type, pyarrow.string())


def _array(column: Column, kind: Any, values: list[Any]) -> Any:
    import pyarrow

    read = READ.get(column.type)
    try:
        if read is not None:
            values = [read(value) if isinstance(value, str) else value for value in values]
        return pyarrow.array(values, kind)
    except (ValueError, ArithmeticError, TypeError) as error:  # pyarrow's own are ValueErrors
        raise InvalidArgument(
            f"Column {column.name!r} has a value that Parquet has no {kind} for ({error}); "
            "use -o csv, or `querycast export`."
        ) from None
