"""SQL text cut into statements and placeholders, by Redshift's tokens and never by a character.

A semicolon or a `:name` inside a string, a comment, a quoted identifier or a `$$` body is text, and
`::` is a cast: sqlglot's tokenizer knows, so nothing here looks for either by itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from sqlglot import TokenType
from sqlglot.dialects.redshift import Redshift
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token

TEXTS = {
    TokenType.STRING: "a quoted string",
    TokenType.HEREDOC_STRING: "a $$ string",
    TokenType.IDENTIFIER: "a quoted identifier",
}


class _Redshift(Redshift):
    class Tokenizer(Redshift.Tokenizer):
        COMMANDS: ClassVar[set[TokenType]] = set()  # such as CALL, whose rest would be one token


@dataclass(frozen=True)
class Placeholder:
    """One `:name` where a value is bound; `start` and `end` are offsets in the SQL."""

    name: str
    start: int
    end: int
    line: int


class UnreadableSql(Exception):
    """A string, comment or quoted identifier that begins in `line` does not end."""

    def __init__(self, line: int) -> None:
        super().__init__(
            "a string, comment or quoted identifier that begins here is never closed; close it"
        )
        self.line = line


def statements(sql: str) -> list[list[Token]]:
    """The tokens of each statement, without the semicolons; empty statements are dropped.

    Raises:
        UnreadableSql: the text does not end where its last string or comment does.
    """
    found: list[list[Token]] = [[]]
    for token in _tokens(sql):
        if token.token_type is TokenType.SEMICOLON:
            found.append([])
        else:
            found[-1].append(token)
    return [tokens for tokens in found if tokens]


def placeholders(tokens: Sequence[Token]) -> list[Placeholder]:
    """Every `:name` of a statement, in order."""
    return [
        Placeholder(word.text, colon.start, word.end + 1, colon.line)
        for colon, word in pairwise(tokens)
        if colon.token_type is TokenType.COLON
        and word.start == colon.end + 1
        and re.fullmatch(r"\w+", word.text, re.ASCII)
    ]


def text_mentions(
    sql: str, tokens: Sequence[Token], names: set[str]
) -> Iterator[tuple[str, int, str]]:
    """Each `:name` of `names` that is only text: the name, its line and what it stands in."""
    for start, end, place in _texts(sql, tokens):
        for found in re.finditer(r"(?<![:\w]):(\w+)", sql[start:end], re.ASCII):
            if found[1] in names:
                yield found[1], sql.count("\n", 0, start + found.start()) + 1, place


def _tokens(sql: str) -> list[Token]:
    try:
        tokens = _Redshift().tokenize(sql)
    except TokenError:
        raise UnreadableSql(_unclosed_line(sql)) from None
    line, end = 1, 0
    for token in tokens:  # sqlglot counts a line twice where it looks ahead, as after a `$`
        line, end = line + sql.count("\n", end, token.start), token.start
        token.line = line
    return tokens


def _unclosed_line(sql: str) -> int:
    """The line after the longest run of lines that can be read."""
    lines = sql.splitlines(keepends=True)
    for count in range(len(lines) - 1, 0, -1):
        try:
            _Redshift().tokenize("".join(lines[:count]))
        except TokenError:
            continue
        return count + 1
    return 1


def _texts(sql: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """The parts of a statement that are not code; between two tokens only comments have words."""
    end = 0
    for token in tokens:
        yield end, token.start, "a comment"
        if token.token_type in TEXTS:
            yield token.start, token.end + 1, TEXTS[token.token_type]
        end = token.end + 1
    yield end, len(sql), "a comment"
