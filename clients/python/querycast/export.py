"""An export: a report's rows as files, and where they can be fetched for some minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ExportFormat(StrEnum):
    """CSV with a header, JSON with one object a line, or Parquet."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class Compression(StrEnum):
    """How files of CSV and JSON may be compressed."""

    GZIP = "gzip"
    ZSTD = "zstd"


@dataclass(frozen=True)
class ExportOptions:
    """How the files are to be.

    formula_safe: of CSV, whether a text that a spreadsheet would take for a formula gets an
        apostrophe before it; None: as the service does by itself, which is safe.
    """

    format: ExportFormat = ExportFormat.CSV
    compression: Compression | None = None
    single_file: bool = True
    formula_safe: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """As the input of `exportQuery` has them."""
        return {
            "format": self.format.upper(),
            "compression": self.compression.upper() if self.compression else None,
            "singleFile": self.single_file,
            "formulaSafe": self.formula_safe,
        }


@dataclass(frozen=True)
class ExportStep:
    """What an export has reached, and when: STARTED, UNLOADED, JOINED, READY."""

    phase: str
    at: datetime


@dataclass(frozen=True)
class Export:
    """How the files of an export are, and what has happened so far."""

    options: ExportOptions
    steps: list[ExportStep]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Export":
        compression = document["compression"]
        options = ExportOptions(
            format=ExportFormat(document["format"].lower()),
            compression=Compression(compression.lower()) if compression else None,
            single_file=document["singleFile"],
            formula_safe=document["formulaSafe"],
        )
        steps = [
            ExportStep(step["phase"], datetime.fromisoformat(step["at"]))
            for step in document["steps"]
        ]
        return cls(options, steps)


@dataclass(frozen=True)
class Download:
    """A file of an export. `url`: works without signing in, until `valid_until`; keep it secret."""

    name: str
    bytes: int
    sha256: str
    url: str
    valid_until: datetime

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Download":
        return cls(
            name=document["name"],
            bytes=int(document["bytes"]),
            sha256=document["sha256"],
            url=document["url"],
            valid_until=datetime.fromisoformat(document["validUntil"]),
        )
