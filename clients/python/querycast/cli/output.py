"""Data, on stdout or in a file: a table for people, the other formats for programs.

NULL is visible in a table, null in JSON and empty in CSV. On a terminal no format lets a control
character through. All but the table go on for as many rows as there are, as they are read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from querycast.arrow import check_installed
from querycast.cli.csv_rows import write_csv
from querycast.cli.destination import bytes_to, check_destination, is_terminal, text_to
from querycast.cli.json_rows import write_json, write_ndjson
from querycast.cli.markdown import write_markdown
from querycast.cli.parquet import write_parquet
from querycast.cli.table import write_table
from querycast.errors import InvalidArgument
from querycast.result import Column, Row

NULL = "NULL"


class Output(StrEnum):
    """How data is written."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"
    MARKDOWN = "markdown"


JSON_FORMATS = (Output.JSON, Output.NDJSON)
ENDINGS = {
    ".json": Output.JSON,
    ".ndjson": Output.NDJSON,
    ".jsonl": Output.NDJSON,
    ".csv": Output.CSV,
    ".parquet": Output.PARQUET,
    ".md": Output.MARKDOWN,
    ".txt": Output.TABLE,
}


@dataclass(frozen=True)
class Writer:
    """How and where a command writes its data; `writer` makes one.

    file: None is stdout.
    null: what a table shows for None.
    """

    format: Output
    file: Path | None = None
    formula_safe: bool = False
    null: str = NULL

    @property
    def is_for_people(self) -> bool:
        """Whether who reads it is a person, in a time zone."""
        return self.format in (Output.TABLE, Output.MARKDOWN)

    def write(self, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """
        Raises:
            InvalidArgument: the format cannot have them, as JSON two columns of one name.
        """
        if self.format is Output.PARQUET:
            with bytes_to(self.file) as raw:
                write_parquet(raw, columns, rows)
            return
        with text_to(self.file) as out:
            match self.format:
                case Output.TABLE:
                    write_table(out, columns, rows, self.null)
                case Output.JSON:
                    write_json(out, columns, rows)
                case Output.NDJSON:
                    write_ndjson(out, columns, rows)
                case Output.CSV:
                    write_csv(out, columns, rows, self.formula_safe)
                case Output.MARKDOWN:
                    write_markdown(out, columns, rows, self.null)


def writer(
    output: Output | None, file: Path | None, formula_safe: bool = False, null: str = NULL
) -> Writer:
    """What the options of a command ask for, checked before it does anything.

    Raises:
        InvalidArgument: options that do not go together, or a file that cannot be written.
    """
    chosen = output or _format_of(file)
    if formula_safe and chosen is not Output.CSV:
        raise InvalidArgument(f"--formula-safe is for -o csv; {chosen} runs no formulas.")
    if chosen is Output.PARQUET:
        check_installed("arrow", "pyarrow")
        if is_terminal(file):
            raise InvalidArgument("Parquet is nothing for a terminal; give -O FILE, or a pipe.")
    check_destination(file)
    return Writer(chosen, file, formula_safe, null)


def _format_of(file: Path | None) -> Output:
    if file is None or not file.suffix:
        return Output.TABLE
    if file.suffix.lower() not in ENDINGS:
        raise InvalidArgument(f"{file.name!r} does not tell the format; give it with -o.")
    return ENDINGS[file.suffix.lower()]
