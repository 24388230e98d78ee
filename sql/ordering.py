"""The order of a report's rows, told so that it survives a table in between.

An export keeps the rows in a temporary table first, and a table has no order. What the outermost
ORDER BY names of the result can be named again when the table is read; for anything else, the table
gets a column more. A set operation and SELECT DISTINCT are sorted by their own columns only.
https://docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token

from core.report import SortedTable, SortTerm
from sql.statement_text import statements

SORT_COLUMN = "querycast_sort_"
Spans = Mapping[str, list[tuple[int, int]]]

AFTER_COLUMNS = (
    *(TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING),
    *(TokenType.QUALIFY, TokenType.ORDER_BY),
)
AFTER_ORDER = (TokenType.LIMIT, TokenType.OFFSET, TokenType.FETCH)


class OrderLost(Exception):
    """The rows are sorted by what the table cannot be given; the message names it."""


def sorted_table(sql: str, nulls: Spans) -> SortedTable | None:
    """The compiled statement for a table that is to keep the order; None where there is none.

    Raises:
        OrderLost: it cannot be kept.
    """
    tokens = _unwrapped(statements(sql)[0])
    outer = [token for token, depth in _depths(tokens) if depth == 0]
    if not any(token.token_type is TokenType.ORDER_BY for token in outer):
        return None
    query = _query(sql)
    keys: list[_Key] = []
    terms = [_sort_term(term, sql, query, keys) for term in _terms(tokens)]
    if not keys:
        return SortedTable(sql, nulls, terms)
    table = _with_keys(sql, nulls, keys, _end_of_columns(tokens))
    wanted = [f"{SORT_COLUMN}{number}" for number in range(1, len(keys) + 1)]
    if _query(table.sql).names[-len(keys) :] != wanted:
        raise OrderLost("ORDER BY")
    return SortedTable(table.sql, table.nulls, terms)


@dataclass(frozen=True)
class _Query:
    """names: of the columns; columns: what they are, None for the star of a table."""

    names: list[str]
    columns: list[exp.Expr]
    is_star: bool
    is_closed: bool


@dataclass(frozen=True)
class _Key:
    """What the rows are sorted by that is no column; offsets in the SQL."""

    start: int
    end: int


def _query(sql: str) -> _Query:
    try:
        tree = sqlglot.parse_one(sql, read="redshift")
    except ParseError:
        raise OrderLost("ORDER BY") from None
    query = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    assert isinstance(query, exp.Query)  # or it would not have compiled
    is_closed = not isinstance(query, exp.Select) or query.args.get("distinct") is not None
    columns = [column.unalias() for column in query.selects]
    names = [name.lower() for name in query.named_selects]
    return _Query(names, columns, query.is_star, is_closed)


def _unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without parentheses around all of it."""
    while tokens and tokens[0].token_type is TokenType.L_PAREN:
        inner = [index for index, (_, depth) in enumerate(_depths(tokens)) if depth == 0]
        if len(inner) > 2 or inner[-1] != len(tokens) - 1:
            return tokens
        tokens = tokens[1:-1]
    return tokens


def _depths(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Each token and in how many parentheses it is; a parenthesis itself is outside of it."""
    depth = 0
    for token in tokens:
        depth -= token.token_type is TokenType.R_PAREN
        yield token, depth
        depth += token.token_type is TokenType.L_PAREN


def _terms(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each term of the outermost ORDER BY."""
    term: list[Token] = []
    is_inside = False
    for token, depth in _depths(tokens):
        if depth == 0 and token.token_type is TokenType.ORDER_BY:
            is_inside, term = True, []
        elif depth == 0 and token.token_type in AFTER_ORDER:
            is_inside = False
        elif is_inside and depth == 0 and token.token_type is TokenType.COMMA:
            yield term
            term = []
        elif is_inside:
            term.append(token)
    yield term


def _sort_term(term: list[Token], sql: str, query: _Query, keys: list[_Key]) -> SortTerm:
    """The term as the table is sorted by it; one of `keys` is added where it needs one."""
    words = len(term)
    while term[words - 1].text.lower() in ("asc", "desc", "nulls", "first", "last") and words > 1:
        words -= 1
    direction = "".join(f" {token.text.lower()}" for token in term[words:])
    start, end = term[0].start, term[words - 1].end + 1
    if words == 1 and term[0].token_type is TokenType.NUMBER:
        return SortTerm(direction, position=int(term[0].text))
    name = term[0].text.lower()
    if words == 1 and (name in query.names or (query.is_closed and query.is_star)):
        return SortTerm(direction, name=name)
    expression = sqlglot.parse_one(sql[start:end], read="redshift")
    if not query.is_star and expression in query.columns:
        return SortTerm(direction, position=query.columns.index(expression) + 1)
    if query.is_closed:
        raise OrderLost(f"ORDER BY {sql[start:end]}")
    keys.append(_Key(start, end))
    return SortTerm(direction, name=f"{SORT_COLUMN}{len(keys)}")


def _end_of_columns(tokens: Sequence[Token]) -> int:
    """The offset after the last column that the outermost SELECT has."""
    outer = [index for index, (_, depth) in enumerate(_depths(tokens)) if depth == 0]
    select = next(index for index in outer if tokens[index].token_type is TokenType.SELECT)
    after = next(
        index for index in outer if index > select and tokens[index].token_type in AFTER_COLUMNS
    )
    return int(tokens[after - 1].end) + 1


def _with_keys(sql: str, nulls: Spans, keys: Sequence[_Key], place: int) -> SortedTable:
    """The statement with a column for each key at that offset, and where NULLs go then."""
    added = ""
    moved: dict[str, list[tuple[int, int]]] = {name: [] for name in nulls}
    for number, key in enumerate(keys, start=1):
        added += ", "
        shift = place + len(added) - key.start
        for name, spans in nulls.items():
            moved[name] += [
                (start + shift, end + shift)
                for start, end in spans
                if key.start <= start and end <= key.end
            ]
        added += f"{sql[key.start : key.end]} as {SORT_COLUMN}{number}"
    for name, spans in nulls.items():
        moved[name] += [
            (start + len(added), end + len(added)) if start >= place else (start, end)
            for start, end in spans
        ]
    return SortedTable(f"{sql[:place]}{added}{sql[place:]}", moved, [])
