"""CREATE PROCEDURE, DROP PROCEDURE and CALL as their parts.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_PROCEDURE.html
"""

from dataclasses import dataclass

from sqlglot.tokenizer_core import Token

from local.redshift.errors import NotSupported, SqlError, SyntaxFault
from local.redshift.sql.commands.token_reader import TokenReader
from local.redshift.sql.dialect import REDSHIFT

_MODES = ("IN", "OUT", "INOUT")


@dataclass(frozen=True)
class Argument:
    """A parameter of a procedure: `mode` is IN, OUT or INOUT; `name` may be empty."""

    mode: str
    name: str
    type: str


@dataclass(frozen=True)
class CreateProcedureCommand:
    """`body` is PL/pgSQL."""

    name: list[str]
    arguments: list[Argument]
    body: str
    is_replacing: bool
    is_nonatomic: bool


@dataclass(frozen=True)
class DropProcedureCommand:
    """`types` are the input arguments'; None where the command does not say them."""

    name: list[str]
    types: list[str] | None
    if_exists: bool


@dataclass(frozen=True)
class CallCommand:
    """CALL name(arguments); an argument is Redshift's SQL."""

    name: list[str]
    arguments: list[str]


ProcedureCommand = CreateProcedureCommand | DropProcedureCommand | CallCommand


def is_about_a_procedure(tokens: list[Token]) -> bool:
    """Whether a command creates, drops or calls a procedure."""
    words = [token.text.upper() for token in tokens[:4]]
    return words[0] == "CALL" or "PROCEDURE" in (words[1:2] + words[3:4])


def procedure_command(sql: str, tokens: list[Token]) -> ProcedureCommand:
    """Parse the tokens of a command about a procedure.

    Raises:
        SqlError: it is malformed, or not supported.
    """
    return _Reader(sql, tokens).command()


class _Reader(TokenReader):
    """Reads a command about a procedure."""

    def __init__(self, sql: str, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._sql = sql

    def command(self) -> ProcedureCommand:
        match self.word():
            case "CALL":
                command: ProcedureCommand = self._call()
            case "DROP":
                command = self._drop()
            case "CREATE":
                command = self._create()
            case word:
                raise NotSupported(f"{word} PROCEDURE", "use CREATE OR REPLACE PROCEDURE")
        self.expect_end()
        return command

    def _call(self) -> CallCommand:
        name = self.qualified_name()
        self.expect("(")
        return CallCommand(name, self.listed(self._sql))

    def _drop(self) -> DropProcedureCommand:
        self.expect("PROCEDURE")
        if_exists = self.accept("IF")
        if if_exists:
            self.expect("EXISTS")
        name = self.qualified_name()
        types = None
        if self.accept("("):
            arguments = [_argument(text) for text in self.listed(self._sql)]
            types = [argument.type for argument in arguments if argument.mode != "OUT"]
        return DropProcedureCommand(name, types, if_exists)

    def _create(self) -> CreateProcedureCommand:
        is_replacing = self.accept("OR")
        if is_replacing:
            self.expect("REPLACE")
        self.expect("PROCEDURE")
        name = self.qualified_name()
        self.expect("(")
        arguments = [_argument(text) for text in self.listed(self._sql)]
        body, is_nonatomic, has_language = None, False, False
        while not self.is_at_end:
            match self.word():
                case "NONATOMIC":
                    is_nonatomic = True
                case "AS":
                    body = self.text()
                case "LANGUAGE":
                    self._language()
                    has_language = True
                case "SECURITY":
                    self.next()  # there is one user, who may do everything
                case word:
                    raise NotSupported(f"CREATE PROCEDURE with {word}")
        if body is None:
            raise SyntaxFault("", None)
        if not has_language:
            raise SqlError("no language specified; add LANGUAGE plpgsql")
        return CreateProcedureCommand(name, arguments, body, is_replacing, is_nonatomic)

    def _language(self) -> None:
        language = self.next().text.lower()
        if language != "plpgsql":
            raise SqlError(f'language "{language}" does not exist; procedures are in plpgsql')


def _argument(text: str) -> Argument:
    """`[mode] [name] type`, where the name may come before the mode too."""
    tokens = REDSHIFT.tokenize(text)
    modes = [token for token in tokens[:2] if token.text.upper() in _MODES]
    left = [token for token in tokens if token not in modes[:1]]
    if not left:
        raise SyntaxFault(text, None)
    mode = modes[0].text.upper() if modes else "IN"
    has_name = len(left) > 1 and left[1].text not in ("(", ".") and not _is_long_type(left)
    name = left[0].text.lower() if has_name else ""
    return Argument(mode, name, text[left[has_name].start :])


def _is_long_type(tokens: list[Token]) -> bool:
    """Whether the first words are a type, and no name is before it."""
    words = tuple(token.text.upper() for token in tokens[:2])
    return words in (("DOUBLE", "PRECISION"), ("CHARACTER", "VARYING")) or words[1] == "WITH"
