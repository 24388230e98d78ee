"""Rows as Arrow, by pyarrow, with the types that Redshift has: some thousand rows at a time.

The API does not tell the scale of a decimal column; all its values have the same, so the first
tells it. https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Field.html
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from importlib import import_module
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from querycast.errors import InvalidArgument

if TYPE_CHECKING:
    import pyarrow

    from querycast.result import Column, Row

BATCH_ROWS = 20_000
DIGITS = 38  # of a numeric of Redshift's, at most


def record_batches(
    columns: Sequence["Column"], rows: Iterable["Row"]
) -> tuple["pyarrow.Schema", Iterator["pyarrow.RecordBatch"]]:
    """The schema of all, and the rows as they are read.

    Raises, the batches as well:
        InvalidArgument: pyarrow is not installed; a value is none of its column's type.
    """
    check_installed("arrow", "pyarrow")
    import pyarrow

    batches = _batches(columns, iter(rows))
    first = next(batches, [])
    schema = pyarrow.schema(
        [(it.name, _type(it, place, first)) for place, it in enumerate(columns)]
    )
    return schema, (_batch(columns, schema, batch) for batch in chain([first], batches))


def check_installed(extra: str, package: str | None = None) -> None:
    """
    Raises:
        InvalidArgument: the package of an extra, by default of its name, cannot be imported.
    """
    name = package or extra
    try:
        import_module(name)
    except ImportError:
        raise InvalidArgument(
            f"This needs {name}, which is not installed: pip install 'querycast[{extra}]'."
        ) from None


def _batches(columns: Sequence["Column"], rows: Iterator["Row"]) -> Iterator[list["Row"]]:
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


def _type(column: "Column", place: int, rows: Sequence["Row"]) -> Any:
    import pyarrow

    if column.type == "numeric":
        some = next((row[place] for row in rows if row[place] is not None), Decimal())
        exponent = some.as_tuple().exponent
        return pyarrow.decimal128(DIGITS, -exponent if isinstance(exponent, int) else 0)
    types = {
        "bool": pyarrow.bool_(),
        "int2": pyarrow.int16(),
        "int4": pyarrow.int32(),
        "int8": pyarrow.int64(),
        "float4": pyarrow.float32(),
        "float8": pyarrow.float64(),
        "date": pyarrow.date32(),
        "time": pyarrow.time64("us"),
        "timestamp": pyarrow.timestamp("us"),
        "timestamptz": pyarrow.timestamp("us", tz="UTC"),
    }
    return types.get(column.type, pyarrow.string())


def _batch(columns: Sequence["Column"], schema: Any, rows: Sequence["Row"]) -> Any:
    arrays = [
        _array(column, field.type, [row[place] for row in rows])
        for place, (column, field) in enumerate(zip(columns, schema, strict=True))
    ]
    import pyarrow

    return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def _array(column: "Column", kind: Any, values: list[Any]) -> Any:
    import pyarrow

    if pyarrow.types.is_string(kind):  # a time with its zone has no type of Arrow's
        values = [None if value is None else str(value) for value in values]
    try:
        return pyarrow.array(values, kind)
    except (ValueError, ArithmeticError, TypeError) as error:  # pyarrow's own are ValueErrors
        raise InvalidArgument(
            f"Column {column.name!r} has a value that Arrow has no {kind} for ({error}); "
            "read rows(), or export the report."
        ) from None
