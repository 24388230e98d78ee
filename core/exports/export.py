"""What an export is: how the files are to be, what has happened so far, and what lies in S3.

The files are known to nobody before the export is FINISHED: their keys hold a secret of the
record's, which lists them only then. So nobody reads half of a file, whoever is killed on the way.
"""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from core.errors import InvalidExport
from core.result import Count

MAX_FILES = 1_000  # that a record can list, and a push carry
MAX_BYTES = 10 * 1024**3  # that one Lambda surely joins and reads through in its time
MAX_PARQUET_FILE = "6.2 GB"  # after which Redshift begins the next; Parquet cannot be joined


class ExportFormat(Enum):
    """CSV with a header in each file (RFC 4180), JSON with one object a line, or Parquet."""

    CSV = "CSV"
    JSON = "JSON"
    PARQUET = "PARQUET"


class Compression(Enum):
    """How files of CSV and JSON are compressed, if they are; Parquet compresses by itself."""

    GZIP = "GZIP"
    ZSTD = "ZSTD"


class ExportPhase(Enum):
    """Where an export has come: its rows lie in S3, they are one file, it may be fetched."""

    STARTED = "STARTED"
    UNLOADED = "UNLOADED"
    JOINED = "JOINED"
    READY = "READY"


@dataclass(frozen=True)
class ExportStep:
    """A phase, and when it was reached."""

    phase: ExportPhase
    at: datetime


@dataclass(frozen=True)
class ExportFile:
    """A file of an export. `sha256`: of its bytes as they are downloaded, in hexadecimal."""

    name: str
    bytes: Count
    sha256: str


@dataclass(frozen=True)
class Export:
    """What an export writes. `files`: when it is FINISHED; `getDownloads` gives their addresses.

    compression: none when null.
    formulaSafe: whether a text of CSV that a spreadsheet would take for a formula begins with '.
    """

    format: ExportFormat
    single_file: bool
    formula_safe: bool
    compression: Compression | None = None
    steps: list[ExportStep] = field(default_factory=list)
    files: list[ExportFile] = field(default_factory=list)

    @property
    def is_unloaded(self) -> bool:
        return any(step.phase is ExportPhase.UNLOADED for step in self.steps)

    @property
    def is_joined(self) -> bool:
        return any(step.phase is ExportPhase.JOINED for step in self.steps)

    @property
    def joins(self) -> bool:
        """Whether one file is made of what Redshift writes; of Parquet, it writes one itself."""
        return self.single_file and self.format is not ExportFormat.PARQUET

    def reached(self, phase: ExportPhase, at: datetime) -> "Export":
        return replace(self, steps=[*self.steps, ExportStep(phase, at)])

    def as_asked(self) -> "Export":
        """Without what has happened since."""
        return replace(self, steps=[], files=[])


def new_export(
    format: ExportFormat,
    compression: Compression | None,
    single_file: bool | None,
    formula_safe: bool | None,
) -> Export:
    """The export that a caller wants; what is left out is not wanted, but safety is.

    Raises:
        InvalidExport: options that do not go together.
    """
    if compression is not None and format is ExportFormat.PARQUET:
        raise InvalidExport(
            f"Compression {compression.value} is for CSV and JSON; leave it out, for Parquet "
            "compresses by itself."
        )
    if formula_safe is not None and format is not ExportFormat.CSV:
        raise InvalidExport(
            f"formulaSafe is for CSV, which spreadsheets open; leave it out with {format.value}."
        )
    is_safe = format is ExportFormat.CSV and formula_safe is not False
    return Export(format, bool(single_file), is_safe, compression)


def new_prefix(owner: str, query_id: str) -> str:
    """What the keys of an export's objects begin with; nobody can guess it, it names nobody."""
    owner_hash = hashlib.sha256(owner.encode()).hexdigest()[:16]
    return f"exports/{owner_hash}/{query_id}/{secrets.token_hex(16)}/"


ENDINGS = {ExportFormat.CSV: "csv", ExportFormat.JSON: "jsonl", ExportFormat.PARQUET: "parquet"}
COMPRESSED = {Compression.GZIP: ".gz", Compression.ZSTD: ".zst"}


def file_name(export: Export, report: str, number: int | None) -> str:
    """The name a file is downloaded by: that of the report, and its number where there are more."""
    place = "" if number is None else f"-{number:03}"
    ending = COMPRESSED[export.compression] if export.compression else ""
    return f"{report}{place}.{ENDINGS[export.format]}{ending}"
