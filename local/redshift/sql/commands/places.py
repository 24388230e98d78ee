"""The places $1, $2 of a prepared statement or a function, filled with SQL."""

from itertools import pairwise

from sqlglot.tokenizer_core import TokenType

from local.redshift.errors import SqlError
from local.redshift.sql.dialect import REDSHIFT


def with_places(sql: str, places: list[str]) -> str:
    """The text with `$n` replaced by the n-th text, where it is not inside of another one.

    Raises:
        SqlError: there are fewer texts than a place says.
    """
    parts, end = [], 0
    tokens = REDSHIFT.tokenize(sql)
    for dollar, digits in pairwise(tokens):
        if dollar.token_type is not TokenType.PARAMETER or not digits.text.isdigit():
            continue
        number = int(digits.text)
        if not 1 <= number <= len(places):
            raise SqlError(f"there is no parameter ${number}")
        parts += [sql[end : dollar.start], places[number - 1]]
        end = digits.end + 1
    return "".join(parts) + sql[end:]
