"""Literals that sqlglot would read with another meaning, put right among the tokens.

`date '2015-01-01'::timestamp` is a date made a timestamp, not a timestamp made a date; E'\\n' is a
text, not bytes.
"""

from collections.abc import Iterator

from sqlglot.tokenizer_core import Token, TokenType

_TYPES = (TokenType.DATE, TokenType.TIME, TokenType.TIMESTAMP, TokenType.TIMESTAMPTZ)


def literals(tokens: list[Token]) -> Iterator[Token]:
    """The tokens with typed literals in parentheses where a cast follows, and E'' as text."""
    index = 0
    while index < len(tokens):
        types = [token.token_type for token in tokens[index : index + 3]]
        if (
            len(types) == 3
            and types[0] in _TYPES
            and types[1:] == [TokenType.STRING, TokenType.DCOLON]
        ):
            type, text = tokens[index : index + 2]
            yield _like(TokenType.L_PAREN, "(", type)
            yield from (type, text, _like(TokenType.R_PAREN, ")", text))
            index += 2
            continue
        if types[0] is TokenType.BYTE_STRING:
            yield _like(TokenType.STRING, tokens[index].text, tokens[index])
        else:
            yield tokens[index]
        index += 1


def _like(type: TokenType, text: str, place: Token) -> Token:
    return Token(type, text, place.line, place.col, place.start, place.end)
