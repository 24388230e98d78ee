"""COPY of delimited text and CSV.

Files are read as text and converted column by column, because an empty field means NULL to a number
and an empty string to a VARCHAR. Only when that fails is the first bad row looked for.
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
"""

from contextlib import closing
from dataclasses import replace

import duckdb

from local.redshift.errors import LoadFailed, NotSupported
from local.redshift.running.result_types import result_type
from local.redshift.sql.commands.copy_command import CopyCommand
from local.redshift.sql.super.functions import SUPER
from local.redshift.transfer.load_error import UNKNOWN, LoadError, column_code, structure_error
from local.redshift.transfer.load_formats import (
    character_text,
    conversion,
    takes_any_text,
)
from local.redshift.transfer.s3 import StagedFile
from local.redshift.warehouse.catalog import TableColumn, quoted_name

BAD_ROWS = (
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
        self._quote = command.quote if command.format == "CSV" else ""
        self._fields = [f"f{index}" for index in range(len(columns))]
        self._values = [
            conversion(field, column, command)
            for field, column in zip(self._fields, columns, strict=True)
        ]

    def run(self) -> list[LoadError]:
        """Load the rows, and give those that MAXERROR leaves out.

        Raises:
            LoadFailed: more lines are bad than MAXERROR allows.
        """
        query = f"select {', '.join(self._values)} from {self._source(self._files)}"
        left_out: list[LoadError] = []
        if self._command.max_errors:
            query += f" where {self._reason()} is null"
            left_out = self._check_errors()
        try:
            statement = insert(self._command, self._columns, query)
            self._connection.execute(self._check(query) if self._command.is_checked else statement)
        except BAD_ROWS as error:
            reason, row = self._first_error(error)
            raise LoadFailed(self._table, reason, [row]) from error
        return left_out

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

    def _check_errors(self) -> list[LoadError]:
        """The lines that cannot be converted, and those that cannot be read."""
        found = [row for file in self._files for row in self._bad_rows(file, None)]
        rejected = self._unreadable()
        if rejected:  # then the others have been counted without them
            found = [replace(row, line=None, raw_line=None) for row in found]
        urls = {str(file.path): file.object.url for file in self._files}
        found += [
            structure_error(urls.get(path, path), message, line, raw)
            for path, line, raw, message in rejected
        ]
        if len(found) > self._command.max_errors:
            reason = f"{len(found)} lines are bad, MAXERROR is {self._command.max_errors}"
            raise LoadFailed(self._table, reason, found)
        return found

    def _unreadable(self) -> list[tuple[str, int, str, str]]:
        """The lines that the reading before has left out: file, number, text, what is wrong."""
        rejected = self._connection.execute(
            "select any_value(file_path), line, any_value(csv_line), any_value(error_message)"
            " from reject_errors join reject_scans using (scan_id, file_id)"
            " group by file_id, line order by file_id, line"
        ).fetchall()
        self._connection.execute("drop table reject_errors")
        self._connection.execute("drop table reject_scans")
        return [(str(path), int(line), str(raw), str(why)) for path, line, raw, why in rejected]

    def _first_error(self, error: duckdb.Error) -> tuple[str, LoadError]:
        """Where the first bad field is and what is wrong with it."""
        other = self._connection.cursor()  # the transaction of this one may be over
        for file in self._files:
            place = file.object.url
            try:
                found = self._bad_rows(file, other)
            except duckdb.Error as unreadable:
                reason = f"{place}: {_structure(unreadable)}"
                return reason, structure_error(place, str(unreadable), None, None)
            if found:
                (row,) = found
                column = f"column {row.column}: " if row.column else ""
                return f"{place}, line {row.line}, {column}{row.reason}", row
        reason = _structure(error)
        return reason, LoadError(self._files[0].object.url, UNKNOWN, reason)

    def _bad_rows(
        self, file: StagedFile, other: duckdb.DuckDBPyConnection | None
    ) -> list[LoadError]:
        """The rows with a field that does not fit its column; the first one of another one."""
        number = f"row_number() over () + {self._command.ignore_header}"
        found = (
            (other or self._connection)
            .execute(
                f"select line, reason, culprit, value from (select {number} as line,"
                f" {self._reason()} as reason, {self._case(1)} as culprit, {self._case(2)} as value"
                f" from {self._source([file])}) where reason is not null"
                + (" limit 1" if other else "")
            )
            .fetchall()
        )
        raw = self._raw_lines(file, {line for line, *_ in found}, number)
        return [
            self._row(file, raw.get(line), line, reason, culprit, value)
            for line, reason, culprit, value in found
        ]

    def _row(
        self,
        file: StagedFile,
        raw: str | None,
        line: int,
        reason: str,
        culprit: int | None,
        value: str | None,
    ) -> LoadError:
        if culprit is None:
            return LoadError(file.object.url, UNKNOWN, reason, line, raw_line=raw)
        column = self._columns[culprit]
        return LoadError(
            file=file.object.url,
            code=column_code(column.type),
            reason=reason,
            line=line,
            column=column.name,
            type=result_type(column.type).name,
            length=str(column.max_bytes or 0),
            raw_line=raw,
            raw_value=value,
        )

    def _raw_lines(self, file: StagedFile, lines: set[int], number: str) -> dict[int, str]:
        """Those lines of a file as they are in it."""
        if not lines:
            return {}
        with closing(self._connection.cursor()) as other:
            rows = other.execute(
                f"select line, raw from (select {number} as line, raw from {self._raw(file)})"
                f" where line in ({', '.join(map(str, lines))})"
            ).fetchall()
        return dict(rows)

    def _raw(self, file: StagedFile) -> str:
        """SQL: the lines of a file, as `raw`."""
        return (
            f"read_csv({paths([file])}, auto_detect = false, columns = {{'raw': 'VARCHAR'}},"
            " delim = chr(31), quote = '', escape = '', header = false,"
            f" skip = {self._command.ignore_header}, compression = '{self._command.compression}')"
        )

    def _reason(self) -> str:
        """SQL: what is wrong with a row, NULL if nothing is."""
        return self._case(0)

    def _case(self, which: int) -> str:
        """SQL: of a bad row the reason (0), the index of the column (1) or the field's text (2)."""
        fields = zip(self._fields, self._values, self._columns, strict=True)
        whens = []
        for index, (field, value, column) in enumerate(fields):
            if case := _case(field, value, column, self._command):
                condition, reason = case
                whens.append(f"when {condition} then {(reason, str(index), field)[which]}")
        whens = whens or ["when random() > 1 then ''"]  # or DuckDB would not read the lines
        return f"case {' '.join(whens)} end"

    def _source(self, files: list[StagedFile]) -> str:
        """SQL: the lines of the files as fields of text."""
        command = self._command
        columns = ", ".join(f"'{field}': 'VARCHAR'" for field in self._fields)
        options = {
            "auto_detect": "false",
            "columns": f"{{{columns}}}",
            "delim": literal(delimiter(command)),
            "quote": literal(self._quote),
            "escape": literal(self._quote),
            "nullstr": literal(null_text(command)),
            "skip": str(command.ignore_header),
            "header": "false",
            "compression": f"'{command.compression}'",
            "allow_quoted_nulls": "false",
            "store_rejects": "true" if command.max_errors else "false",
        }
        named = ", ".join(f"{name} = {value}" for name, value in options.items())
        return f"read_csv({paths(files)}, {named})"


def insert(command: CopyCommand, columns: list[TableColumn], query: str) -> str:
    """The INSERT that fills the columns from a query."""
    names = ", ".join(quoted_name([column.name]) for column in columns)
    return f"insert into {quoted_name(command.table)} ({names}) {query}"


def paths(files: list[StagedFile]) -> str:
    """The files as DuckDB's list of paths."""
    return "[" + ", ".join(literal(str(file.path)) for file in files) + "]"


def _case(
    field: str, value: str, column: TableColumn, command: CopyCommand
) -> tuple[str, str] | None:
    """SQL: when a field does not fit its column, and what to say then; None if it always fits."""
    if takes_any_text(column, command):
        return None
    shown = f"left({field}, 60)"
    if column.char_bytes is not None:
        text = character_text(field, column, command)
        is_multibyte = f"strlen({text}) > length({text})"
        single = _said("Multibyte character not supported for CHAR, value ", shown)
        short = _said(f"String length exceeds DDL length ({column.char_bytes}), value ", shown)
        reason = f"case when {is_multibyte} then {single} else {short} end"
        return f"{is_multibyte} or strlen({text}) > {column.char_bytes}", reason
    if column.max_bytes is not None:
        reason = f"String length exceeds DDL length ({column.max_bytes}), value "
        return f"strlen({value}) > {column.max_bytes}", _said(reason, shown)
    if column.type == "VARCHAR":
        return None
    if column.type == SUPER:
        return f"trim({field}) <> '' and {_is_no_json(field)}", _said("Invalid JSON: ", shown)
    reason = _said(f"Invalid value for type {column.type.lower()}: ", shown)
    return f"trim({field}) <> '' and try({value}) is null", reason


def _is_no_json(field: str) -> str:
    """SQL: whether JSON_PARSE would refuse a text; JSON that is no SUPER here fails the load."""
    is_json, is_distinct = f"local_redshift.is_json({field})", "local_redshift.super_is_distinct"
    json = f"case when {is_json} then {field} end"
    inner = f"list_transform(json_extract({json}, '$..*'), lambda e: {is_distinct}(e))"
    return f"(not {is_json} or not {is_distinct}({json}) or list_contains({inner}, false))"


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


def null_text(command: CopyCommand) -> str:
    """What is NULL in text."""
    return "\\N" if command.null_as is None else command.null_as


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
