"""COPY as its options: what to load, from where, and in which format.

Options come in any order and case. Whatever changes which rows arrive is obeyed or refused; what
only steers a cluster (COMPUPDATE, STATUPDATE) is read and has no effect.
https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SqlError, SyntaxFault

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
    """One COPY. `format` is DELIMITED, CSV or PARQUET; `columns` is empty for all of them."""

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
    is_gzipped: bool = False
    region: str | None = None
    empty_as_null: bool = False
    blanks_as_null: bool = False


def copy_command(tokens: list[Token]) -> CopyCommand:
    """Parse the tokens of a COPY.

    Raises:
        SqlError: an option is missing, malformed or not supported.
    """
    return _Reader(tokens[1:]).command()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0

    def command(self) -> CopyCommand:
        command = CopyCommand(self._table_name())
        if self._accept("("):
            command.columns = self._column_names()
        self._expect("FROM")
        command.bucket, command.prefix = self._location()
        while self._index < len(self._tokens):
            self._option(command)
        return command

    def _option(self, command: CopyCommand) -> None:
        word = self._word()
        simple = {
            "GZIP": ("is_gzipped", True),
            "EMPTYASNULL": ("empty_as_null", True),
            "BLANKSASNULL": ("blanks_as_null", True),
            "CSV": ("format", "CSV"),
            "PARQUET": ("format", "PARQUET"),
        }
        if word in simple:
            setattr(command, *simple[word])
        elif word == "FORMAT":
            self._format(command)
        elif word in _TEXT_OPTIONS:
            self._accept("AS")
            setattr(command, _TEXT_OPTIONS[word], self._text())
        elif word in _NUMBER_OPTIONS:
            self._accept("AS")
            setattr(command, _NUMBER_OPTIONS[word], self._number())
        else:
            self._option_without_effect(word)

    def _option_without_effect(self, word: str) -> None:
        """Credentials, which the server has of its own, and hints to a cluster."""
        if word in _WITHOUT_EFFECT:
            self._accept("AS")
            self._next()
        elif word in ("COMPUPDATE", "STATUPDATE"):
            _ = self._accept("ON") or self._accept("OFF") or self._accept("PRESET")
        elif word != "WITH":
            raise NotSupported(f"COPY option {word}")

    def _format(self, command: CopyCommand) -> None:
        self._accept("AS")
        word = self._word()
        if word not in ("CSV", "PARQUET"):
            raise NotSupported(f"COPY FORMAT {word}")
        command.format = word

    def _table_name(self) -> list[str]:
        name = [self._name()]
        while self._accept("."):
            name.append(self._name())
        return name

    def _column_names(self) -> list[str]:
        names = [self._name()]
        while self._accept(","):
            names.append(self._name())
        self._expect(")")
        return names

    def _location(self) -> tuple[str, str]:
        text = self._text()
        if not text.startswith("s3://"):
            raise NotSupported(f"COPY from {text!r}", "give s3://bucket/prefix")
        bucket, _, prefix = text.removeprefix("s3://").partition("/")
        if not bucket:
            raise SqlError(f"The S3 location {text!r} names no bucket; expected s3://bucket/prefix")
        return bucket, prefix

    def _name(self) -> str:
        token = self._next()
        if token.token_type is TokenType.STRING:
            raise SyntaxFault(token.text, token.start)
        return token.text.lower()

    def _text(self) -> str:
        token = self._next()
        if token.token_type is not TokenType.STRING:
            raise SyntaxFault(token.text, token.start)
        return token.text

    def _number(self) -> int:
        token = self._next()
        if not token.text.isdigit():
            raise SyntaxFault(token.text, token.start)
        return int(token.text)

    def _word(self) -> str:
        return self._next().text.upper()

    def _expect(self, word: str) -> None:
        token = self._next()
        if token.text.upper() != word:
            raise SyntaxFault(token.text, token.start)

    def _accept(self, word: str) -> bool:
        found = self._index < len(self._tokens) and self._tokens[self._index].text.upper() == word
        self._index += found
        return found

    def _next(self) -> Token:
        if self._index >= len(self._tokens):
            raise SyntaxFault("", None)
        self._index += 1
        return self._tokens[self._index - 1]
