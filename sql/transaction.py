"""Which statements can be in one transaction with others, as BatchExecuteStatement runs them.

A statement that Redshift does not run inside a transaction block is refused here, by name, rather
than by Redshift when it is run.
"""

import re
from collections.abc import Sequence

from sqlglot.tokenizer_core import Token

MAX_STATEMENTS = 40  # of a BatchExecuteStatement
MAX_SQL_BYTES = 100_000  # https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
READ_WORDS = 12  # of a statement, to know what it is

# What ends a transaction, or what Redshift refuses inside one: each page of
# https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html says so of its command.
OUTSIDE_TRANSACTIONS = re.compile(
    r"""(
    abort | begin | commit | end | rollback | start\ transaction | truncate | vacuum
    | (create | drop)\ database
    | (create | drop)\ external\ (table | database)
    | create\ (or\ replace\ )?library | drop\ library
    | create\ external\ schema\ .*\ create\ external\ database
    | drop\ schema\ .*\ drop\ external\ database
    | alter\ table\ \S+\ append
    | alter\ table\ \S+\ alter\ column\ \S+\ type
    )(?!\S)""",
    re.VERBOSE,
)


def refusal(tokens: Sequence[Token], sql: str, what: str) -> str | None:
    """Why the statement cannot be in the transaction of `what`, such as `a migration`, and what to
    do; None if it can."""
    # a quoted name is one word, and so is one of several parts
    words = " ".join(re.sub(r"\s+", "_", token.text.lower()) for token in tokens)
    words = words.replace(" . ", ".")
    size = len(sql.encode())
    if OUTSIDE_TRANSACTIONS.match(words):
        reason = f"cannot be in a transaction, and {what} is one; take it out"
    elif size > MAX_SQL_BYTES:
        reason = f"{size:,} bytes; the Data API takes {MAX_SQL_BYTES:,}; split it"
    else:
        return None
    return f"{_beginning(sql)}: {reason}"


def _beginning(sql: str) -> str:
    words = sql.split()
    return " ".join(words[:READ_WORDS]) + (" ..." if len(words) > READ_WORDS else "")
