"""Rows as Arrow, by pyarrow, with the types that Redshift has: some thousand rows at a time.

The API does not tell the scale of a decimal column; all its values have the same, so the first
tells it. https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Field.html
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from importlib import import_module
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from querycast.errors import InvalidArgument

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from querycast.result import Column, Row

BATCH_ROWS = 20_000
DIGITS = 38  # of a numeric of Redshift's, at most


class Batches:
    """Rows as they come, made batches of some thousand.

    Every method may raise InvalidArgument: a value is none of its column's type.
    """

    def __init__(self, columns: Sequence["Column"]) -> None:
        """pyarrow is installed (`check_installed`)."""
        self._columns = columns
        self._waiting: list[Row] = []
        self._without_scale = [
            place for place, column in enumerate(columns) if column.type == "numeric"
        ]
        self._schema: pyarrow.Schema | None = None
        self._made: list[pyarrow.RecordBatch] = []

    def add(self, rows: Sequence["Row"]) -> None:
        self._waiting += rows
        self._without_scale = [
            place for place in self._without_scale if all(row[place] is None for row in rows)
        ]
        if len(self._waiting) >= BATCH_ROWS and not self._without_scale:
            self._make()

    def take(self) -> list["pyarrow.RecordBatch"]:
        """Those that have been made since the last time."""
        made, self._made = self._made, []
        return made

    def finish(self) -> list["pyarrow.RecordBatch"]:
        """The rest of them, at least one if none has been made."""
        if self._waiting or self._schema is None:
            self._make()
        return self.take()

    def table(self) -> "pyarrow.Table":
        """All that have been made, and the rest."""
        import pyarrow

        batches = self.finish()
        return pyarrow.Table.from_batches(batches, self._schema)

    def _make(self) -> None:
        import pyarrow

        rows, self._waiting = self._waiting, []
        schema = self._schema or schema_of(self._columns, partial(_scale, rows))
        arrays = [
            _array(column, field.type, [row[place] for row in rows])
            for place, (column, field) in enumerate(zip(self._columns, schema, strict=True))
        ]
        self._schema = schema
        self._made.append(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))


def record_batches(
    columns: Sequence["Column"], rows: Iterable["Row"]
) -> tuple["pyarrow.Schema", Iterator["pyarrow.RecordBatch"]]:
    """The schema of all, and the rows as they are read.

    Raises, the batches as well:
        InvalidArgument: pyarrow is not installed; a value is none of its column's type.
    """
    check_installed("arrow", "pyarrow")
    made = _made_of(rows, Batches(columns))
    first = next(made)
    return first.schema, chain([first], made)


def pandas_frame(table: "pyarrow.Table") -> "pandas.DataFrame":
    """The same, with the types of Arrow: NULL is no NaN."""
    import pandas  # only who needs it waits

    frame: pandas.DataFrame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    return frame


def polars_frame(table: "pyarrow.Table") -> "polars.DataFrame":
    import polars  # only who needs it waits

    frame = polars.from_arrow(table)
    assert isinstance(frame, polars.DataFrame)  # of a table, no Series
    return frame


def schema_of(columns: Sequence["Column"], scale: Callable[[int], int]) -> "pyarrow.Schema":
    """The types of columns. scale: of the decimal column at that place."""
    import pyarrow

    return pyarrow.schema(
        [
            (column.name, _type(column.type, partial(scale, place)))
            for place, column in enumerate(columns)
        ]
    )


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


def _made_of(rows: Iterable["Row"], batches: Batches) -> Iterator["pyarrow.RecordBatch"]:
    unread = iter(rows)
    while some := list(islice(unread, BATCH_ROWS)):
        batches.add(some)
        yield from batches.take()
    yield from batches.finish()


def _scale(rows: Sequence["Row"], place: int) -> int:
    some = next((row[place] for row in rows if row[place] is not None), Decimal())
    exponent = some.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _type(kind: str, scale: Callable[[], int]) -> Any:
    import pyarrow

    if kind == "numeric":
        return pyarrow.decimal128(DIGITS, scale())
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
    return types.get(kind, pyarrow.string())


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
