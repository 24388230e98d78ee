"""COPY as its options: what to load, from where, and in which format.

Options come in any order and case. Whatever changes which rows arrive is obeyed or refused; what
only steers a cluster (COMPUPDATE, STATUPDATE) is read and has no effect.
https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.commands.fixed_width import fixed_widths
from local.redshift.sql.commands.token_reader import TokenReader

_TEXT_OPTIONS = {
    "DELIMITER": "delimiter",
    "QUOTE": "quote",
    "NULL": "null_as",
    "DATEFORMAT": "date_format",
    "TIMEFORMAT": "time_format",
    "REGION": "region",
}
_FLAGS = {
    "ACCEPTANYDATE": "accepts_any_date",
    "BLANKSASNULL": "blanks_as_null",
    "EMPTYASNULL": "empty_as_null",
    "ESCAPE": "is_escaped",
    "EXPLICIT_IDS": "has_explicit_ids",
    "FILLRECORD": "fills_records",
    "IGNOREBLANKLINES": "ignores_blank_lines",
    "MANIFEST": "has_manifest",
    "NOLOAD": "is_checked",
    "REMOVEQUOTES": "removes_quotes",
    "ROUNDEC": "rounds_decimals",
    "TRIMBLANKS": "trims_blanks",
    "TRUNCATECOLUMNS": "truncates_columns",
}
_COMPRESSIONS = ("BZIP2", "GZIP", "ZSTD")
_NUMBER_OPTIONS = {"IGNOREHEADER": "ignore_header", "MAXERROR": "max_errors"}
_WITHOUT_EFFECT = (
    *("IAM_ROLE", "CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"),
    "COMPROWS",
)


# What a format has no use for; Redshift refuses it.
_EXCLUDED = {
    "DELIMITED": (),
    "CSV": ("ESCAPE", "REMOVEQUOTES"),
    "JSON": ("ESCAPE", "FILLRECORD", "IGNOREBLANKLINES", "REMOVEQUOTES"),
    "PARQUET": tuple(sorted({*_FLAGS} - {"EXPLICIT_IDS", "FILLRECORD", "MANIFEST"})),
}


@dataclass
class CopyCommand:
    """One COPY. `format` is DELIMITED, CSV, JSON or PARQUET; `columns` is empty for all of them."""

    table: list[str]
    bucket: str = ""
    prefix: str = ""
    columns: list[str] = field(default_factory=list)
    format: str = "DELIMITED"
    delimiter: str | None = None
    widths: list[int] = field(default_factory=list)  # of FIXEDWIDTH; else empty
    quote: str = '"'
    null_as: str | None = None
    date_format: str | None = None
    time_format: str | None = None
    ignore_header: int = 0
    max_errors: int = 0
    compression: str = "none"
    has_manifest: bool = False
    json_paths: str = "auto"  # "auto ignorecase", "noshred", or where a JSONPaths file is
    region: str | None = None
    accepts_any_date: bool = False
    empty_as_null: bool = False
    blanks_as_null: bool = False
    is_escaped: bool = False
    has_explicit_ids: bool = False
    fills_records: bool = False
    ignores_blank_lines: bool = False
    is_checked: bool = False  # and nothing loaded
    removes_quotes: bool = False
    rounds_decimals: bool = False
    trims_blanks: bool = False
    truncates_columns: bool = False
    replacement: str | None = None  # of each byte that is no UTF-8; None refuses it


def copy_command(tokens: list[Token]) -> CopyCommand:
    """Parse the tokens of a COPY.

    Raises:
        SqlError: an option is missing, malformed or not supported.
    """
    command = _Reader(tokens[1:]).command()
    _check(command)
    return command


def _check(command: CopyCommand) -> None:
    """Refuse options that do not go together."""
    format, replacement = command.format, command.replacement
    for option in _EXCLUDED[format]:
        if getattr(command, _FLAGS[option]):
            raise SqlError(f"{option} is not supported for COPY from {format}")
    if command.widths:
        _check_widths(command)
    if format == "PARQUET" and command.fills_records:
        raise NotSupported("COPY PARQUET with FILLRECORD", "name the columns there are")
    if replacement is not None and format in ("JSON", "PARQUET"):
        raise NotSupported(f"COPY {format} with ACCEPTINVCHARS", "leave it out")
    if replacement is not None and (len(replacement) != 1 or not "\0" < replacement < "\x80"):
        raise SqlError(f"ACCEPTINVCHARS {replacement!r} must be one ASCII character")


def _check_widths(command: CopyCommand) -> None:
    """Refuse what FIXEDWIDTH does not go together with."""
    if command.format != "DELIMITED":
        raise SqlError(f"FIXEDWIDTH is not supported for COPY from {command.format}")
    if command.delimiter is not None or command.is_escaped:
        option = "ESCAPE" if command.is_escaped else "DELIMITER"
        raise SqlError(f"{option} is not supported for COPY with FIXEDWIDTH")
    if command.removes_quotes or command.null_as is not None:
        option = "REMOVEQUOTES" if command.removes_quotes else "NULL AS"
        raise NotSupported(f"COPY FIXEDWIDTH with {option}")


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
        if word in ("CSV", "PARQUET"):
            command.format = word
        elif word in _COMPRESSIONS:
            command.compression = word.lower()
        elif word in _FLAGS:
            setattr(command, _FLAGS[word], True)
        elif word == "ACCEPTINVCHARS":
            has_text = self.accept("AS") or self.peek() is TokenType.STRING
            command.replacement = self.text() if has_text else "?"
        elif word == "FORMAT":
            self._format(command)
        elif word == "JSON":
            self._json(command)
        elif word == "FIXEDWIDTH":
            self.accept("AS")
            command.widths = fixed_widths(self.text())
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
        paths = command.json_paths
        words = ("auto", "auto ignorecase", "noshred")
        if paths not in words and not paths.startswith("s3://"):
            raise NotSupported(f"COPY JSON {paths!r}", "give 'auto' or 's3://bucket/jsonpaths'")

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
