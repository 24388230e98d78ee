"""COPY of delimited text and CSV.

Files are read as text and converted column by column, because an empty field means NULL to a number
and an empty string to a VARCHAR. Only when that fails is the first bad row looked for.
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
"""

import duckdb

from local.redshift.catalog import TableColumn, quoted_name
from local.redshift.errors import LoadFailed, NotSupported
from local.redshift.load_formats import conversion
from local.redshift.s3 import StagedFile
from local.redshift.sql.copy_command import CopyCommand

_BAD_ROWS = (
    duckdb.ConversionException,
    duckdb.ConstraintException,
    duckdb.InvalidInputException,
    duckdb.OutOfRangeException,
)
# What tells about a bad line in DuckDB's long message about it.
_TELLING = (
    "CSV Error on Line",
    "Original Line",
    "Expected Number",
    "Value with",
    "Invalid unicode",
)


class TextLoad:
    """One COPY from files that are at hand."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        command: CopyCommand,
        columns: list[TableColumn],
        files: list[StagedFile],
    ) -> None:
        self._connection = connection
        self._command = command
        self._columns = columns
        self._files = files
        self._table = command.table[-1]
        self._fields = [f"f{index}" for index in range(len(columns))]
        self._values = [
            conversion(field, column, command)
            for field, column in zip(self._fields, columns, strict=True)
        ]

    def run(self) -> None:
        """Load the rows.

        Raises:
            LoadFailed: more lines are bad than MAXERROR allows.
        """
        query = f"select {', '.join(self._values)} from {self._source(self._files)}"
        if self._command.max_errors:
            query += f" where {self._reason()} is null"
            self._check_errors()
        try:
            statement = insert(self._command, self._columns, query)
            self._connection.execute(self._check(query) if self._command.is_checked else statement)
        except _BAD_ROWS as error:
            raise LoadFailed(self._table, self._first_reason(error)) from error

    def _check(self, query: str) -> str:
        """SQL that fails where the rows of the query could not be inserted, for NOLOAD."""
        values = []
        for column, field in zip(self._columns, self._fields, strict=True):
            value = field
            if not column.is_nullable:
                reason = f"Cannot insert a NULL value into column {column.name}"
                value = f"coalesce({field}::varchar, error({literal(reason)}))"
            if column.max_bytes is not None:
                reason = f"value too long for type character varying({column.max_bytes})"
                long = f"strlen({field}) > {column.max_bytes}"
                value = f"case when {long} then error({literal(reason)}) else {value} end"
            values.append(f"max(hash({value}))")
        return f"select {', '.join(values)} from ({query}) as r({', '.join(self._fields)})"

    def _check_errors(self) -> None:
        """Count the lines that cannot be read and those that cannot be converted."""
        source = self._source(self._files)
        bad = self._count(f"select count(*) from {source} where {self._reason()} is not null")
        bad += self._count_unreadable()
        if bad > self._command.max_errors:
            reason = f"{bad} lines are bad, MAXERROR is {self._command.max_errors}"
            raise LoadFailed(self._table, reason)

    def _count_unreadable(self) -> int:
        """How many lines the reading before has left out."""
        lines = self._count("select count(distinct (file_id, line)) from reject_errors")
        self._connection.execute("drop table reject_errors")
        self._connection.execute("drop table reject_scans")
        return lines

    def _first_reason(self, error: duckdb.Error) -> str:
        """Where the first bad field is and what is wrong with it."""
        other = self._connection.cursor()  # the transaction of this one may be over
        for file in self._files:
            place = file.object.url
            lines = (
                f"select row_number() over () + {self._command.ignore_header} as line,"
                f" {self._reason()} as reason from {self._source([file])}"
            )
            query = f"select line, reason from ({lines}) where reason is not null limit 1"
            try:
                found = other.execute(query).fetchone()
            except duckdb.Error as unreadable:
                return f"{place}: {_structure(unreadable)}"
            if found is not None:
                return f"{place}, line {found[0]}, {found[1]}"
        return _structure(error)

    def _reason(self) -> str:
        """SQL: what is wrong with a row, NULL if nothing is."""
        fields = zip(self._fields, self._values, self._columns, strict=True)
        cases = [case for field in fields if (case := _case(*field))]
        return f"case {' '.join(cases)} end" if cases else "null"

    def _source(self, files: list[StagedFile]) -> str:
        """SQL: the lines of the files as fields of text."""
        command, is_csv = self._command, self._command.format == "CSV"
        columns = ", ".join(f"'{field}': 'VARCHAR'" for field in self._fields)
        options = {
            "auto_detect": "false",
            "columns": f"{{{columns}}}",
            "delim": literal(delimiter(command)),
            "quote": literal(command.quote if is_csv else ""),
            "escape": literal(command.quote if is_csv else ""),
            "nullstr": literal("\\N" if command.null_as is None else command.null_as),
            "skip": str(command.ignore_header),
            "header": "false",
            "compression": f"'{command.compression}'",
            "allow_quoted_nulls": "false",
            "store_rejects": "true" if command.max_errors else "false",
        }
        named = ", ".join(f"{name} = {value}" for name, value in options.items())
        return f"read_csv({paths(files)}, {named})"

    def _count(self, query: str) -> int:
        found = self._connection.execute(query).fetchone()
        return int(found[0]) if found else 0


def insert(command: CopyCommand, columns: list[TableColumn], query: str) -> str:
    """The INSERT that fills the columns from a query."""
    names = ", ".join(quoted_name([column.name]) for column in columns)
    return f"insert into {quoted_name(command.table)} ({names}) {query}"


def paths(files: list[StagedFile]) -> str:
    """The files as DuckDB's list of paths."""
    return "[" + ", ".join(literal(str(file.path)) for file in files) + "]"


def _case(field: str, value: str, column: TableColumn) -> str:
    """SQL: when a field does not fit its column, and what to say then."""
    place, shown = literal(f"column {column.name}: "), f"left({field}, 60)"
    if column.max_bytes is not None:
        reason = f"String length exceeds DDL length ({column.max_bytes}), value "
        return f"when strlen({value}) > {column.max_bytes} then {place} || {_said(reason, shown)}"
    if column.type == "VARCHAR":
        return ""
    reason = _said(f"Invalid value for type {column.type.lower()}: ", shown)
    return f"when trim({field}) <> '' and try({value}) is null then {place} || {reason}"


def _said(reason: str, shown: str) -> str:
    return f"{literal(reason)} || chr(39) || {shown} || chr(39)"


def _structure(error: duckdb.Error) -> str:
    """What DuckDB says about a line with another number of fields."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ", ".join(line for line in lines if line.startswith(_TELLING)) or lines[0]


def delimiter(command: CopyCommand) -> str:
    """One character; a tab may be written as backslash t."""
    default = "," if command.format == "CSV" else "|"
    text = (command.delimiter or default).replace("\\t", "\t")
    if len(text) != 1:
        raise NotSupported(f"COPY DELIMITER {command.delimiter!r}", "give one character")
    return text


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
