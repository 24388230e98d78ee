"""Commands about the session itself: settings, prepared statements, cursors, and EXPLAIN.

https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html
"""

from dataclasses import dataclass

from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SyntaxFault
from local.redshift.sql.token_reader import TokenReader


@dataclass(frozen=True)
class SetCommand:
    """SET name TO value; without a value, back to the default; without a name, all of them."""

    name: str | None
    value: str | None


@dataclass(frozen=True)
class ShowCommand:
    """SHOW name, or ALL."""

    name: str


@dataclass(frozen=True)
class ShowObjectsCommand:
    """SHOW kind: the DATABASES, SCHEMAS, TABLES or COLUMNS of a place, with names like these."""

    kind: str
    place: list[str]
    pattern: str


@dataclass(frozen=True)
class ShowDefinitionCommand:
    """SHOW kind: what makes a TABLE, a VIEW or a PROCEDURE anew.

    `types` are a procedure's input arguments; None where the command does not say them.
    """

    kind: str
    name: list[str]
    types: list[str] | None = None


@dataclass(frozen=True)
class PrepareCommand:
    """PREPARE name (types) AS sql, whose places are $1, $2, and so on."""

    name: str
    types: list[str]
    sql: str


@dataclass(frozen=True)
class ExecuteCommand:
    """EXECUTE name (arguments); an argument is Redshift's SQL."""

    name: str
    arguments: list[str]


@dataclass(frozen=True)
class DeallocateCommand:
    """DEALLOCATE name, or ALL."""

    name: str


@dataclass(frozen=True)
class DeclareCommand:
    """DECLARE name CURSOR FOR query."""

    name: str
    query: str


@dataclass(frozen=True)
class FetchCommand:
    """FETCH from a cursor; `count` is None for all that is left."""

    name: str
    count: int | None


@dataclass(frozen=True)
class CloseCommand:
    """CLOSE cursor."""

    name: str


@dataclass(frozen=True)
class ExplainCommand:
    """EXPLAIN [VERBOSE] query."""

    query: str


@dataclass(frozen=True)
class UseCommand:
    """USE database."""

    database: str


SessionCommand = (
    SetCommand
    | ShowCommand
    | ShowObjectsCommand
    | ShowDefinitionCommand
    | PrepareCommand
    | ExecuteCommand
    | DeallocateCommand
    | DeclareCommand
    | FetchCommand
    | CloseCommand
    | ExplainCommand
    | UseCommand
)
WORDS = (
    *("SET", "RESET", "SHOW", "PREPARE", "EXECUTE", "DEALLOCATE", "DECLARE", "FETCH", "CLOSE"),
    *("EXPLAIN", "USE"),
)
_LISTED = {"DATABASES": "", "SCHEMAS": "DATABASE", "TABLES": "SCHEMA", "COLUMNS": "TABLE"}
_OBJECTS = (
    *("CONSTRAINTS", "DATASHARES", "EXTERNAL", "GRANTS", "MODEL", "PARAMETERS", "POLICIES"),
    "ROLES",
)
_DEFINED = ("PROCEDURE", "TABLE", "VIEW")


def session_command(sql: str, tokens: list[Token]) -> SessionCommand:
    """Parse the tokens of a command that begins with one of `WORDS`.

    Raises:
        SqlError: it is malformed, or not supported.
    """
    return _Reader(sql, tokens).command()


class _Reader(TokenReader):
    """Reads a command about the session."""

    def __init__(self, sql: str, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._sql = sql[: tokens[-1].end + 1]

    def command(self) -> SessionCommand:
        command = self._command()
        self.expect_end()
        return command

    def _command(self) -> SessionCommand:
        match self.word():
            case "SET":
                return self._set()
            case "RESET":
                return SetCommand(None if self.accept("ALL") else self.name(), None)
            case "SHOW":
                return self._show()
            case "PREPARE":
                return self._prepare()
            case "EXECUTE":
                return ExecuteCommand(self.name(), self.arguments(self._sql))
            case "DEALLOCATE":
                self.accept("PREPARE")
                return DeallocateCommand(self.name())
            case "DECLARE":
                name = self.name()
                for word in ("CURSOR", "FOR"):
                    self.expect(word)
                return DeclareCommand(name, self.rest(self._sql))
            case "FETCH":
                return self._fetch()
            case "USE":
                return UseCommand(self.name())
            case "CLOSE":
                return CloseCommand(self.name())
        self.accept("VERBOSE")
        return ExplainCommand(self.rest(self._sql))

    def _set(self) -> SetCommand:
        if self.accept("LOCAL"):
            raise NotSupported("SET LOCAL", "use SET, and RESET after it")
        self.accept("SESSION")
        if self.accept("TIME"):
            self.expect("ZONE")
            return SetCommand("timezone", self._value())
        name = self.name()
        if name in ("authorization", "characteristics"):
            raise NotSupported(f"SET SESSION {name.upper()}")
        if not self.accept("="):
            self.expect("TO")
        return SetCommand(name, self._value())

    def _value(self) -> str | None:
        values = []
        while not self.is_at_end:
            values.append(self.next().text)
            if not self.is_at_end and values[-1] != "-":
                self.expect(",")
                values.append(", ")
        if not values:
            raise SyntaxFault("", None)
        value = "".join(values)
        return None if value.upper() == "DEFAULT" else value

    def _show(self) -> ShowCommand | ShowObjectsCommand | ShowDefinitionCommand:
        name = self.name()
        if name.upper() in _LISTED:
            return self._show_objects(name.upper())
        if name.upper() in _DEFINED:
            place = self.qualified_name()
            types = self.listed(self._sql) if self.accept("(") else None
            return ShowDefinitionCommand(name.upper(), place, types)
        if name.upper() in _OBJECTS:
            raise NotSupported(f"SHOW {name.upper()}", "query svv_tables or svv_columns")
        return ShowCommand(name)

    def _show_objects(self, kind: str) -> ShowObjectsCommand:
        place: list[str] = []
        if _LISTED[kind]:
            self.expect("FROM")
            self.expect(_LISTED[kind])
            place = self.qualified_name()
        pattern = self.text() if self.accept("LIKE") else "%"
        if self.accept("LIMIT"):
            raise NotSupported(f"SHOW {kind} with LIMIT")
        return ShowObjectsCommand(kind, place, pattern)

    def _prepare(self) -> PrepareCommand:
        name, types = self.name(), []
        if self.accept("("):
            types = self.listed(self._sql)
        self.expect("AS")
        return PrepareCommand(name, types, self.rest(self._sql))

    def _fetch(self) -> FetchCommand:
        count: int | None
        if self.accept("NEXT"):
            count = 1
        elif self.accept("ALL"):
            count = None
        else:
            count = None if self.accept("FORWARD") and self.accept("ALL") else self._count()
        self.expect("FROM")
        return FetchCommand(self.name(), count)

    def _count(self) -> int:
        return self.number() if self.peek() is TokenType.NUMBER else 1
