"""Running a procedure: one statement after another, on the connection that called it.

https://docs.aws.amazon.com/redshift/latest/dg/stored-procedure-transaction-management.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from local.redshift.errors import NotSupported, SqlError
from local.redshift.plpgsql.scope import Scope, Variable
from local.redshift.plpgsql.syntax import (
    Assignment,
    Block,
    Call,
    Case,
    Close,
    Control,
    Declaration,
    Execute,
    Fetch,
    ForQuery,
    ForRange,
    GetDiagnostics,
    If,
    Leave,
    Loop,
    Name,
    Open,
    Raise,
    Return,
    Sql,
    Statement,
)
from local.redshift.sql.commands.procedure_command import Argument
from local.redshift.sql.types import type_name

_BATCH = 1000  # rows of a loop that are fetched at once
_TYPE_OF = re.compile(r"(.+)%\s*(TYPE|ROWTYPE)", re.IGNORECASE)

Values = Mapping[str, str | None]
Row = Sequence[str | None]


@dataclass(frozen=True)
class Procedure:
    """A stored procedure, ready to run."""

    arguments: list[Argument]
    block: Block
    is_nonatomic: bool

    @property
    def inputs(self) -> list[Argument]:
        return [argument for argument in self.arguments if argument.mode != "OUT"]


class Host(Protocol):
    """The connection as procedures see it. Every SQL is Redshift's; every value is a text."""

    def change(self, sql: str, values: Values) -> int | None:
        """Run any command; the rows it changed, None if it gives rows."""

    def columns(self, sql: str, values: Values) -> list[tuple[str, str]]:
        """The names and types (Redshift's) of a query's columns."""

    def rows(self, sql: str, values: Values, limit: int) -> list[Row]:
        """The first rows of a query."""

    def open(self, cursor: str, sql: str, values: Values) -> None:
        """Run a query whose rows are then fetched."""

    def cursor_columns(self, cursor: str) -> list[tuple[str, str]]:
        """The names and types (Redshift's) of a cursor's columns."""

    def fetch(self, cursor: str, count: int) -> list[Row]:
        """The next rows of a cursor."""

    def close(self, cursor: str) -> None:
        """Forget a cursor."""

    def procedure(self, name: list[str], arguments: list[str], values: Values) -> Procedure:
        """The procedure that a call means."""

    @property
    def is_in_block(self) -> bool:
        """Whether the caller ends the transaction himself."""

    def end_transaction(self, is_commit: bool) -> None:
        """COMMIT or ROLLBACK, and begin anew."""


class _Left(Exception):
    """EXIT or CONTINUE on its way to the loop that it means."""

    def __init__(self, is_exit: bool, label: str) -> None:
        super().__init__()
        self.is_exit = is_exit
        self.label = label


class _Returned(Exception):
    """RETURN."""


class Interpreter:
    """Runs procedures for one CALL; they may call others, 16 deep."""

    MAX_DEPTH = 16

    def __init__(self, host: Host, depth: int = 1) -> None:
        if depth > self.MAX_DEPTH:
            raise SqlError(f"stored procedures may be nested {self.MAX_DEPTH} calls deep")
        self._host = host
        self._depth = depth
        self._procedure: Procedure | None = None
        self._found = Variable("boolean", "false")
        self._rows = 0
        self._cursors = 0

    def call(self, procedure: Procedure, inputs: Row) -> list[tuple[Argument, str | None]]:
        """Run a procedure; the values of its OUT and INOUT arguments at its end.

        Raises:
            SqlError: a statement failed; what was not committed is undone by the caller.
        """
        self._procedure = procedure
        scope = Scope(variables={"found": self._found})
        given = iter(inputs)
        places = []
        for number, argument in enumerate(procedure.arguments, start=1):
            variable = Variable(argument.type)
            if argument.mode != "OUT":
                variable.value = self._cast(next(given), argument.type)
            scope.variables[f"${number}"] = variable
            if argument.name:
                scope.variables[argument.name] = variable
            places.append((argument, variable))
        try:
            self._run(procedure.block, scope)
        except _Returned:
            pass
        except _Left as left:
            raise SqlError(f"{'EXIT' if left.is_exit else 'CONTINUE'} outside of a loop") from None
        return [(item, variable.value) for item, variable in places if item.mode != "IN"]

    def _run(self, statement: Statement, scope: Scope) -> None:
        match statement:
            case Block():
                self._block(statement, scope)
            case Assignment(target, expression):
                self._assign(scope, target, expression)
            case If(branches, otherwise) | Case(branches, otherwise):
                self._branch(branches, otherwise, scope)
            case Loop():
                self._loop(statement, scope)
            case ForRange():
                self._for_range(statement, scope)
            case ForQuery():
                self._for_query(statement, scope)
            case Leave(is_exit, label, condition):
                if condition is None or self._is_true(condition, scope):
                    raise _Left(is_exit, label)
            case Return():
                raise _Returned
            case Raise():
                self._raise(statement, scope)
            case Sql(text, targets, is_strict):
                self._sql(*scope.bound(text), targets, scope, is_strict)
            case Execute(expression, targets):
                self._sql(self._command_text(expression, scope), {}, targets, scope, False)
            case Call():
                self._call(statement, scope)
            case GetDiagnostics(target):
                self._put(scope.target(target), str(self._rows), "bigint")
            case Open():
                self._open(statement, scope)
            case Fetch(cursor, targets):
                name = self._cursor_name(cursor, scope)
                rows, columns = self._host.fetch(name, 1), self._host.cursor_columns(name)
                self._fill(targets, columns, rows, scope)
            case Close(cursor):
                self._host.close(self._cursor_name(cursor, scope))
            case Control(is_commit):
                self._control(is_commit)

    def _all(self, statements: list[Statement], scope: Scope) -> None:
        for statement in statements:
            self._run(statement, scope)

    def _block(self, block: Block, outer: Scope) -> None:
        scope = Scope(outer)
        for declaration in block.declarations:
            self._declare(declaration, scope)
        try:
            if block.handler is None:
                self._all(block.body, scope)
            else:
                self._guarded(block, scope)
        except _Left as left:
            if not left.is_exit or not left.label or left.label != block.label:
                raise

    def _guarded(self, block: Block, scope: Scope) -> None:
        """An error undoes the transaction; the handler runs in another one, then it is told."""
        try:
            self._all(block.body, scope)
        except SqlError as error:
            self._host.end_transaction(is_commit=False)
            message = str(error).removeprefix("ERROR: ")
            inner = Scope(scope)
            inner.variables["sqlerrm"] = Variable("varchar", message)
            inner.variables["sqlstate"] = Variable("varchar", "XX000")
            self._all(block.handler or [], inner)
            assert self._procedure is not None  # it is running
            self._host.end_transaction(is_commit=True)
            if not self._procedure.is_nonatomic:
                raise

    def _declare(self, declaration: Declaration, scope: Scope) -> None:
        name = declaration.name
        if declaration.alias_for is not None:
            variable = scope.find(declaration.alias_for.replace(" ", ""))
            if variable is None:
                raise SqlError(f'"{declaration.alias_for}" is not a known variable')
            scope.variables[name] = variable
            return
        if declaration.query is not None:
            scope.cursors[name] = declaration
            scope.variables[name] = Variable("refcursor", name)
            return
        type = declaration.type
        if match := _TYPE_OF.fullmatch(type):
            type = self._declared_type(match[1].strip(), match[2].upper())
        if not type:
            scope.variables[name] = Variable("record", fields={})
            return
        type_name(type)  # which raises if there is no such type
        variable = scope.variables[name] = Variable(type, is_not_null=declaration.is_not_null)
        if declaration.default is not None:
            variable.value = self._value(declaration.default, type, scope)
        if variable.is_not_null and variable.value is None:
            raise SqlError(f'variable "{name}" declared NOT NULL cannot default to NULL')
        variable.is_constant = declaration.is_constant

    def _declared_type(self, name: str, kind: str) -> str:
        """The type of `table.column%TYPE`; a row is a record."""
        if kind == "ROWTYPE":
            return ""
        table, _, column = name.rpartition(".")
        if not table:
            raise SqlError(f"{name}%TYPE: expected table.column%TYPE")
        ((_, type),) = self._host.columns(f"select {column} from {table}", {})
        return type

    def _assign(self, scope: Scope, name: Name, expression: str) -> None:
        variable = scope.target(name)
        if variable.fields is not None:
            raise NotSupported("an assignment to a record", "use SELECT ... INTO")
        self._put(variable, self._value(expression, variable.type, scope), variable.type)

    def _put(self, variable: Variable, value: str | None, type: str) -> None:
        if value is None and variable.is_not_null:
            raise SqlError("NULL cannot be assigned to a variable declared NOT NULL")
        variable.value = value if type == variable.type else self._cast(value, variable.type)

    def _cast(self, value: str | None, type: str) -> str | None:
        if type.lower() == "refcursor":
            return value
        return self._one(f"select cast(:given as {type})", {"given": value})

    def _value(self, expression: str, type: str, scope: Scope) -> str | None:
        sql, values = scope.bound(expression)
        shown = f"cast(({sql}) as {type})" if type.lower() != "refcursor" else f"({sql})"
        return self._one(f"select {shown}", values)

    def _one(self, sql: str, values: Values) -> str | None:
        ((value,),) = self._host.rows(sql, values, 1)
        return value

    def _is_true(self, condition: str, scope: Scope) -> bool:
        return self._value(condition, "boolean", scope) == "true"

    def _branch(
        self,
        branches: list[tuple[str, list[Statement]]],
        otherwise: list[Statement] | None,
        scope: Scope,
    ) -> None:
        for condition, body in branches:
            if self._is_true(condition, scope):
                self._all(body, scope)
                return
        if otherwise is None:
            raise SqlError("case not found; a CASE statement without ELSE must match")
        self._all(otherwise, scope)

    def _turn(self, label: str, body: list[Statement], scope: Scope) -> bool:
        """One turn of a loop; False if it was the last one."""
        try:
            self._all(body, scope)
        except _Left as left:
            if left.label and left.label != label:
                raise
            return not left.is_exit
        return True

    def _loop(self, loop: Loop, scope: Scope) -> None:
        while loop.condition is None or self._is_true(loop.condition, scope):
            if not self._turn(loop.label, loop.body, scope):
                return

    def _for_range(self, loop: ForRange, scope: Scope) -> None:
        first, last = (self._integer(text, scope) for text in (loop.first, loop.last))
        step = 1 if loop.step is None else self._integer(loop.step, scope)
        if step < 1:
            raise SqlError("BY value of FOR loop must be greater than zero")
        inner = Scope(scope)
        numbers = range(first, last - 1, -step) if loop.is_reverse else range(first, last + 1, step)
        for number in numbers:
            inner.variables[loop.variable] = Variable("integer", str(number))
            if not self._turn(loop.label, loop.body, inner):
                return

    def _integer(self, expression: str, scope: Scope) -> int:
        value = self._value(expression, "integer", scope)
        if value is None:
            raise SqlError("lower bound, upper bound and step of FOR loop cannot be NULL")
        return int(value)

    def _for_query(self, loop: ForQuery, scope: Scope) -> None:
        sql, values = self._query_of(loop.query, loop.is_dynamic, scope)
        columns = self._host.columns(sql, values)
        is_found = False
        for row in self._rows_of(sql, values):
            self._fill(loop.targets, columns, [row], scope)
            is_found = True
            if not self._turn(loop.label, loop.body, scope):
                break
        self._found.value = str(is_found).lower()

    def _rows_of(self, sql: str, values: Values) -> Iterator[Row]:
        self._cursors += 1
        cursor = f"<loop {self._depth}.{self._cursors}>"
        self._host.open(cursor, sql, values)
        while rows := self._host.fetch(cursor, _BATCH):
            yield from rows
        self._host.close(cursor)

    def _query_of(self, query: str, is_dynamic: bool, scope: Scope) -> tuple[str, Values]:
        if not is_dynamic:
            return scope.bound(query)
        return self._command_text(query, scope), {}

    def _command_text(self, expression: str, scope: Scope) -> str:
        """The command that EXECUTE runs."""
        text = self._value(expression, "varchar", scope)
        if text is None:
            raise SqlError("cannot EXECUTE a null querystring")
        return text

    def _sql(
        self, sql: str, values: Values, targets: list[Name], scope: Scope, is_strict: bool
    ) -> None:
        """A command; its first row goes to the targets."""
        assert self._procedure is not None  # it is running
        if targets:
            columns, rows = self._host.columns(sql, values), self._host.rows(sql, values, 2)
            if is_strict and len(rows) != 1:
                problem = "returned no rows" if not rows else "returned more than one row"
                raise SqlError(f"query {problem}")
            self._fill(targets, columns, rows[:1], scope)
            self._rows = min(len(rows), 1)
            return
        changed = self._host.change(sql, values)
        if changed is None:
            raise SqlError(
                "query has no destination for result data; use SELECT ... INTO to keep it"
            )
        self._rows = changed
        self._found.value = str(changed > 0).lower()
        if self._procedure.is_nonatomic:
            self._host.end_transaction(is_commit=True)

    def _fill(
        self, targets: list[Name], columns: list[tuple[str, str]], rows: list[Row], scope: Scope
    ) -> None:
        """Put a row into the targets, NULL if there is none."""
        self._found.value = str(bool(rows)).lower()
        row: Row = rows[0] if rows else [None] * len(columns)
        record = scope.find(targets[0][0]) if len(targets) == len(targets[0]) == 1 else None
        if record is not None and record.fields is not None:
            pairs = zip(columns, row, strict=True)
            record.fields = {name: Variable(type, value) for (name, type), value in pairs}
            return
        for index, target in enumerate(targets):
            variable = scope.target(target)
            value, type = (row[index], columns[index][1]) if index < len(row) else (None, "")
            self._put(variable, value, type)

    def _raise(self, statement: Raise, scope: Scope) -> None:
        """RAISE EXCEPTION fails; what the other levels say, the Data API shows to nobody."""
        values = [self._value(text, "varchar", scope) for text in statement.arguments]
        if statement.format.replace("%%", "").count("%") != len(values):
            raise SqlError("RAISE has as many arguments as its format has %")
        if statement.level == "EXCEPTION":
            given = iter(values)
            parts = re.split(r"(%%|%)", statement.format)
            raise SqlError("".join(_shown(part, given) for part in parts))

    def _call(self, call: Call, scope: Scope) -> None:
        """Call another procedure; an INOUT argument that is a variable gets its new value."""
        bound = [scope.bound(argument) for argument in call.arguments]
        values = {name: value for _, given in bound for name, value in given.items()}
        texts = [text for text, _ in bound]
        procedure = self._host.procedure(call.name, texts, values)
        inputs: Row = []
        if texts:
            (inputs,) = self._host.rows(f"select {', '.join(texts)}", values, 1)
        results = Interpreter(self._host, self._depth + 1).call(procedure, inputs)
        outcomes = dict(results)
        for argument, text in zip(procedure.inputs, call.arguments, strict=True):
            variable = scope.find(text.strip().lower())
            if argument in outcomes and variable is not None:
                self._put(variable, outcomes[argument], argument.type)

    def _control(self, is_commit: bool) -> None:
        if self._host.is_in_block:
            word = "COMMIT" if is_commit else "ROLLBACK"
            raise SqlError(
                f"a procedure that is called in a transaction block cannot {word};"
                " call it outside of BEGIN and COMMIT"
            )
        self._host.end_transaction(is_commit)

    def _open(self, statement: Open, scope: Scope) -> None:
        cursor = scope.find_cursor(statement.cursor)
        variable = scope.find(statement.cursor)
        if variable is None:
            raise SqlError(f'"{statement.cursor}" is not a known variable')
        if statement.query is not None:
            sql, values = self._query_of(statement.query, statement.is_dynamic, scope)
            if variable.value is None:
                self._cursors += 1
                variable.value = f"<unnamed portal {self._depth}.{self._cursors}>"
        elif cursor is None or cursor.query is None:
            raise SqlError(f"OPEN {statement.cursor} takes a query: it is no cursor with its own")
        else:
            inner = Scope(scope)
            if len(cursor.parameters) != len(statement.arguments):
                raise SqlError(f'cursor "{cursor.name}" takes {len(cursor.parameters)} arguments')
            for item, text in zip(cursor.parameters, statement.arguments, strict=True):
                value = self._value(text, item.type, scope)
                inner.variables[item.name] = Variable(item.type, value)
            sql, values = inner.bound(cursor.query)
        assert variable.value is not None  # a cursor's name
        self._host.open(variable.value, sql, values)

    def _cursor_name(self, name: str, scope: Scope) -> str:
        variable = scope.find(name)
        if variable is None or variable.value is None:
            raise SqlError(f'cursor variable "{name}" is not open')
        return variable.value


def _shown(part: str, values: Iterator[str | None]) -> str:
    """A part of RAISE's format as it is told."""
    if part == "%":
        return next(values) or "<NULL>"
    return "%" if part == "%%" else part
