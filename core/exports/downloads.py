"""The files of an export for who may read it now: addresses made when asked for, kept nowhere.

An address works without signing in, for anyone who has it. So it works for minutes, is in no
record, push, log or mail, and S3 gives the file under a name that tells nothing but the report's.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
"""

from dataclasses import dataclass
from datetime import datetime

from core.access import Caller
from core.coercion import timestamp
from core.context import Context
from core.errors import NotAnExport, QueryNotFinished, ResultExpired
from core.query import QueryRecord, QueryStatus
from core.read import query_not_found, readable
from core.report import ID
from core.result import Count


@dataclass(frozen=True)
class Download:
    """A file of an export, and where it can be fetched without signing in, until `validUntil`.

    sha256: of its bytes, in hexadecimal, to compare with what was downloaded.
    """

    name: str
    bytes: Count
    sha256: str
    url: str
    valid_until: datetime


def get_downloads(context: Context, caller: Caller, id: ID) -> list[Download]:
    """The files of the caller's export, each with an address that works for some minutes.

    Raises:
        InvalidId: it is not a lower-case UUID.
        QueryNotFound: the caller has no query of that id.
        NotAnExport, QueryNotFinished: it has no files, or not yet.
        ResultExpired: it has none any more.
    """
    record = readable(context, caller, id)
    if record is None:
        raise query_not_found(id)
    _check_has_files(context, record)
    export, valid = record.query.export, context.exports.links_valid
    valid_until = context.now() + valid
    return [
        Download(
            file.name,
            file.bytes,
            file.sha256,
            context.exports.files.address(key, file.name, valid),
            valid_until,
        )
        for key, file in zip(record.file_keys, export.files if export else [], strict=True)
    ]


def _check_has_files(context: Context, record: QueryRecord) -> None:
    query = record.query
    if query.export is None:
        raise NotAnExport(f"Query {query.id} is no export; getQueryResult gives its result.")
    if query.status is not QueryStatus.FINISHED:
        state = "ended" if query.status.is_final else "is"
        raise QueryNotFinished(
            f"Export {query.id} {state} {query.status.value}; it has files when it is FINISHED."
        )
    expires_at = query.result_expires_at
    if expires_at is not None and context.now() >= expires_at:
        raise ResultExpired(
            f"The files of export {query.id} were kept until {timestamp(expires_at)}; export again."
        )
