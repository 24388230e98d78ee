"""`querycast codegen`: what it writes is typed and always the same, and no name becomes code."""

import ast
import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from querycast import AsyncClient, Client
from querycast.cli.app import app
from querycast.codegen.module import COROUTINES, known_columns, module
from querycast.report import Report
from querycast.result import Column
from tests.clients.appsync_server import AppSyncServer
from tests.clients.service import REPORT, FakeService, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"
ROOT = Path(__file__).parents[2]
PLAIN = Report.from_json(REPORT)
MONTH = PLAIN.parameters[0]
KINDS = ["TEXT", "INTEGER", "DECIMAL", "BOOLEAN", "DATE", "MONTH", "TIMESTAMP", "ENUM"]
HOSTILE = [
    *("class", "print", "client", "timeout", "run", "Decimal", "date", "x y", "1st", "", "a"),
    *("\uff41", "日本", "é", "__class__", '"""', "'", "\\", "\n", "\\u0041", "\x00", "None"),
    *("x: int = exit()", "# columns: {}", '")\nimport os\n', "\ud800", "\u202e", "{", "%s"),
]
NAME = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=[]), max_size=20)
PARAMETER = st.builds(
    replace,
    st.just(MONTH),
    name=NAME,
    type=st.sampled_from(KINDS),
    title=st.none() | NAME,
    description=st.none() | NAME,
    default=st.none() | NAME | st.sampled_from(["1", "1.5", "true", "2015-06-01"]),
    required=st.booleans(),
    min=st.none() | NAME,
    options=st.none() | st.lists(NAME, min_size=1, max_size=3, unique=True),
)
COLUMN = st.builds(Column, NAME, st.sampled_from(["int8", "varchar", "numeric", "bool"]) | NAME)
REPORTS = st.lists(
    st.builds(
        Report,
        name=NAME,
        title=NAME,
        description=st.none() | NAME,
        parameters=st.lists(PARAMETER, max_size=4, unique_by=lambda it: it.name),
    ),
    max_size=4,
    unique_by=lambda it: it.name,
)


def codegen(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["codegen", *arguments])


@pytest.fixture
def has_run(service: FakeService) -> None:
    """The caller has run the report, and its result is kept."""
    service.queries[ID] = query(ID, "FINISHED", 4, resultRows=3)


def test_a_report_is_a_function_with_types(home: Path, stack: AppSyncServer, has_run: None) -> None:
    assert codegen("reports.py").exit_code == 0

    text = (home / "reports.py").read_text()
    assert (
        'TaxiByDayRow = TypedDict("TaxiByDayRow", {\n'
        '    "trip_date": date | None,\n'
        '    "trips": int | None,\n'
        "})\n"
    ) in text
    assert "def taxi_by_day(\n    client: Client,\n    *,\n    month: str,\n" in text
    assert ") -> TypedResult[TaxiByDayRow]:\n" in text
    assert "    month: Which month. (from 2015-01 to 2015-12)\n" in text


def test_the_function_runs_the_report(
    home: Path, stack: AppSyncServer, service: FakeService, has_run: None
) -> None:
    codegen("reports.py")
    service.on_submit = service.finish
    written: dict[str, Any] = {}
    exec((home / "reports.py").read_text(), written)

    with Client.from_outputs() as client:
        rows = list(written["taxi_by_day"](client, month="2015-06", timeout=30))

    assert rows[0] == {"trip_date": date(2015, 6, 1), "trips": 410}


def test_the_function_may_be_a_coroutine(
    home: Path, stack: AppSyncServer, service: FakeService, has_run: None
) -> None:
    codegen("reports.py", "--async")
    service.on_submit = service.finish
    written: dict[str, Any] = {}
    exec((home / "reports.py").read_text(), written)

    async def act() -> list[dict[str, Any]]:
        async with AsyncClient.from_outputs() as client:
            return [row async for row in await written["taxi_by_day"](client, month="2015-06")]

    assert asyncio.run(act())[0] == {"trip_date": date(2015, 6, 1), "trips": 410}
    assert codegen("reports.py", "--async", "--check").exit_code == 0
    assert codegen("reports.py", "--check").exit_code == 1


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({"type": "INTEGER", "default": "007"}, "it: int = 7"),
        ({"type": "DECIMAL", "default": "1.50"}, 'it: Decimal | int = Decimal("1.50")'),
        ({"type": "BOOLEAN", "default": "true"}, "it: bool = True"),
        ({"type": "DATE", "default": "2015-06-01"}, "it: date = date(2015, 6, 1)"),
        ({"type": "DATE", "default": "today"}, "it: date | None = None"),
        (
            {"type": "TIMESTAMP", "default": "2015-06-01 10:00:00"},
            "it: datetime = datetime(2015, 6, 1, 10, 0)",
        ),
        ({"type": "TEXT", "default": 'say "x"'}, "it: str = 'say \"x\"'"),
        ({"type": "TEXT"}, "it: str | None = None"),
        ({"type": "TEXT", "required": True}, "it: str,"),
        (
            {"type": "ENUM", "options": ["cash", "card"], "default": "card"},
            'it: Literal["cash", "card"] = "card"',
        ),
    ],
)
def test_a_parameter_has_its_type_and_its_default(changes: dict[str, Any], written: str) -> None:
    parameter = replace(MONTH, name="it", **{"required": False, **changes})

    assert f"    {written}" in module([replace(PLAIN, parameters=[parameter])], {})


def test_without_a_result_the_rows_have_no_type_and_that_is_told(
    home: Path, stack: AppSyncServer
) -> None:
    shown = codegen("reports.py")

    assert "columns of taxi_by_day are not known; run it first, or give --run" in shown.stderr
    assert "-> TypedResult[dict[str, Any]]:" in (home / "reports.py").read_text()


def test_a_report_that_needs_no_value_is_run_for_its_columns_where_asked(
    home: Path, stack: AppSyncServer, service: FakeService
) -> None:
    service.on_submit = service.finish
    without_run = codegen("reports.py", "--run")
    service.reports = [{**REPORT, "parameters": []}]

    assert (without_run.exit_code, service.submitted) == (0, [])
    codegen("reports.py", "--run")
    assert len(service.submitted) == 1
    assert "TaxiByDayRow" in (home / "reports.py").read_text()


def test_columns_are_not_lost_when_the_result_is(
    home: Path, stack: AppSyncServer, service: FakeService, has_run: None
) -> None:
    codegen("reports.py")
    before = (home / "reports.py").read_text()
    service.queries.clear()

    assert codegen("reports.py").stderr == "reports.py: 1 reports.\n"
    assert (home / "reports.py").read_text() == before


def test_a_module_that_is_stale_is_exit_code_1(
    home: Path, stack: AppSyncServer, service: FakeService, has_run: None
) -> None:
    codegen("reports.py")
    fresh = codegen("reports.py", "--check")
    service.reports = [{**REPORT, "title": "Another"}]
    stale = codegen("reports.py", "--check")

    assert (fresh.exit_code, fresh.stderr) == (0, "")
    assert (stale.exit_code, "write it anew" in stale.stderr) == (1, True)
    assert "Another" not in (home / "reports.py").read_text()


def test_a_file_of_somebody_elses_is_not_overwritten(home: Path, stack: AppSyncServer) -> None:
    (home / "mine.py").write_text("precious = 1\n")

    assert codegen("mine.py").exit_code == 2
    assert (home / "mine.py").read_text() == "precious = 1\n"


@given(REPORTS, st.lists(st.lists(COLUMN, max_size=3), min_size=4, max_size=4))
def test_no_name_becomes_code(reports: list[Report], columns: list[list[Column]]) -> None:
    known = {report.name: found for report, found in zip(reports, columns, strict=False)}

    text = module(reports, known)

    assert {type(it) for it in ast.parse(text).body[1:]} <= {
        ast.ImportFrom,
        ast.Assign,
        ast.FunctionDef,
    }
    assert {type(node).__name__ for node in _calls(text)} <= {"Name"}
    assert _called(text) <= {"TypedDict", "TypedResult", "run", "Decimal", "date", "datetime"}
    text.encode()
    assert module(list(reversed(reports)), known) == text


@given(REPORTS, st.lists(st.lists(COLUMN, max_size=3), min_size=4, max_size=4))
def test_columns_are_read_back_from_the_module(
    reports: list[Report], columns: list[list[Column]]
) -> None:
    known: Mapping[str, Sequence[Column]] = {
        report.name: found for report, found in zip(reports, columns, strict=False)
    }
    distinct = {
        name: found
        for name, found in known.items()
        if len({column.name for column in found}) == len(found)
    }
    assert known_columns(module(reports, known)) == distinct


def test_what_is_written_satisfies_mypy(tmp_path: Path) -> None:
    """Of hostile names, and of a caller who gets types wrong."""
    parameters = [
        replace(MONTH, name=name, type=kind, options=["x", '"'] if kind == "ENUM" else None)
        for name, kind in zip(HOSTILE, KINDS * 4, strict=False)
    ]
    hostile = [
        replace(PLAIN, name=name, title=name, description=name, parameters=parameters)
        for name in HOSTILE
    ]
    columns = [Column(name, "int8") for name in HOSTILE]
    known = {"taxi_by_day": [Column("trips", "int8")], **dict.fromkeys(HOSTILE, columns)}
    (tmp_path / "reports.py").write_text(module([PLAIN, *hostile], known), encoding="utf-8")
    coroutines = module([PLAIN, *hostile], known, COROUTINES)
    (tmp_path / "coroutines.py").write_text(coroutines, encoding="utf-8")
    (tmp_path / "caller.py").write_text(CALLER)
    (tmp_path / "mypy.ini").write_text(MYPY)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "reports.py", "coroutines.py", "caller.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT / "clients" / "python"), "PATH": ""},
        capture_output=True,
        text=True,
    )

    assert [
        line.partition("error: ")[2] for line in done.stdout.splitlines() if "error: " in line
    ] == WRONG


MYPY = """\
[mypy]
follow_imports = silent
[mypy-gql.*,graphql.*,aiohttp.*,rich.*]
follow_imports = skip
"""  # which would take ten seconds more, and are not seen by who calls us
CALLER = """\
import coroutines
from querycast import AsyncClient, Client
from reports import taxi_by_day

with Client.from_outputs() as client:
    for row in taxi_by_day(client, month="2015-06"):
        trips: int | None = row["trips"]
        row["trip"]
    taxi_by_day(client, month=6)
    taxi_by_day(client)


async def act(client: AsyncClient) -> None:
    async for row in await coroutines.taxi_by_day(client, month="2015-06"):
        trips: str = row["trips"]
"""
WRONG = [
    'TypedDict "TaxiByDayRow" has no key "trip"  [typeddict-item]',
    'Argument "month" to "taxi_by_day" has incompatible type "int"; expected "str"  [arg-type]',
    'Missing named argument "month" for "taxi_by_day"  [call-arg]',
    'Incompatible types in assignment (expression has type "int | None", variable has type "str")  '
    "[assignment]",
]


def _calls(text: str) -> list[ast.expr]:
    return [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]


def _called(text: str) -> set[str]:
    return {node.id for node in _calls(text) if isinstance(node, ast.Name)}
