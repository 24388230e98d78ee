"""A result's rows by an export of the same report: one file of Parquet in place of many pages.

The export runs the report again, so that its rows are those of now.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from querycast import operations
from querycast.arrow import schema_of
from querycast.errors import BadDownload, QuerycastError, check_finished
from querycast.export import ExportFormat, ExportOptions
from querycast.follow import Follower, Pace, end_of, last_of
from querycast.query import QueryExecution
from querycast.result import Column
from querycast.session import Session

if TYPE_CHECKING:
    import pyarrow

OPTIONS = ExportOptions(ExportFormat.PARQUET)


async def exported(
    session: Session, pace: Pace, query: QueryExecution, columns: Sequence[Column]
) -> "pyarrow.Table":
    """Every row that the report of the query has now, with the types of its columns.

    Cancelling this has the export stopped.

    Raises:
        QueryFailed, QueryAborted, Refused: there is no export.
        Unavailable, BadDownload: its file did not come.
    """
    from querycast.download import save_all  # aiohttp: only who needs it waits

    export_id = str(uuid4())
    await _export(session, pace, query, export_id)
    with TemporaryDirectory(prefix="querycast-") as folder:
        files = await operations.get_downloads(session, export_id)
        paths = [Path(folder, f"{number}.parquet") for number in range(len(files))]
        await save_all(
            files, paths, lambda: operations.get_downloads(session, export_id), None, pace
        )
        return await asyncio.to_thread(_table, paths, columns)


async def _export(session: Session, pace: Pace, query: QueryExecution, export_id: str) -> None:
    follower = Follower(session, export_id, end_of(export_id), pace)
    changes = follower.changes(
        lambda: operations.export_query(
            session, export_id, query.report or "", query.parameters, OPTIONS
        ),
        None,
    )
    try:
        check_finished(await last_of(changes, None))
    except asyncio.CancelledError:
        with suppress(QuerycastError):
            await operations.cancel_query(session, export_id)
        raise


def _table(paths: Sequence[Path], columns: Sequence[Column]) -> "pyarrow.Table":
    import pyarrow
    from pyarrow.parquet import read_table  # it takes 0.1 s: only who needs it waits

    table = pyarrow.concat_tables([read_table(path) for path in paths])
    if table.num_columns != len(columns):
        raise BadDownload(
            f"The export has {table.num_columns} columns, the result {len(columns)}; "
            "the report has changed, run it again."
        )
    schema = schema_of(columns, lambda place: table.schema.types[place].scale)
    return table.rename_columns(schema.names).cast(schema)
