"""What a query gives as Arrow, batch by batch, without a library for Arrow.

DuckDB hands its results over by Arrow's C interface, which is five functions and two structures.
What then is done with a batch is the reader's; here it is counted and released.
https://arrow.apache.org/docs/format/CStreamInterface.html
https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_int,
    c_int64,
    c_void_p,
    py_object,
    pythonapi,
)
from typing import Any

import duckdb


class _Array(Structure):
    """ArrowArray; `release` is null where there is none, which is how a stream ends."""


class _Stream(Structure):
    """ArrowArrayStream."""


_RELEASE_ARRAY = CFUNCTYPE(None, POINTER(_Array))
_Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", c_void_p),
    ("children", c_void_p),
    ("dictionary", c_void_p),
    ("release", _RELEASE_ARRAY),
    ("private_data", c_void_p),
]
_Stream._fields_ = [
    ("get_schema", c_void_p),
    ("get_next", CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Array))),
    ("get_last_error", CFUNCTYPE(c_char_p, POINTER(_Stream))),
    ("release", c_void_p),
    ("private_data", c_void_p),
]
_pointer: Any = pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = c_void_p, [py_object, c_char_p]


def arrow_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """How many rows the query gave as Arrow, all of which were taken.

    Raises:
        RuntimeError: reading failed; in DuckDB's words.
    """
    capsule = connection.sql(sql).__arrow_c_stream__()  # releases the stream when it goes
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    rows = 0
    while True:
        array = _Array()
        if stream.get_next(byref(stream), byref(array)):
            raise RuntimeError((stream.get_last_error(byref(stream)) or b"").decode())
        if not array.release:
            return rows
        rows += array.length
        array.release(byref(array))
