"""Storage attributes of tables and schemas: how a cluster lays them out, which changes no answer.

They are taken out of the tokens before parsing, because sqlglot reads only some of them.
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

_WITH_WORD = ("ENCODE", "DISTSTYLE", "BACKUP")  # the attribute and one word
_WITH_LIST = ("DISTKEY", "SORTKEY")  # the attribute and perhaps a list in parentheses
_OF_SCHEMAS = ("AUTHORIZATION", "QUOTA")
_PREFIXES = ("COMPOUND", "INTERLEAVED")


def without_storage_attributes(tokens: list[Token]) -> list[Token]:
    """The tokens of a definition without its storage attributes, up to the query of a CTAS."""
    words = [token.text.upper() for token in tokens[:3]]
    if words[0] == "ALTER" and len(words) > 1 and words[1] == "TABLE" and not _adds(tokens):
        return tokens
    if words[:2] == ["CREATE", "SCHEMA"]:
        names = (token.text.upper() for token in tokens)
        end = next((i for i, word in enumerate(names) if word in _OF_SCHEMAS and i > 2), None)
        return tokens[:end]
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        if tokens[index].token_type in (TokenType.SELECT, TokenType.WITH, TokenType.VIEW):
            return kept + tokens[index:]
        length = _length(tokens, index, kept)
        if not length:
            kept.append(tokens[index])
        index += length or 1
    return kept


def _length(tokens: list[Token], index: int, kept: Sequence[Token]) -> int:
    """How many tokens the attribute at this index has; none if there is no attribute."""
    if not kept or kept[-1].token_type in (TokenType.L_PAREN, TokenType.COMMA):
        return 0  # the name of a column
    word = tokens[index].text.upper()
    if word in _WITH_WORD:
        return 2
    if word in _PREFIXES:
        return 1
    if word not in _WITH_LIST:
        return 0
    following = tokens[index + 1].text.upper() if index + 1 < len(tokens) else ""
    if following == "AUTO":
        return 2
    if following != "(":
        return 1
    closing = next(i for i in range(index, len(tokens)) if tokens[i].text == ")")
    return closing - index + 1


def _adds(tokens: list[Token]) -> bool:
    """Whether an ALTER TABLE adds a column."""
    return any(token.text.upper() == "ADD" for token in tokens[3:7])
