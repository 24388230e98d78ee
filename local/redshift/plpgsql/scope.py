"""The variables of a procedure, and SQL in which they stand.

A variable in SQL becomes a parameter cast to the variable's type, wherever its name stands alone:
as in PL/pgSQL of PostgreSQL 8, a column of the same name cannot be meant.
"""

from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import SqlError
from local.redshift.plpgsql.syntax import Declaration, Name
from local.redshift.sql.dialect import REDSHIFT

_PREFIX = "plpgsql_"
_TEXTS = (
    *(TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.BYTE_STRING),
    TokenType.NUMBER,
)
_TEXT_TYPES = ("varchar", "character varying", "char", "character", "nvarchar", "text", "refcursor")


@dataclass
class Variable:
    """A value as text, and its type in Redshift's SQL; a record has fields instead."""

    type: str
    value: str | None = None
    fields: dict[str, "Variable"] | None = None
    is_constant: bool = False
    is_not_null: bool = False

    @property
    def read_type(self) -> str:
        """The type to cast to when reading: the value has been cut to its length already."""
        name = self.type.partition("(")[0].strip().lower()
        return "varchar" if name in _TEXT_TYPES else self.type


@dataclass
class Scope:
    """The variables that can be seen; an inner scope hides names of the outer one."""

    outer: "Scope | None" = None
    variables: dict[str, Variable] = field(default_factory=dict)
    cursors: dict[str, Declaration] = field(default_factory=dict)

    def find(self, name: str) -> Variable | None:
        if name in self.variables:
            return self.variables[name]
        return self.outer.find(name) if self.outer else None

    def find_cursor(self, name: str) -> Declaration | None:
        if name in self.cursors:
            return self.cursors[name]
        return self.outer.find_cursor(name) if self.outer else None

    def target(self, name: Name) -> Variable:
        """The variable that is assigned to.

        Raises:
            SqlError: there is none, or it cannot be assigned to.
        """
        variable = self.find(name[0])
        if variable is not None and len(name) == 2:
            variable = (variable.fields or {}).get(name[1])
        if variable is None or len(name) > 2:
            raise SqlError(f'"{".".join(name)}" is not a known variable')
        if variable.is_constant:
            raise SqlError(f'"{".".join(name)}" is declared CONSTANT')
        return variable

    def bound(self, sql: str) -> tuple[str, dict[str, str | None]]:
        """The SQL with parameters in the places of variables, and their values.

        Raises:
            SqlError: a record is used that has no row yet, or has no such field.
        """
        texts: list[str] = []
        values: dict[str, str | None] = {}
        tokens, index, end = REDSHIFT.tokenize(sql), 0, 0
        while index < len(tokens):
            name, length = self._name(tokens, index)
            if name:
                variable = self._read(name)
                parameter = _PREFIX + "_".join(name).replace("$", "n")
                values[parameter] = variable.value
                texts.append(sql[end : tokens[index].start])
                texts.append(f"cast(:{parameter} as {variable.read_type})")
                end = tokens[index + length - 1].end + 1
            index += length
        return "".join(texts) + sql[end:], values

    def _name(self, tokens: list[Token], index: int) -> tuple[Name, int]:
        """The variable that is named at this token, and how many tokens that takes."""
        texts = [token.text for token in tokens[index : index + 4]]
        before = tokens[index - 1].text.upper() if index else ""
        if texts[0] == "$" and len(texts) > 1 and self.find(f"${texts[1]}"):
            return (f"${texts[1]}",), 2
        if tokens[index].token_type in _TEXTS or before in (".", "AS"):
            return (), 1
        variable = self.find(texts[0].lower())
        follows = texts[1] if len(texts) > 1 else ""
        if variable is None or follows == "(":
            return (), 1
        if follows == ".":
            if variable.fields is None or texts[3:4] == ["("]:
                return (), 1
            return (texts[0].lower(), texts[2].lower()), 3
        return ((), 1) if variable.fields is not None else ((texts[0].lower(),), 1)

    def _read(self, name: Name) -> Variable:
        variable = self.find(name[0])
        assert variable is not None  # as _name has found it
        if len(name) == 1:
            return variable
        if not variable.fields:
            raise SqlError(f'record "{name[0]}" is not assigned yet')
        if name[1] not in variable.fields:
            raise SqlError(f'record "{name[0]}" has no field "{name[1]}"')
        return variable.fields[name[1]]
