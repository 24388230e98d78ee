"""COPY of JSON: a row for each object or array, its columns by name or by JSONPath.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json
"""

import re
from dataclasses import replace

import duckdb
import orjson

from local.redshift.errors import SqlError
from local.redshift.sql.commands.copy_command import CopyCommand
from local.redshift.sql.super.functions import SUPER
from local.redshift.transfer.load_error import LoadError
from local.redshift.transfer.load_records import opened
from local.redshift.transfer.load_text import TextLoad, literal, paths
from local.redshift.transfer.s3 import ObjectStore, S3Object, StagedFile
from local.redshift.warehouse.catalog import TableColumn

MAX_PATHS_BYTES = 1024 * 1024

# DuckDB reads a number as a double, so one of more digits is put in quotes with this around it; for
# SUPER one of which DuckDB changes the text, too.
_MARK = "\ufdd0"  # which Unicode keeps free
_LONG_NUMBER = rb"-?[0-9][0-9.]{15,}(?:[eE][+-]?[0-9]+)?"
_ODD_NUMBER = (
    _LONG_NUMBER + rb"|-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+|-?[0-9]+\.[0-9]*0(?![0-9])|-0(?![.0-9])"
)
_STRING = rb'"(?:[^"\\]|\\.)*"'

_STEP = re.compile(r"\.(\w+)|\[(?:'([^'\"]*)'|\"([^\"]*)\"|(\d+))\]")


class JsonLoad(TextLoad):
    """One COPY from JSON files that are at hand; `steps` lead to each column's value."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        command: CopyCommand,
        columns: list[TableColumn],
        files: list[StagedFile],
        steps: list[str],
    ) -> None:
        super().__init__(connection, command, columns, files)
        self._steps = steps
        self._has_super = any(column.type == SUPER for column in columns)
        self._has_marks = False

    def run(self) -> list[LoadError]:
        number = _ODD_NUMBER if self._has_super else _LONG_NUMBER
        if any(_has_numbers(self._command, file, number) for file in self._files):
            self._files = [_marked(self._command, file, number) for file in self._files]
            self._command = replace(self._command, compression="none")
            self._has_marks = True
        return super().run()

    def _unreadable(self) -> list[tuple[str, int, str, str]]:
        return []  # what is not JSON fails the load

    def _source(self, files: list[StagedFile]) -> str:
        """SQL: the values of the files' objects as fields of text."""
        values = ", ".join(
            f"{self._value(step, column)} as {field}"
            for step, column, field in zip(self._steps, self._columns, self._fields, strict=True)
        )
        options = f"format = 'unstructured', compression = '{self._command.compression}'"
        return f"(select {values} from read_json_objects({paths(files)}, {options}))"

    def _raw(self, file: StagedFile) -> str:
        """SQL: the objects of a file, as `raw`."""
        options = f"format = 'unstructured', compression = '{self._command.compression}'"
        raw = self._unmarked("json::varchar")
        return f"(select {raw} as raw from read_json_objects({paths([file])}, {options}))"

    def _value(self, step: str, column: TableColumn) -> str:
        if column.type == SUPER:
            return self._unmarked(f"json_extract(json, {step})::varchar")
        return self._unmarked(f"json_extract_string(json, {step})")

    def _unmarked(self, value: str) -> str:
        """SQL: the text as it was before long numbers were marked."""
        if self._has_marks:
            for text in (f'"{_MARK}', f'{_MARK}"', _MARK):
                value = f"replace({value}, {literal(text)}, '')"
        return value


def steps(
    command: CopyCommand, columns: list[TableColumn], store: ObjectStore, region: str
) -> list[str]:
    """Where in an object each column's value is: SQL for DuckDB's path to it.

    Raises:
        SqlError: the JSONPaths file is none, or does not fit the columns.
    """
    if command.json_paths == "noshred":
        if [column.type for column in columns] != [SUPER]:
            raise SqlError("JSON 'noshred' needs a table with a single SUPER column")
        return [literal("$")]
    if command.json_paths == "auto":
        return [literal("$" + _member(column.name)) for column in columns]
    if command.json_paths == "auto ignorecase":
        return [_any_case(column.name) for column in columns]
    bucket, _, key = command.json_paths.removeprefix("s3://").partition("/")
    found = _json_paths(store.read(S3Object(bucket, key), region, MAX_PATHS_BYTES), command)
    if len(found) != len(columns):
        raise SqlError(
            "Number of jsonpaths and the number of columns should match."
            f" JSONPath size: {len(found)}, Number of columns in table or column list:"
            f" {len(columns)}"
        )
    return [literal(_step(path)) for path in found]


def _has_numbers(command: CopyCommand, file: StagedFile, number: bytes) -> bool:
    with opened(command, file) as packed:
        return any(re.search(number, line) for line in packed)


def _marked(command: CopyCommand, file: StagedFile, number: bytes) -> StagedFile:
    """The file with such numbers as texts between marks."""
    mark = _MARK.encode()

    def marked(token: re.Match[bytes]) -> bytes:
        return token[0] if token[0].startswith(b'"') else b'"%s%s%s"' % (mark, token[0], mark)

    path = file.path.with_suffix(".marked")
    with opened(command, file) as packed:
        path.write_bytes(re.sub(_STRING + b"|" + number, marked, packed.read(), flags=re.DOTALL))
    return replace(file, path=path)


def _json_paths(text: bytes, command: CopyCommand) -> list[str]:
    try:
        found = orjson.loads(text)["jsonpaths"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        found = None
    if not isinstance(found, list) or not all(isinstance(path, str) for path in found):
        raise SqlError(
            f"The JSONPaths file {command.json_paths} must be JSON such as"
            """ {"jsonpaths": ["$.id", "$['place']['name']"]}"""
        )
    return found


def _step(path: str) -> str:
    """A JSONPath in dots or brackets as DuckDB has it."""
    found, at = "$", 1
    while path.startswith("$") and at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            break
        *names, index = match.groups()
        name = next((name for name in names if name is not None), None)
        found += f"[{index}]" if name is None else _member(name)
        at = match.end()
    if not path.startswith("$") or at < len(path):
        raise SqlError(f"Invalid JSONPath format {path!r}; use $.name, $['name'] and $[0]")
    return found


def _any_case(name: str) -> str:
    """The first member that has the name but for its case."""
    is_it = f"lambda name: lower(name) = {literal(name)}"
    return f"""'$."' || list_filter(json_keys(json), {is_it})[1] || '"'"""


def _member(name: str) -> str:
    return f'."{name}"'
