"""UNLOAD as its options: what to write, where, and in which format.

Whatever changes what is written is obeyed or refused by its name; what only steers a cluster is
read and has no effect.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from dataclasses import dataclass, field

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.commands.fixed_width import fixed_widths
from local.redshift.sql.commands.token_reader import TokenReader

FORMATS = ("CSV", "JSON", "PARQUET")
COMPRESSIONS = {"GZIP": ".gz", "BZIP2": ".bz2", "ZSTD": ".zst"}
_FLAGS = {
    "HEADER": "has_header",
    "ADDQUOTES": "has_quotes",
    "ESCAPE": "is_escaped",
    "ALLOWOVERWRITE": "may_overwrite",
    "CLEANPATH": "cleans_path",
}
_TEXTS = {"DELIMITER": "delimiter", "NULL": "null_as", "REGION": "region", "EXTENSION": "extension"}
_WITHOUT_EFFECT = ("IAM_ROLE", "CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
_UNITS = {"MB": 1024**2, "GB": 1024**3}
MIN_FILE_BYTES, MAX_FILE_BYTES = 5 * _UNITS["MB"], int(6.2 * _UNITS["GB"])


@dataclass
class UnloadCommand:
    """One UNLOAD. `format` is DELIMITED or one of FORMATS; `query` is Redshift's SQL."""

    query: str
    bucket: str = ""
    prefix: str = ""
    format: str = "DELIMITED"
    delimiter: str | None = None
    widths: list[int] = field(default_factory=list)  # of FIXEDWIDTH; else empty
    null_as: str = ""
    compression: str | None = None
    has_header: bool = False
    has_quotes: bool = False
    is_escaped: bool = False
    has_manifest: bool = False
    is_verbose: bool = False
    partition_by: list[str] = field(default_factory=list)
    includes_partition_columns: bool = False
    is_parallel: bool = True
    may_overwrite: bool = False
    cleans_path: bool = False
    max_file_bytes: int = MAX_FILE_BYTES
    region: str | None = None
    extension: str | None = None

    @property
    def root(self) -> str:
        """What every key begins with: PARTITION BY takes the prefix as a folder."""
        needs_slash = self.partition_by and self.prefix and not self.prefix.endswith("/")
        return f"{self.prefix}/" if needs_slash else self.prefix


def unload_command(tokens: list[Token]) -> UnloadCommand:
    """Parse the tokens of an UNLOAD.

    Raises:
        SqlError: an option is missing, malformed or not supported, or contradicts another.
    """
    command = _Reader(tokens[1:]).command()
    _check(command)
    return command


class _Reader(TokenReader):
    """Reads an UNLOAD."""

    def command(self) -> UnloadCommand:
        self.expect("(")
        command = UnloadCommand(self.text())
        self.expect(")")
        self.expect("TO")
        command.bucket, command.prefix = self.location("UNLOAD to")
        while not self.is_at_end:
            self._option(command, self.word())
        return command

    def _option(self, command: UnloadCommand, word: str) -> None:
        if word == "FORMAT":
            self.accept("AS")
            word = self.word()
            if word not in FORMATS:
                raise NotSupported(f"UNLOAD FORMAT {word}")
        if word in FORMATS:
            command.format = word
        elif word in COMPRESSIONS:
            command.compression = word
        elif word in _FLAGS:
            setattr(command, _FLAGS[word], True)
        elif word in _TEXTS:
            self.accept("AS")
            setattr(command, _TEXTS[word], self.text())
        elif word == "FIXEDWIDTH":
            self.accept("AS")
            command.widths = fixed_widths(self.text())
        elif word == "MANIFEST":
            command.has_manifest, command.is_verbose = True, self.accept("VERBOSE")
        elif word == "PARTITION BY":
            command.partition_by = self._columns()
            command.includes_partition_columns = self.accept("INCLUDE")
        elif word == "PARALLEL":
            command.is_parallel = self._is_on()
        elif word == "MAXFILESIZE":
            command.max_file_bytes = self._size()
        elif word in _WITHOUT_EFFECT:
            self.accept("AS")
            self.next()
        elif word not in ("WITH", "AS"):
            raise NotSupported(f"UNLOAD option {word}")

    def _columns(self) -> list[str]:
        self.expect("(")
        names = [self.name()]
        while self.accept(","):
            names.append(self.name())
        self.expect(")")
        return names

    def _is_on(self) -> bool:
        if self.accept("OFF") or self.accept("FALSE"):
            return False
        _ = self.accept("ON") or self.accept("TRUE")
        return True

    def _size(self) -> int:
        self.accept("AS")
        number = self.next().text
        unit = "GB" if self.accept("GB") else "MB"
        if unit == "MB":
            self.accept("MB")
        try:
            size = int(float(number) * _UNITS[unit])
        except ValueError:
            raise SqlError(f"MAXFILESIZE {number!r} is no number of MB or GB") from None
        if not MIN_FILE_BYTES <= size <= MAX_FILE_BYTES:
            raise SqlError(f"MAXFILESIZE {number} {unit} must be between 5 MB and 6.2 GB")
        return size


def _check(command: UnloadCommand) -> None:
    """Refuse options that do not go together, as Redshift does."""
    if _has_limit(command.query):
        raise SqlError("Limit clause is not supported in UNLOAD; put it into a subquery")
    if command.widths:
        _check_widths(command)
    format = command.format
    if format in ("JSON", "PARQUET"):
        options = ("DELIMITER", command.delimiter), ("HEADER", command.has_header)
        for name, given in (*options, ("NULL", command.null_as)):
            if given:
                raise SqlError(f"{name} is not supported for UNLOAD to {format}")
    if format != "DELIMITED" and (command.has_quotes or command.is_escaped):
        word = "ADDQUOTES" if command.has_quotes else "ESCAPE"
        raise SqlError(f"{word} is not supported for UNLOAD to {format}")
    if format == "PARQUET" and command.compression:
        raise SqlError(f"{command.compression} is not supported for UNLOAD to PARQUET")
    if format == "PARQUET" and command.max_file_bytes != MAX_FILE_BYTES:
        raise NotSupported("UNLOAD to PARQUET with MAXFILESIZE", "leave it out")
    if command.delimiter is not None and len(command.delimiter) != 1:
        raise SqlError(f"DELIMITER {command.delimiter!r} must be a single character")
    if command.may_overwrite and command.cleans_path:
        raise SqlError("CLEANPATH and ALLOWOVERWRITE cannot be given together")


def _check_widths(command: UnloadCommand) -> None:
    """Refuse what FIXEDWIDTH does not go together with."""
    if command.format != "DELIMITED":
        raise SqlError(f"FIXEDWIDTH is not supported for UNLOAD to {command.format}")
    if command.delimiter is not None or command.has_header:
        option = "HEADER" if command.has_header else "DELIMITER"
        raise SqlError(f"{option} is not supported for UNLOAD with FIXEDWIDTH")
    if command.has_quotes or command.is_escaped:
        option = "ADDQUOTES" if command.has_quotes else "ESCAPE"
        raise NotSupported(f"UNLOAD FIXEDWIDTH with {option}")


def _has_limit(query: str) -> bool:
    """Whether the outermost SELECT has a LIMIT; what is no SELECT has an error of its own."""
    try:
        found = parse_one(query, dialect="redshift")
    except (SqlglotError, RecursionError):
        return False
    return isinstance(found, exp.Query) and found.args.get("limit") is not None
