"""Whether a statement is one read-only SELECT whose placeholders stand where a value can be bound.

The Data API binds values only, and a report must not change the warehouse. sqlglot parses more than
Redshift does, so passing here means "nothing known to be wrong"; Redshift has the last word.
https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-calling.html
"""

import logging
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token

from sql.front_matter import Problem
from sql.statement_text import Placeholder

NOT_READ_ONLY = "a report is one read-only statement: SELECT, or WITH ... SELECT"
FIRST_TOKENS = (TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN)
WRITES = {
    exp.Insert: "insert",
    exp.Update: "update",
    exp.Delete: "delete",
    exp.Merge: "merge",
    exp.Create: "create",
    exp.Drop: "drop",
    exp.Into: "into",
    exp.Lock: "for",
}
FOREIGN = (TokenType.PLACEHOLDER, TokenType.PARAMETER, TokenType.L_BRACE)
SIDE_EFFECTS = frozenset({  # what a SELECT can call and that changes or stops something
    "dblink", "dblink_exec", "lo_creat", "lo_create", "lo_export", "lo_import", "lo_unlink",
    "nextval", "setval", "set_config", "pg_advisory_lock", "pg_advisory_unlock",
    "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_terminate_backend",
})  # fmt: skip
ANYWHERE_IN: dict[type[exp.Expr], str] = {
    exp.Limit: "LIMIT or TOP; number the rows with row_number() and compare that",
    exp.Fetch: "FETCH; number the rows with row_number() and compare that",
    exp.Offset: "OFFSET; number the rows with row_number() and compare that",
    exp.WindowSpec: "a window's frame; write the number",
    exp.Interval: "an INTERVAL; use dateadd(day, :name, ...)",
    exp.DataTypeParam: "a type; write the number",
    exp.TableSample: "TABLESAMPLE; write the number",
}
DIRECTLY_IN: dict[type[exp.Expr], str] = {
    exp.Ordered: "ORDER BY; compare it in a CASE expression",
    exp.Group: "GROUP BY; compare it in a CASE expression",
    exp.Extract: "the place of a date part; write the date part",
    exp.Table: "the place of a table's name; write the name",
    exp.Column: "the place of a column's name; write the name",
    exp.Dot: "the place of a column's name; write the name",
}
NAMING_KEYS = {
    "alias": "the place of an alias (or after a word that makes it one, as `date :name`); "
    "write the alias",
    "unit": "the place of a date part; compare it in a CASE expression",
}

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of what is refused here anyway


def problems(sql: str, tokens: Sequence[Token], bound: Sequence[Placeholder]) -> Iterator[Problem]:
    """What keeps one statement (its `tokens` and placeholders, in `sql`) from being a report's."""
    try:
        trees = sqlglot.parse(_numbered(sql[: tokens[-1].end + 1], bound), read="redshift")
    except ParseError as error:
        yield _syntax_problem(error)
        return
    yield from _writes([tree for tree in trees if tree], tokens)
    yield from _unbindable([tree for tree in trees if tree], bound)
    yield from _foreign_placeholders(tokens)


def is_select(tokens: Sequence[Token]) -> bool:
    return tokens[0].token_type in FIRST_TOKENS


def columns(sql: str) -> list[str] | None:
    """The names of the columns that a SELECT gives; None where a star hides them.

    Raises:
        ParseError: a cast after a placeholder has made the statement another one.
    """
    query = sqlglot.parse_one(sql, read="redshift")
    if not isinstance(query, exp.Query) or query.is_star:
        return None
    return query.named_selects


def _numbered(sql: str, bound: Sequence[Placeholder]) -> str:
    """The SQL with its placeholders told apart, and none spelled like a keyword."""
    pieces, end = [], 0
    for number, placeholder in enumerate(bound):
        pieces += [sql[end : placeholder.start], f":{_numbered_name(number, placeholder)}"]
        end = placeholder.end
    return "".join([*pieces, sql[end:]])


def _numbered_name(number: int, placeholder: Placeholder) -> str:
    return f"{placeholder.name}__{number}"


def _syntax_problem(error: ParseError) -> Problem:
    first = error.errors[0]
    words = str(first.get("description") or error).rstrip(".")
    near = first.get("highlight")
    place = f" near {near!r}" if near else ""
    return Problem(
        int(first.get("line") or 1), f"not Redshift SQL: {words}{place}; mend the statement"
    )


def _writes(trees: Sequence[exp.Expr], tokens: Sequence[Token]) -> Iterator[Problem]:
    for kind, word in WRITES.items():
        if any(tree.find(kind) for tree in trees):
            line = next((t.line for t in tokens if t.text.lower() == word), tokens[0].line)
            yield Problem(line, f"{NOT_READ_ONLY}; it has {word.upper()}, take it out")
    for called, parenthesis in pairwise(tokens):
        if parenthesis.token_type is TokenType.L_PAREN and called.text.lower() in SIDE_EFFECTS:
            yield Problem(called.line, f"{called.text} changes something when called; take it out")


def _unbindable(trees: Sequence[exp.Expr], bound: Sequence[Placeholder]) -> Iterator[Problem]:
    nodes = {node.name: node for tree in trees for node in tree.find_all(exp.Placeholder)}
    for number, placeholder in enumerate(bound):
        node = nodes.get(_numbered_name(number, placeholder))
        place = _place(node) if node else "this place; compare a column with it"
        if place:
            yield Problem(placeholder.line, f":{placeholder.name} cannot be bound in {place}")


def _place(node: exp.Expr) -> str | None:
    """Where a placeholder stands, when no value can stand there."""
    if node.arg_key in NAMING_KEYS:
        return NAMING_KEYS[node.arg_key]
    direct = True
    outer = node.parent
    while outer and not isinstance(outer, exp.Query):
        place = ANYWHERE_IN.get(type(outer)) or (DIRECTLY_IN.get(type(outer)) if direct else None)
        if place:
            return place
        direct = direct and isinstance(outer, exp.Paren | exp.Cast)
        outer = outer.parent
    return None


def _foreign_placeholders(tokens: Sequence[Token]) -> Iterator[Problem]:
    """The placeholders of other interfaces: `?`, `$1`, `@name`, `{{ name }}`."""
    for token in tokens:
        if token.token_type in FOREIGN:
            yield Problem(
                token.line, f"{token.text!r} is no placeholder of the Data API; write :name"
            )
