"""Commands about tables that sqlglot does not read: ALTER TABLE APPEND, MERGE REMOVE DUPLICATES,
and what changes only how a table is laid out or who owns it.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
"""

from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token

from local.redshift.sql.storage import Storage
from local.redshift.sql.token_reader import TokenReader


@dataclass(frozen=True)
class AppendCommand:
    """ALTER TABLE target APPEND FROM source; what one of them lacks is filled or ignored."""

    target: list[str]
    source: list[str]
    is_filling: bool
    is_ignoring: bool


@dataclass(frozen=True)
class LayoutCommand:
    """LOCK, or ALTER TABLE of what changes no answer: what it says about how tables are stored."""

    tables: list[list[str]]
    storage: Storage = field(default_factory=Storage)


@dataclass(frozen=True)
class RemoveDuplicatesCommand:
    """MERGE INTO target USING source ON condition REMOVE DUPLICATES, as Redshift's SQL."""

    target: str
    source: str
    condition: str


TableCommand = AppendCommand | LayoutCommand | RemoveDuplicatesCommand
_KEYS = (*("ADD PRIMARY", "ADD UNIQUE", "ADD FOREIGN", "ADD CONSTRAINT", "DROP CONSTRAINT"),)


def table_command(sql: str, tokens: list[Token]) -> TableCommand | None:
    """The command, or None if sqlglot reads it.

    Raises:
        SyntaxFault: it is malformed.
    """
    words = [token.text.upper() for token in tokens]
    if words[:2] == ["MERGE", "INTO"] and words[-2:] == ["REMOVE", "DUPLICATES"]:
        return _Reader(tokens).remove_duplicates(sql)
    if words[0] == "LOCK":
        return _Reader(tokens).lock()
    if words[:2] == ["ALTER", "TABLE"]:
        return _Reader(tokens).alter()
    return None


class _Reader(TokenReader):
    """Reads a command about tables."""

    def alter(self) -> TableCommand | None:
        self.expect("ALTER")
        self.expect("TABLE")
        table = self.qualified_name()
        words = [token.text.upper() for token in self.ahead(2)]
        if words == ["OWNER", "TO"]:
            return LayoutCommand([table])
        if any(" ".join(words).startswith(head) for head in _KEYS):
            return LayoutCommand([table], Storage(has_other_keys=True))
        if words and words[0] == "ALTER" and (storage := self._storage()) is not None:
            return LayoutCommand([table], storage)
        if not self.accept("APPEND"):
            return None
        self.expect("FROM")
        source = self.qualified_name()
        is_ignoring = self.accept("IGNOREEXTRA")
        is_filling = self.accept("FILLTARGET")
        self.expect_end()
        return AppendCommand(table, source, is_filling, is_ignoring)

    def _storage(self) -> Storage | None:
        """What ALTER says about how the table is stored; None if it is about something else."""
        storage = Storage()
        while self.accept("ALTER"):
            if self.accept("ENCODE"):
                self.expect("AUTO")
            elif self.accept("DISTSTYLE"):
                storage.style = self.word()
                if storage.style == "KEY":
                    self.expect("DISTKEY")
                    storage.key = self.name()
            elif self.accept("DISTKEY"):
                storage.style, storage.key = "KEY", self.name()
            elif self.word_ahead() in ("SORTKEY", "COMPOUND", "INTERLEAVED"):
                storage.is_interleaved = self.accept("INTERLEAVED")
                self.accept("COMPOUND")
                self.expect("SORTKEY")
                storage.sort_columns = self._sort_columns()
            else:
                self.accept("COLUMN")
                column = self.name()
                if not self.accept("ENCODE"):
                    return None
                storage.encodings[column] = self.name()
            self.accept(",")
        self.expect_end()
        return storage

    def _sort_columns(self) -> list[str]:
        if self.accept("NONE") or self.accept("AUTO"):
            return []
        self.expect("(")
        columns = [self.name()]
        while self.accept(","):
            columns.append(self.name())
        self.expect(")")
        return columns

    def lock(self) -> LayoutCommand:
        self.expect("LOCK")
        self.accept("TABLE")
        tables = [self.qualified_name()]
        while self.accept(","):
            tables.append(self.qualified_name())
        self.expect_end()
        return LayoutCommand(tables)

    def remove_duplicates(self, sql: str) -> RemoveDuplicatesCommand:
        target = self._between(sql, "INTO", "USING")
        source = self._between(sql, "USING", "ON")
        return RemoveDuplicatesCommand(target, source, self._between(sql, "ON", "REMOVE"))

    def _between(self, sql: str, first: str, last: str) -> str:
        """What stands between two words outside of parentheses; the second stays to be read."""
        while not self.accept(first):
            self.next()
        start = self.next()
        end, depth = start, _depth(start)
        while depth or self.word_ahead() != last:
            end = self.next()
            depth += _depth(end)
        return sql[start.start : end.end + 1]


def _depth(token: Token) -> int:
    return {"(": 1, ")": -1}.get(token.text, 0)
