"""The SQL of an export: a temporary table of the report's rows, an UNLOAD of it, and its count.

UNLOAD takes its query as a text, in which the Data API binds nothing. So the report runs with its
bound values first, and what is unloaded names nothing but the columns of that table: no text of a
user's is in the UNLOAD. The table has the report's sort keys besides, for a table has no order.
Columns are known from asking Redshift (`columns_query`), which runs nothing for it. Where a formula
is to be made harmless, what is not text is cast to the type it was said to have: had it become text
since, the export would fail rather than let a formula through.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.exports.export import Compression, Export, ExportFormat
from core.report import CompiledReport, SortTerm

COUNT = 3  # which of the statements counts the rows
PARTS = "part-"  # what Redshift's own objects are named after, below the export's prefix
MANIFEST = f"{PARTS}manifest"
TEXTS = ("varchar", "bpchar", "text", "char", "name")
CASTS = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
}
FORMULA_STARTS = "=+-@＝＋－＠"  # noqa: RUF001  # spreadsheets take the wide ones, too
CONTROL_STARTS = ("\t", "\n", "\r")
OPTIONS = {Compression.GZIP: "gzip", Compression.ZSTD: "zstd"}


@dataclass(frozen=True)
class TableColumn:
    """A column as the Data API describes it."""

    name: str
    type: str
    precision: int
    scale: int


@dataclass(frozen=True)
class UnloadPlace:
    """Where exports go: the bucket, the role that Redshift writes to it as, and the key that it
    encrypts them by; None: S3's own."""

    bucket: str
    role_arn: str
    key_arn: str | None = None


def columns_query(report: CompiledReport, given: set[str]) -> str:
    """A statement that has the report's columns and no rows."""
    return f"select * from ({report.statement(given)}\n) as report where false"


def export_statements(
    report: CompiledReport,
    given: set[str],
    columns: Sequence[TableColumn],
    export: Export,
    place: UnloadPlace,
    prefix: str,
) -> list[str]:
    """The statements of one batch, in one transaction."""
    table = identifier(f"export_{prefix.split('/')[-2]}")
    unloaded = ", ".join(_unloaded(column, export) for column in columns)
    query = f"select {unloaded} from {table}{_order(report.order, columns)}"
    options = " ".join(_options(report, export, place))
    return [
        f"create temp table {table} as {report.table_statement(given)}",
        f"unload ({literal(query)}) to {literal(f's3://{place.bucket}/{prefix}{PARTS}')}"
        f" iam_role {literal(place.role_arn)} {options}",
        f"select count(*) from {table}",
    ]


def header(columns: Sequence[str]) -> bytes:
    """The first line of a CSV file, as UNLOAD would write it."""
    return (",".join(map(_csv_field, columns)) + "\n").encode()


def safe_name(name: str, export: Export) -> str:
    """A column's name as it stands in a header."""
    return f"'{name}" if export.formula_safe and is_formula(name) else name


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula, or for what stands before one."""
    return text.startswith((*FORMULA_STARTS, *CONTROL_STARTS))


def _unloaded(column: TableColumn, export: Export) -> str:
    name = identifier(column.name)
    shown = identifier(safe_name(column.name, export))
    if export.formula_safe:
        return f"{_harmless(name, column)} as {shown}"
    return name


def _harmless(name: str, column: TableColumn) -> str:
    """SQL: the value, with an apostrophe before a text that a spreadsheet would take for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if column.type in TEXTS:
        starts = ", ".join(
            [*map(literal, FORMULA_STARTS), *(f"chr({ord(each)})" for each in CONTROL_STARTS)]
        )
        return f"case when left({name}, 1) in ({starts}) then chr(39) || {name} else {name} end"
    if column.type == "numeric":
        return f"cast({name} as numeric({column.precision}, {column.scale}))"
    if column.type in CASTS:
        return f"cast({name} as {CASTS[column.type]})"
    return name


def _order(terms: Sequence[SortTerm], columns: Sequence[TableColumn]) -> str:
    if not terms:
        return ""
    written = (
        f"{identifier(term.name or columns[(term.position or 1) - 1].name)}{term.direction}"
        for term in terms
    )
    return f" order by {', '.join(written)}"


def _options(report: CompiledReport, export: Export, place: UnloadPlace) -> list[str]:
    """Whatever is ordered comes in files one after the other; the rest from all slices at once.

    UNLOAD takes S3's own key unless told, whatever key the bucket has.
    https://docs.aws.amazon.com/redshift/latest/dg/t_unloading_encrypted_files.html
    """
    options = [f"format as {export.format.value.lower()}"]
    if export.compression is not None:
        options.append(OPTIONS[export.compression])
    if export.format is ExportFormat.CSV and not export.joins:
        options.append("header")
    if report.order or (export.single_file and not export.joins):
        options.append("parallel off")
    if place.key_arn is not None:
        options.append(f"kms_key_id {literal(place.key_arn)} encrypted")
    return [*options, "manifest verbose"]


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _csv_field(text: str) -> str:
    if any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text
