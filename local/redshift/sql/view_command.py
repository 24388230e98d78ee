"""CREATE, REFRESH and DROP MATERIALIZED VIEW as their parts.

How a view is laid out, and whether a cluster refreshes it by itself, changes no answer: a view
is refreshed when it is told to.
https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-create-sql-command.html
"""

from dataclasses import dataclass

from sqlglot.tokenizer_core import Token

from local.redshift.errors import NotSupported
from local.redshift.sql.token_reader import TokenReader


@dataclass(frozen=True)
class ViewCommand:
    """`action` is CREATE, REFRESH or DROP; `query` is Redshift's SQL, of CREATE only."""

    action: str
    name: list[str]
    query: str = ""
    if_exists: bool = False
    is_cascading: bool = False


def is_about_a_view(tokens: list[Token]) -> bool:
    """Whether a command is about a materialized view."""
    return len(tokens) > 1 and tokens[1].text.upper() == "MATERIALIZED"


def view_command(sql: str, tokens: list[Token]) -> ViewCommand:
    """Parse the tokens of a command about a materialized view.

    Raises:
        SqlError: it is malformed, or not supported.
    """
    return _Reader(tokens).command(sql)


class _Reader(TokenReader):
    """Reads a command about a materialized view."""

    def command(self, sql: str) -> ViewCommand:
        action = self.word()
        if action not in ("CREATE", "REFRESH", "DROP"):
            raise NotSupported(f"{action} MATERIALIZED VIEW")
        self.expect("MATERIALIZED")
        self.expect("VIEW")
        if_exists = action == "DROP" and self.accept("IF")
        if if_exists:
            self.expect("EXISTS")
        name = self.qualified_name()
        if action == "CREATE":
            return ViewCommand(action, name, query=self._query(sql))
        is_cascading = self.accept("CASCADE")
        if not is_cascading:
            self.accept("RESTRICT")
        self.expect_end()
        return ViewCommand(action, name, if_exists=if_exists, is_cascading=is_cascading)

    def _query(self, sql: str) -> str:
        """What follows AS, after the attributes."""
        while not self.accept("AS"):
            word = self.word()
            if word in ("BACKUP", "DISTSTYLE"):
                self.next()
            elif word == "AUTO":
                self.expect("REFRESH")
                self.next()
            elif word in ("DISTKEY", "SORTKEY"):
                self._columns()
            elif word not in ("COMPOUND", "INTERLEAVED"):
                raise NotSupported(f"CREATE MATERIALIZED VIEW with {word}")
        return self.rest(sql)

    def _columns(self) -> None:
        self.expect("(")
        self.name()
        while self.accept(","):
            self.name()
        self.expect(")")
