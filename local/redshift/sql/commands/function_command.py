"""CREATE FUNCTION in SQL, and DROP FUNCTION, as their parts.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_FUNCTION.html
"""

from dataclasses import dataclass

from sqlglot.tokenizer_core import Token

from local.redshift.errors import NotSupported, SyntaxFault
from local.redshift.sql.commands.token_reader import TokenReader

_VOLATILITIES = ("VOLATILE", "STABLE", "IMMUTABLE")


@dataclass(frozen=True)
class CreateFunctionCommand:
    """`types` are the arguments'; `body` is a SELECT of one value, with $1, $2 for arguments."""

    name: list[str]
    types: list[str]
    returns: str
    body: str
    is_replacing: bool


@dataclass(frozen=True)
class DropFunctionCommand:
    name: list[str]
    types: list[str]


FunctionCommand = CreateFunctionCommand | DropFunctionCommand


def is_about_a_function(tokens: list[Token]) -> bool:
    """Whether a command creates or drops a function."""
    words = [token.text.upper() for token in tokens[:4]]
    return words[0] in ("CREATE", "DROP") and "FUNCTION" in (words[1:2] + words[3:4])


def function_command(sql: str, tokens: list[Token]) -> FunctionCommand:
    """Parse the tokens of a command about a function.

    Raises:
        SqlError: it is malformed, or not supported.
    """
    return _Reader(tokens).command(sql)


class _Reader(TokenReader):
    """Reads a command about a function."""

    def command(self, sql: str) -> FunctionCommand:
        if self.word() == "DROP":
            self.expect("FUNCTION")
            name = self.qualified_name()
            self.expect("(")
            types = [text.split()[-1] for text in self.listed(sql)]
            _ = self.accept("CASCADE") or self.accept("RESTRICT")
            self.expect_end()
            return DropFunctionCommand(name, types)
        is_replacing = self.accept("OR")
        if is_replacing:
            self.expect("REPLACE")
        if self.accept("EXTERNAL"):
            raise NotSupported("CREATE EXTERNAL FUNCTION")
        self.expect("FUNCTION")
        name = self.qualified_name()
        self.expect("(")
        types = self.listed(sql)
        self.expect("RETURNS")
        returns, body, language = self._type(sql), None, ""
        while not self.is_at_end:
            match self.word():
                case "AS":
                    body = self.text()
                case "LANGUAGE":
                    language = self.word()
                case word if word not in _VOLATILITIES:
                    raise NotSupported(f"CREATE FUNCTION with {word}")
        if language != "SQL":
            raise NotSupported(f"CREATE FUNCTION in the language {language}", "write it in SQL")
        if body is None:
            raise SyntaxFault("", None)
        return CreateFunctionCommand(name, types, returns, body, is_replacing)

    def _type(self, sql: str) -> str:
        first = last = self.next()
        while self.word_ahead() not in (*_VOLATILITIES, "AS", "LANGUAGE", None):
            last = self.next()
        return sql[first.start : last.end + 1]
