"""The statements of an export: what Redshift is asked to write, where, and in which order."""

from dataclasses import replace

import pytest

from core.exports.export import Compression, Export, ExportFormat, new_export
from core.exports.unload import (
    TableColumn,
    UnloadPlace,
    columns_query,
    export_statements,
    header,
    is_formula,
)
from core.report import ID, CompiledReport, Report, SortedTable, SortTerm

PLACE = UnloadPlace("lake", "arn:aws:iam::123456789012:role/unload")
PREFIX = "exports/0123/6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10/cafe/"
REPORT = CompiledReport(
    Report(ID("trips"), "Trips", []), "select a, b from t where :x::bigint is null", {}, "1"
)
SORTED = CompiledReport(
    REPORT.report,
    REPORT.sql,
    {"x": [(25, 27)]},
    "1",
    sorted_table=SortedTable(
        "select a, b, c as querycast_sort_1 from t where :x::bigint is null order by c desc, 2",
        {"x": [(48, 50)]},
        [SortTerm(" desc", name="querycast_sort_1"), SortTerm("", position=2)],
    ),
)
COLUMNS = [TableColumn("a", "varchar", 9, 0), TableColumn("b", "numeric", 10, 2)]


def statements(
    export: Export, report: CompiledReport = REPORT, columns: list[TableColumn] = COLUMNS
) -> list[str]:
    return export_statements(report, set(), columns, export, PLACE, PREFIX)


def unload(
    format: ExportFormat,
    report: CompiledReport = REPORT,
    compression: Compression | None = None,
    *,
    single: bool = False,
    safe: bool | None = None,
) -> str:
    return statements(new_export(format, compression, single, safe), report)[1]


def test_the_columns_are_asked_for_without_a_row() -> None:
    sql = columns_query(SORTED, set())
    assert (
        sql
        == "select * from (select a, b from t where NULL::bigint is null\n) as report where false"
    )


def test_the_report_fills_a_table_that_is_unloaded_and_counted() -> None:
    table, unloaded, count = statements(new_export(ExportFormat.JSON, None, None, None))
    assert table == f'create temp table "export_cafe" as {REPORT.sql}'
    assert unloaded == (
        """unload ('select "a", "b" from "export_cafe"')"""
        f" to 's3://lake/{PREFIX}part-' iam_role '{PLACE.role_arn}'"
        " format as json manifest verbose"
    )
    assert count == 'select count(*) from "export_cafe"'


def test_the_table_keeps_the_order_of_the_rows() -> None:
    table, unloaded, _ = statements(new_export(ExportFormat.JSON, None, None, None), SORTED)
    assert table.endswith("where NULL::bigint is null order by c desc, 2")
    assert """from "export_cafe" order by "querycast_sort_1" desc, "b"')""" in unloaded
    assert '"querycast_sort_1"' not in unloaded.partition(" from ")[0]
    assert unloaded.endswith("format as json parallel off manifest verbose")


@pytest.mark.parametrize(
    ("format", "compression", "single", "options"),
    [
        (ExportFormat.CSV, None, False, "format as csv header manifest verbose"),
        (ExportFormat.CSV, Compression.GZIP, False, "format as csv gzip header manifest verbose"),
        (ExportFormat.CSV, Compression.ZSTD, True, "format as csv zstd manifest verbose"),
        (ExportFormat.JSON, Compression.GZIP, True, "format as json gzip manifest verbose"),
        (ExportFormat.PARQUET, None, False, "format as parquet manifest verbose"),
        (ExportFormat.PARQUET, None, True, "format as parquet parallel off manifest verbose"),
    ],
)
def test_a_joined_file_has_its_header_from_us(
    format: ExportFormat, compression: Compression | None, single: bool, options: str
) -> None:
    written = unload(format, compression=compression, single=single)
    assert written.endswith(f"iam_role '{PLACE.role_arn}' {options}")


def test_a_key_of_ones_own_encrypts_the_files() -> None:
    export = new_export(ExportFormat.CSV, None, True, None)
    place = replace(PLACE, key_arn="arn:aws:kms:eu-west-1:123456789012:key/k")
    _, unloaded, _ = export_statements(REPORT, set(), COLUMNS, export, place, PREFIX)
    assert f" kms_key_id '{place.key_arn}' encrypted manifest verbose" in unloaded
    assert "encrypted" not in unload(ExportFormat.CSV)


def test_a_text_is_made_harmless_and_the_rest_keeps_its_type() -> None:
    written = unload(ExportFormat.CSV)
    assert "when left(\"a\", 1) in (''='', ''+'', ''-'', ''@''" in written
    assert 'then chr(39) || "a" else "a" end as "a"' in written
    assert 'cast("b" as numeric(10, 2)) as "b"' in written
    assert "case" not in unload(ExportFormat.CSV, safe=False)


def test_a_name_of_a_column_is_nothing_but_a_name() -> None:
    columns = [TableColumn("a\"') to 's3://mine/", "int8", 19, 0)]
    export = new_export(ExportFormat.JSON, None, None, None)
    written = statements(export, columns=columns)[1]
    assert written.startswith("""unload ('select "a""'') to ''s3://mine/" from """)


@pytest.mark.parametrize("start", [*"=+-@＝＋－＠\t\n\r"])  # noqa: RUF001  # these, too
@pytest.mark.parametrize("rest", ["", "1+1", "cmd|' /C calc'!A0", ',"=1"', "5"])
def test_what_a_spreadsheet_would_run_is_a_formula(start: str, rest: str) -> None:
    assert is_formula(start + rest)


@pytest.mark.parametrize("text", ["", "a=1", "1-1", " =1", "'=1", "ä", "(1)", "a\t=1"])
def test_other_text_is_no_formula(text: str) -> None:
    assert not is_formula(text)


def test_a_header_is_a_line_of_csv_and_harmless() -> None:
    assert header(["a", 'b"', "c,d"]) == b'a,"b""","c,d"\n'
    columns = [TableColumn("=1+1", "int8", 19, 0)]
    written = statements(new_export(ExportFormat.CSV, None, None, None), columns=columns)[1]
    assert 'cast("=1+1" as bigint) as "\'\'=1+1"' in written
