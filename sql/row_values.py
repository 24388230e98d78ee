"""Where `:groups` may stand: in the one test of membership that no group's name can trick.

`strpos(:groups, 'analysts')` would find `trainee_analysts` too, and `region in (:groups)` nothing
at all where the caller has two groups; both look right, so both are refused.
"""

from collections.abc import Iterator, Sequence

from sqlglot import TokenType
from sqlglot.tokenizer_core import Token

from core.row_values import GROUPS
from sql.front_matter import Problem
from sql.statement_text import Placeholder

MEMBERSHIP = f"strpos(:{GROUPS}, ' ' || a_group || ' ') > 0"


def problems(tokens: Sequence[Token], bound: Sequence[Placeholder]) -> Iterator[Problem]:
    """Every `:groups` that is not the first argument of a test of membership."""
    places = {token.start: place for place, token in enumerate(tokens)}
    for placeholder in bound:
        if placeholder.name == GROUPS and not _is_membership(tokens, places[placeholder.start]):
            yield Problem(placeholder.line, f":{GROUPS} is only for membership; write {MEMBERSHIP}")


def _is_membership(tokens: Sequence[Token], colon: int) -> bool:
    """Whether the tokens around are `strpos ( : groups , ' ' || ... || ' ' ) > 0`."""
    if colon < 2 or [token.text.lower() for token in tokens[colon - 2 : colon]] != ["strpos", "("]:
        return False
    end = _closing(tokens, colon - 1)
    searched = tokens[colon + 3 : end]
    begins = [TokenType.STRING, TokenType.DPIPE]
    kinds = [token.token_type for token in searched]
    return (
        tokens[colon + 2].token_type is TokenType.COMMA
        and len(searched) >= 5
        and kinds[:2] == begins
        and kinds[-2:] == begins[::-1]
        and searched[0].text == searched[-1].text == " "
        and [token.text for token in tokens[end + 1 : end + 3]] == [">", "0"]
    )


def _closing(tokens: Sequence[Token], opening: int) -> int:
    """The place of the parenthesis that closes the one at `opening`."""
    depth = 0
    for place in range(opening, len(tokens)):
        kind = tokens[place].token_type
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if depth == 0:
            return place
    return len(tokens)
