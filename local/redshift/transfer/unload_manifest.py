"""The manifest that UNLOAD writes: which objects, and with VERBOSE what is in them.

The length of a VARCHAR column is left out, because a query's columns have none here.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD_command_examples.html
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.redshift.sql.commands.unload_command import UnloadCommand
from local.redshift.sql.super.functions import SUPER
from local.redshift.transfer.s3 import StagedFile

_AUTHOR = {"name": "Amazon Redshift", "version": "1.0.0"}
_BASES = {
    "HUGEINT": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "character varying",
    '"NULL"': "character varying",
    "TIMESTAMP": "timestamp without time zone",
    "TIME": "time without time zone",
    SUPER: "super",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True)
class Unloaded:
    """A file and how many rows it has, its header not counted."""

    staged: StagedFile
    rows: int


def write_manifest(
    path: Path, command: UnloadCommand, files: list[Unloaded], columns: list[tuple[str, str]]
) -> None:
    """Write the manifest of the files, whose columns have these names and DuckDB's types."""
    entries = [{"url": file.staged.object.url, "meta": _meta(command, [file])} for file in files]
    document: dict[str, Any] = {"entries": entries}
    if command.is_verbose:
        elements = [{"name": name, "type": _type(type)} for name, type in columns]
        document |= {"schema": {"elements": elements}, "meta": _meta(command, files)}
        document["author"] = _AUTHOR
    path.write_text(json.dumps(document, indent=2))


def _meta(command: UnloadCommand, files: list[Unloaded]) -> dict[str, int]:
    """Their size, and with VERBOSE their lines: a header counts as one."""
    meta = {"content_length": sum(file.staged.path.stat().st_size for file in files)}
    if command.is_verbose:
        headers = len(files) if command.has_header else 0
        meta["record_count"] = sum(file.rows for file in files) + headers
    return meta


def _type(type: str) -> dict[str, str | int]:
    if match := _DECIMAL.fullmatch(type):
        return {"base": "numeric", "precision": int(match[1]), "scale": int(match[2])}
    return {"base": _BASES.get(type, type.lower())}
