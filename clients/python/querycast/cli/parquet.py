"""Rows as Parquet, with the types that Redshift has."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from querycast.arrow import record_batches
from querycast.result import Column, Row


def write_parquet(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """
    Raises:
        InvalidArgument: a value is none of its column's type as Parquet has it.
    """
    schema, batches = record_batches(columns, rows)
    from pyarrow.parquet import ParquetWriter  # it takes 0.1 s: only who needs it waits

    with ParquetWriter(out, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
