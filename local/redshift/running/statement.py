"""A statement and its parts: what was asked, how far it is, what came of it.

A single statement has one part; a batch has one part for each of its Sqls. The words are those of
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from local.redshift.api.caller import Caller

RETENTION_S = 24 * 3600  # results and their statements are kept for a day, as the service does
NOT_YET = -1  # Duration, ResultRows and ResultSize before there are any


class ExecutionMode(StrEnum):
    """Whether the parts of a batch share one transaction or commit each alone."""

    TRANSACTION = "TRANSACTION"
    AUTO_COMMIT = "AUTO_COMMIT"


class ResultFormat(StrEnum):
    """How results are kept and read: by GetStatementResult, or by GetStatementResultV2."""

    JSON = "JSON"
    CSV = "CSV"


class Status(StrEnum):
    """The life of a statement, in order; the last three are ends."""

    SUBMITTED = "SUBMITTED"
    PICKED = "PICKED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"

    @property
    def is_end(self) -> bool:
        return self in (Status.FINISHED, Status.FAILED, Status.ABORTED)


@dataclass
class Part:
    """One SQL text of a statement and its outcome.

    `columns` are ColumnMetadata, `pages` are (offset, length, rows) in the part's result file;
    `columns` is None where there is no result set.
    """

    sql: str
    status: Status = Status.SUBMITTED
    error: str | None = None
    duration_ns: int = NOT_YET
    rows: int = NOT_YET
    size: int = NOT_YET
    columns: list[dict[str, Any]] | None = None
    pages: list[tuple[int, int, int]] = field(default_factory=list)
    created_at: float = 0.0
    updated_at: float = 0.0


@dataclass
class Statement:
    """One ExecuteStatement or BatchExecuteStatement. Times are epoch seconds."""

    id: str
    parts: list[Part]
    parameters: list[dict[str, str]]
    database: str
    caller: Caller
    created_at: float
    updated_at: float
    is_batch: bool = False
    execution_mode: ExecutionMode = ExecutionMode.TRANSACTION
    result_format: ResultFormat = ResultFormat.JSON
    name: str | None = None
    cluster: str | None = None
    workgroup: str | None = None
    db_user: str | None = None
    secret_arn: str | None = None
    client_token: str | None = None
    session_id: str | None = None
    with_event: bool = False
    status: Status = Status.SUBMITTED
    error: str | None = None
    duration_ns: int = NOT_YET
    pid: int = 0
    query_id: int = 0

    @property
    def has_result_set(self) -> bool:
        return any(part.columns is not None for part in self.parts)

    @property
    def is_transaction(self) -> bool:
        """Whether it is a batch that commits as one, so none of its parts may."""
        return self.is_batch and self.execution_mode is ExecutionMode.TRANSACTION

    @property
    def rows(self) -> int:
        """Rows returned or affected; a batch has none of its own."""
        return NOT_YET if self.is_batch else self.parts[0].rows

    @property
    def size(self) -> int:
        return NOT_YET if self.is_batch else self.parts[0].size

    def counts(self, part: Part) -> bool:
        """Whether what a part did counts: it finished, and nothing after it undid that."""
        is_kept = self.execution_mode is ExecutionMode.AUTO_COMMIT or self.status is Status.FINISHED
        return part.status is Status.FINISHED and is_kept

    def part(self, number: int | None) -> Part:
        """The part with that number, counted from one; without a number the last one."""
        return self.parts[-1 if number is None else number - 1]


def statement(document: dict[str, Any]) -> Statement:
    """A statement from its stored document (the dataclass as JSON)."""
    parts = [
        Part(
            **{**part, "status": Status(part["status"]), "pages": [tuple(p) for p in part["pages"]]}
        )
        for part in document["parts"]
    ]
    return Statement(
        **{
            **document,
            "parts": parts,
            "caller": Caller(**document["caller"]),
            "result_format": ResultFormat(document.get("result_format", "JSON")),
            "execution_mode": ExecutionMode(document.get("execution_mode", "TRANSACTION")),
            "status": Status(document["status"]),
        }
    )
