"""COPY as its options: what to load, from where, and in which format.

Options come in any order and case. Whatever changes which rows arrive is obeyed or refused; what
only steers a cluster (COMPUPDATE, STATUPDATE) is read and has no effect.
https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token

from local.redshift.errors import NotSupported
from local.redshift.sql.token_reader import TokenReader

_TEXT_OPTIONS = {
    "DELIMITER": "delimiter",
    "QUOTE": "quote",
    "NULL": "null_as",
    "DATEFORMAT": "date_format",
    "TIMEFORMAT": "time_format",
    "REGION": "region",
}
_NUMBER_OPTIONS = {"IGNOREHEADER": "ignore_header", "MAXERROR": "max_errors"}
_WITHOUT_EFFECT = (
    *("IAM_ROLE", "CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"),
    "COMPROWS",
)


@dataclass
class CopyCommand:
    """One COPY. `format` is DELIMITED, CSV, JSON or PARQUET; `columns` is empty for all of them."""

    table: list[str]
    bucket: str = ""
    prefix: str = ""
    columns: list[str] = field(default_factory=list)
    format: str = "DELIMITED"
    delimiter: str | None = None
    quote: str = '"'
    null_as: str | None = None
    date_format: str | None = None
    time_format: str | None = None
    ignore_header: int = 0
    max_errors: int = 0
    compression: str = "none"
    has_manifest: bool = False
    json_paths: str = "auto"  # or where a JSONPaths file is
    region: str | None = None
    empty_as_null: bool = False
    blanks_as_null: bool = False


def copy_command(tokens: list[Token]) -> CopyCommand:
    """Parse the tokens of a COPY.

    Raises:
        SqlError: an option is missing, malformed or not supported.
    """
    command = _Reader(tokens[1:]).command()
    if command.format == "JSON" and command.max_errors:
        raise NotSupported("COPY JSON with MAXERROR", "leave it out")
    return command


class _Reader(TokenReader):
    """Reads a COPY."""

    def command(self) -> CopyCommand:
        command = CopyCommand(self._table_name())
        if self.accept("("):
            command.columns = self._column_names()
        self.expect("FROM")
        command.bucket, command.prefix = self.location("COPY from")
        while not self.is_at_end:
            self._option(command)
        return command

    def _option(self, command: CopyCommand) -> None:
        word = self.word()
        simple = {
            "GZIP": ("compression", "gzip"),
            "ZSTD": ("compression", "zstd"),
            "MANIFEST": ("has_manifest", True),
            "EMPTYASNULL": ("empty_as_null", True),
            "BLANKSASNULL": ("blanks_as_null", True),
            "CSV": ("format", "CSV"),
            "PARQUET": ("format", "PARQUET"),
        }
        if word in simple:
            setattr(command, *simple[word])
        elif word == "FORMAT":
            self._format(command)
        elif word == "JSON":
            self._json(command)
        elif word in _TEXT_OPTIONS:
            self.accept("AS")
            setattr(command, _TEXT_OPTIONS[word], self.text())
        elif word in _NUMBER_OPTIONS:
            self.accept("AS")
            setattr(command, _NUMBER_OPTIONS[word], self.number())
        else:
            self._option_without_effect(word)

    def _option_without_effect(self, word: str) -> None:
        """Credentials, which the server has of its own, and hints to a cluster."""
        if word in _WITHOUT_EFFECT:
            self.accept("AS")
            self.next()
        elif word in ("COMPUPDATE", "STATUPDATE"):
            _ = self.accept("ON") or self.accept("OFF") or self.accept("PRESET")
        elif word != "WITH":
            raise NotSupported(f"COPY option {word}")

    def _json(self, command: CopyCommand) -> None:
        self.accept("AS")
        command.format, command.json_paths = "JSON", self.text()
        if command.json_paths != "auto" and not command.json_paths.startswith("s3://"):
            raise NotSupported(
                f"COPY JSON {command.json_paths!r}", "give 'auto' or 's3://bucket/jsonpaths'"
            )

    def _format(self, command: CopyCommand) -> None:
        self.accept("AS")
        if self.accept("JSON"):
            self._json(command)
            return
        word = self.word()
        if word not in ("CSV", "PARQUET"):
            raise NotSupported(f"COPY FORMAT {word}")
        command.format = word

    def _table_name(self) -> list[str]:
        name = [self.name()]
        while self.accept("."):
            name.append(self.name())
        return name

    def _column_names(self) -> list[str]:
        names = [self.name()]
        while self.accept(","):
            names.append(self.name())
        self.expect(")")
        return names
