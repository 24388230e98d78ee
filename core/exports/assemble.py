"""From rows in S3 to files that may be fetched: joined where one was asked for, then read through.

Every step can be done again, by several at once, or not be done by who began it: objects of one key
are the same, and what is true is what the record says. Nobody learns of a file before that.
"""

import hashlib
from datetime import timedelta

from core.context import Context
from core.exports.compressed import compressed
from core.exports.export import (
    MAX_BYTES,
    MAX_FILES,
    MAX_PARQUET_FILE,
    Export,
    ExportFile,
    ExportFormat,
    file_name,
)
from core.exports.join import Manifest, StoredFile, pieces
from core.exports.unload import COUNT, MANIFEST, header
from core.query import QueryError, QueryRecord, failed, joined, ready
from core.result import Count
from core.transition import advance

GIVEN_UP_AFTER = timedelta(minutes=30)  # by then the message has come five times
JOINED = "joined"  # the object of all rows, below the export's prefix


class FilesNotRead(Exception):
    """Something is not as it should be, or not yet: it is tried again."""


def assemble(context: Context, query_id: str) -> QueryRecord | None:
    """Make the files of an export, and end it; repeated, nothing more."""
    record = context.queries.get(query_id)
    if record is None or record.query.status.is_final or not record.is_unloaded:
        return record
    export, prefix = record.query.export, record.export_prefix
    assert export is not None  # it is unloaded
    manifest = context.exports.files.manifest(f"{prefix}{MANIFEST}")
    leftovers = [f"{prefix}{MANIFEST}", *(part.key for part in manifest.files)]
    if refused := _too_large(export, manifest.files):
        record = advance(context, record, lambda stored: failed(stored, refused, context.now()))
        context.exports.files.delete(leftovers)
        return record
    files = manifest.files
    if export.joins:
        files = [_join(context, export, f"{prefix}{JOINED}", manifest)]
        record = advance(context, record, lambda stored: joined(stored, context.now()))
        if record.query.status.is_final:
            return record
    record = _finish(context, record, export, files)
    if export.joins:
        context.exports.files.delete(leftovers)
    return record


def assemble_again(context: Context, record: QueryRecord) -> QueryRecord:
    """Ask once more for the files of an export that should be there by now, or give it up."""
    assert record.query.export is not None  # or it would not be unloaded
    unloaded_at = record.query.export.steps[-1].at
    if context.now() - unloaded_at > GIVEN_UP_AFTER:
        why = "Its files could not be made; export again, and tell your operator the query's id."
        return advance(
            context,
            record,
            lambda stored: failed(stored, QueryError("FilesLost", why), context.now()),
        )
    context.exports.queue.ask(record.query.id)
    return record


def _too_large(export: Export, parts: list[StoredFile]) -> QueryError | None:
    size = sum(part.bytes for part in parts)
    if size > MAX_BYTES:
        why = (
            f"It has {size:,} bytes; an export has at most {MAX_BYTES:,}. "
            "Narrow its parameters, or compress it."
        )
    elif export.single_file and not export.joins and len(parts) > 1:
        why = (
            f"It is larger than {MAX_PARQUET_FILE}, after which Redshift begins another file, and "
            "Parquet cannot be joined. Export it without singleFile."
        )
    elif not export.joins and len(parts) > MAX_FILES:
        why = f"It has {len(parts):,} files, more than {MAX_FILES:,}; ask for singleFile."
    else:
        return None
    return QueryError("ExportTooLarge", why)


def _join(context: Context, export: Export, key: str, manifest: Manifest) -> StoredFile:
    """One object of all rows, unless the record says that it is there already."""
    head = b""
    if export.format is ExportFormat.CSV:
        head = compressed(header(manifest.columns), export.compression)
    if not export.is_joined:
        context.exports.files.join(pieces(head, manifest.files), key)
    return StoredFile(key, len(head) + sum(part.bytes for part in manifest.files))


def _finish(
    context: Context, record: QueryRecord, export: Export, files: list[StoredFile]
) -> QueryRecord:
    """Count the rows, read the files through, and record both with the end."""
    assert record.statement_id is not None  # it is unloaded
    rows = _count(context, record.statement_id)
    names = [_name(record, export, files, number) for number in range(1, len(files) + 1)]
    read = [
        (file.key, _read_through(context, file, name))
        for file, name in zip(files, names, strict=True)
    ]
    kept = context.exports.kept
    return advance(context, record, lambda stored: ready(stored, read, rows, kept, context.now()))


def _name(record: QueryRecord, export: Export, files: list[StoredFile], number: int) -> str:
    return file_name(export, record.query.report or "", None if len(files) == 1 else number)


def _count(context: Context, statement_id: str) -> int:
    """
    Raises:
        FilesNotRead: Redshift no longer has the number.
    """
    result = context.warehouse.result(f"{statement_id}:{COUNT}", token=None)
    if result is None:
        raise FilesNotRead(f"Statement {statement_id} has no count")
    return int(result.records[0][0]["longValue"])


def _read_through(context: Context, file: StoredFile, name: str) -> ExportFile:
    """
    Raises:
        FilesNotRead: the object has another size than it should.
    """
    digest, size = hashlib.sha256(), 0
    for some in context.exports.files.read(file.key):
        digest.update(some)
        size += len(some)
    if size != file.bytes:
        raise FilesNotRead(f"{file.key} has {size:,} bytes, not {file.bytes:,}")
    return ExportFile(name, Count(size), digest.hexdigest())
