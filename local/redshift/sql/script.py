"""A statement text as commands: tokens, split at semicolons, each known by its first words.

What this server does not offer is refused here by its name; what is not SQL is a syntax error.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SqlError, SyntaxFault
from local.redshift.sql.copy_command import CopyCommand, copy_command
from local.redshift.sql.ddl import has_other_keys, primary_key
from local.redshift.sql.dialect import REDSHIFT
from local.redshift.sql.function_command import (
    FunctionCommand,
    function_command,
    is_about_a_function,
)
from local.redshift.sql.literals import literals
from local.redshift.sql.procedure_command import (
    ProcedureCommand,
    is_about_a_procedure,
    procedure_command,
)
from local.redshift.sql.session_command import (
    WORDS,
    ExecuteCommand,
    SessionCommand,
    session_command,
)
from local.redshift.sql.storage import Storage, without_storage_attributes
from local.redshift.sql.table_command import TableCommand, table_command
from local.redshift.sql.unload_command import UnloadCommand, unload_command
from local.redshift.sql.view_command import ViewCommand, is_about_a_view, view_command
from local.redshift.sql.view_text import view_text


class Kind(Enum):
    """What a command does to the transaction and gives to the caller."""

    QUERY = auto()
    CHANGE = auto()
    DEFINE = auto()
    TRUNCATE = auto()
    COPY = auto()
    UNLOAD = auto()
    SESSION = auto()  # about the session: settings, prepared statements, cursors
    LOCK = auto()
    CALL = auto()
    BEGIN = auto()
    COMMIT = auto()
    ROLLBACK = auto()
    NOTHING = auto()  # has no meaning on one machine and changes no answer


Action = (
    CopyCommand
    | UnloadCommand
    | ViewCommand
    | SessionCommand
    | ProcedureCommand
    | FunctionCommand
    | TableCommand
)
_WRITING = (Kind.CHANGE, Kind.DEFINE, Kind.TRUNCATE, Kind.COPY, Kind.LOCK, Kind.CALL)


@dataclass(frozen=True)
class Command:
    """One command of a script; `expression` is Redshift's, not yet translated."""

    kind: Kind
    expression: exp.Expr | None = None
    action: Action | None = None  # of a command that sqlglot does not know
    storage: Storage = field(default_factory=Storage)  # of a definition
    view_text: str | None = None  # of a CREATE VIEW, as SHOW VIEW shows it

    @property
    def writes(self) -> bool:
        return self.kind in _WRITING or isinstance(self.action, ExecuteCommand)


_PARSED = {
    "SELECT": Kind.QUERY,
    "WITH": Kind.QUERY,
    "(": Kind.QUERY,
    "INSERT": Kind.CHANGE,
    "UPDATE": Kind.CHANGE,
    "DELETE": Kind.CHANGE,
    "MERGE": Kind.CHANGE,
    "CREATE": Kind.DEFINE,
    "DROP": Kind.DEFINE,
    "ALTER": Kind.DEFINE,
    "TRUNCATE": Kind.TRUNCATE,
}
_ABOUT_TABLES = {"ALTER": Kind.DEFINE, "MERGE": Kind.CHANGE, "LOCK": Kind.LOCK}
_TRANSACTION = {
    "BEGIN": Kind.BEGIN,
    "START": Kind.BEGIN,
    "COMMIT": Kind.COMMIT,
    "END": Kind.COMMIT,
    "ROLLBACK": Kind.ROLLBACK,
    "ABORT": Kind.ROLLBACK,
}
_NOTHING = ("ANALYZE", "VACUUM", "GRANT", "REVOKE", "COMMENT")
_NOTHING_OBJECTS = ("GROUP", "ROLE", "USER")  # there is one user, who may do everything
_OWNER_OF_SCHEMA = ("SCHEMA", ["OWNER", "TO"])
_REFUSED = (*("CANCEL", "DESC", "DESCRIBE", "REFRESH", "VALUES"),)
_REFUSED_OBJECTS = (
    *("DATABASE", "DATASHARE", "EXTERNAL", "IDENTITY", "LIBRARY", "MASKING"),
    *("MODEL", "RLS"),
)
_NAME = re.compile(r"[0-9a-zA-Z_]+")


def commands(sql: str, parameters: set[str]) -> list[Command]:
    """The commands of a text whose `:name` places have these names.

    Raises:
        SqlError: the text is not SQL, or asks for what is not offered.
    """
    try:
        tokens = list(_exact(list(literals(REDSHIFT.tokenize(sql)))))
    except TokenError:
        raise SqlError("unterminated quoted string, quoted identifier or comment") from None
    return [_command(sql, chunk) for chunk in _split(_bound(sql, tokens, parameters))]


def _exact(tokens: list[Token]) -> Iterator[Token]:
    """The tokens without APPROXIMATE: the exact answer is within its bounds."""
    for index, token in enumerate(tokens):
        words = [following.text.upper() for following in tokens[index + 1 : index + 3]]
        is_approximate = words in (["COUNT", "("], ["PERCENTILE_DISC", "("])
        if not (is_approximate and token.text.upper() == "APPROXIMATE"):
            yield token


def _bound(sql: str, tokens: list[Token], parameters: set[str]) -> Iterator[Token]:
    """The tokens, where each `:name` is sure to be read as a place for a value."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.token_type is TokenType.PLACEHOLDER:
            raise SqlError("No value specified for parameter 1.")
        yield token
        if token.token_type is not TokenType.COLON:
            continue
        name = _NAME.match(sql, token.end + 1)
        if name is None or name[0] not in parameters:
            raise SyntaxFault(":", token.start)
        place = tokens[index]
        while index < len(tokens) and tokens[index].start < name.end():
            index += 1  # a name like 2nd is more than one token
        yield Token(TokenType.VAR, name[0], place.line, place.col, name.start(), name.end() - 1)


def _split(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    chunk: list[Token] = []
    for token in tokens:
        if token.token_type is not TokenType.SEMICOLON:
            chunk.append(token)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _command(sql: str, tokens: list[Token]) -> Command:
    word, storage = tokens[0].text.upper(), Storage()
    if word in _TRANSACTION:
        return Command(_TRANSACTION[word])
    if word in _NOTHING:
        return Command(Kind.NOTHING)
    if word == "COPY":
        return Command(Kind.COPY, action=copy_command(tokens))
    if word == "UNLOAD":
        return Command(Kind.UNLOAD, action=unload_command(tokens))
    if word in WORDS:
        return Command(Kind.SESSION, action=session_command(sql, tokens))
    if is_about_a_view(tokens):
        return Command(Kind.DEFINE, action=view_command(sql[: tokens[-1].end + 1], tokens))
    if is_about_a_procedure(tokens):
        kind = Kind.CALL if word == "CALL" else Kind.DEFINE
        return Command(kind, action=procedure_command(sql, tokens))
    if is_about_a_function(tokens):
        return Command(Kind.DEFINE, action=function_command(sql, tokens))
    if (about_a_table := table_command(sql, tokens)) is not None:
        return Command(_ABOUT_TABLES[word], action=about_a_table)
    if word in _REFUSED:
        raise NotSupported(word)
    if word not in _PARSED:
        raise SyntaxFault(tokens[0].text, tokens[0].start)
    if word in ("CREATE", "ALTER", "DROP"):
        words = [token.text.upper() for token in tokens[1:5]]
        if words and (words[0] in _NOTHING_OBJECTS or (words[0], words[2:4]) == _OWNER_OF_SCHEMA):
            return Command(Kind.NOTHING)
        _check_object(word, tokens)
        tokens, storage = without_storage_attributes(tokens)
    expression = _parsed(sql, tokens)
    if isinstance(expression, exp.Command):
        raise NotSupported(_shown(sql, tokens))
    text = None
    if isinstance(expression, exp.Create) and expression.kind == "TABLE":
        storage.primary_key = primary_key(expression)
        storage.has_other_keys = has_other_keys(expression)
    elif isinstance(expression, exp.Create) and expression.kind == "VIEW":
        text = view_text(sql, tokens)
    return Command(_PARSED[word], expression, storage=storage, view_text=text)


def _check_object(word: str, tokens: list[Token]) -> None:
    """Refuse to create, alter or drop what this server does not have."""
    for token in tokens[1:6]:
        if token.text.upper() in _REFUSED_OBJECTS:
            kind = token.text.upper()
            raise NotSupported(f"{word} {kind}")
        if token.text.upper() in ("TABLE", "VIEW", "SCHEMA"):
            return


def _parsed(sql: str, tokens: list[Token]) -> exp.Expr:
    try:
        expressions = REDSHIFT.parser().parse(tokens, sql)
    except ParseError as error:
        raise _fault(sql, tokens, error) from None
    if len(expressions) != 1 or expressions[0] is None:
        raise SyntaxFault(tokens[0].text, tokens[0].start)
    return expressions[0]


def _fault(sql: str, tokens: list[Token], error: ParseError) -> SyntaxFault:
    """Where sqlglot stopped: it gives the line, and the column of the token's last character."""
    found = error.errors[0]
    near, line, column = found["highlight"], found["line"], found["col"]
    start = sum(len(text) + 1 for text in sql.split("\n")[: line - 1]) + column - len(near)
    if found["description"].startswith("Expecting )") and start == tokens[-1].start:
        return SyntaxFault(near, None)
    return SyntaxFault(near, start)


def _shown(sql: str, tokens: list[Token]) -> str:
    text = " ".join(sql[tokens[0].start : tokens[-1].end + 1].split())
    return text if len(text) <= 60 else f"{text[:57]}..."
