"""What SHOW VIEW shows of a view, from the text that made it.

Of a view WITH NO SCHEMA BINDING that is the whole command, of any other its query.
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
"""

from itertools import pairwise

from sqlglot.tokenizer_core import Token, TokenType

_UNBOUND = ["WITH", "NO", "SCHEMA", "BINDING"]


def view_text(sql: str, tokens: list[Token]) -> str | None:
    """The text of a CREATE VIEW; None if other words would have to be put into it.

    These are a list of columns before the query, and the values of parameters.
    """
    words = [token.text.upper() for token in tokens]
    if "AS" not in words or any(token.token_type is TokenType.COLON for token in tokens):
        return None
    if words[-4:] == _UNBOUND:
        return _on_one_line(sql, tokens)
    start = words.index("AS")
    return None if words[start - 1] == ")" else _on_one_line(sql, tokens[start + 1 :])


def _on_one_line(sql: str, tokens: list[Token]) -> str:
    """The tokens as written, with one blank for all that stands between two of them."""
    parts = [_written(sql, tokens[0])] if tokens else []
    for left, right in pairwise(tokens):
        gap = " " if right.start > left.end + 1 else ""
        parts.append(gap + _written(sql, right))
    return "".join(parts) + ";"


def _written(sql: str, token: Token) -> str:
    return sql[token.start : token.end + 1]
