"""The statements of a procedure. Every expression and query in them is Redshift's SQL as text.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
"""

from dataclasses import dataclass, field

Name = tuple[str, ...]  # of a variable: its name, or a record's name and the field's


@dataclass(frozen=True)
class Declaration:
    """A variable. `type` is empty for a record; a cursor has a query and perhaps parameters."""

    name: str
    type: str = ""
    default: str | None = None
    is_constant: bool = False
    is_not_null: bool = False
    alias_for: str | None = None
    query: str | None = None
    parameters: tuple["Declaration", ...] = ()


@dataclass(frozen=True)
class Assignment:
    target: Name
    expression: str


@dataclass(frozen=True)
class If:
    branches: list[tuple[str, list["Statement"]]]
    otherwise: list["Statement"]


@dataclass(frozen=True)
class Case:
    """A CASE without ELSE fails where nothing matches, unlike an IF."""

    branches: list[tuple[str, list["Statement"]]]
    otherwise: list["Statement"] | None


@dataclass(frozen=True)
class Loop:
    """LOOP, or WHILE with a condition."""

    label: str
    condition: str | None
    body: list["Statement"]


@dataclass(frozen=True)
class ForRange:
    label: str
    variable: str
    first: str
    last: str
    step: str | None
    is_reverse: bool
    body: list["Statement"]


@dataclass(frozen=True)
class ForQuery:
    """`query` is the query itself, or the expression that gives its text if it is dynamic."""

    label: str
    targets: list[Name]
    query: str
    is_dynamic: bool
    body: list["Statement"]


@dataclass(frozen=True)
class Leave:
    """EXIT or CONTINUE, of the innermost loop if there is no label."""

    is_exit: bool
    label: str
    condition: str | None


@dataclass(frozen=True)
class Raise:
    level: str
    format: str
    arguments: list[str]


@dataclass(frozen=True)
class Return:
    pass


@dataclass(frozen=True)
class Sql:
    """Any other command; its rows go to the targets, if there are any."""

    text: str
    targets: list[Name] = field(default_factory=list)
    is_strict: bool = False


@dataclass(frozen=True)
class Execute:
    """EXECUTE: the expression gives a command's text."""

    expression: str
    targets: list[Name] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    name: list[str]
    arguments: list[str]


@dataclass(frozen=True)
class GetDiagnostics:
    """GET DIAGNOSTICS target := ROW_COUNT."""

    target: Name


@dataclass(frozen=True)
class Open:
    """OPEN; without a query, the cursor's own one with these arguments."""

    cursor: str
    query: str | None = None
    is_dynamic: bool = False
    arguments: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fetch:
    cursor: str
    targets: list[Name]


@dataclass(frozen=True)
class Close:
    cursor: str


@dataclass(frozen=True)
class Control:
    """COMMIT or ROLLBACK."""

    is_commit: bool


@dataclass(frozen=True)
class Block:
    """`handler` is what EXCEPTION WHEN OTHERS does; None where there is none."""

    label: str
    declarations: list[Declaration]
    body: list["Statement"]
    handler: list["Statement"] | None


Statement = (
    Assignment
    | If
    | Case
    | Loop
    | ForRange
    | ForQuery
    | Leave
    | Raise
    | Return
    | Sql
    | Execute
    | Call
    | GetDiagnostics
    | Open
    | Fetch
    | Close
    | Control
    | Block
)
