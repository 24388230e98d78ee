"""Report files, a stack's outputs and an object store, each made for one test."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.report import CompiledReport
from sql.report_file import compile_report
from sql.stack import Stack
from tests.sql.object_store import ObjectStore

CompileSql = Callable[..., CompiledReport]


@pytest.fixture
def write_report(tmp_path: Path) -> Callable[..., Path]:
    """Writes a report file: the SQL begins in line 6, after the declarations of its parameters."""

    def write(
        sql: str, *, name: str = "report", parameters: str = "{}", refreshed_by: str = ""
    ) -> Path:
        file = tmp_path / f"{name}.sql"
        more = f"\nrefreshedBy: {refreshed_by}" if refreshed_by else ""
        file.write_text(f"/*\ntitle: A report\nparameters:\n  {parameters}{more}\n*/\n{sql}\n")
        return file

    return write


@pytest.fixture
def pipelines(tmp_path: Path) -> Path:
    """A folder of pipelines, beside the reports in `tmp_path`."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    return folder


@pytest.fixture
def write_pipeline(pipelines: Path) -> Callable[..., Path]:
    """Writes a pipeline file: what it declares beside a title is from line 3 on."""

    def write(declared: str = "", *, name: str = "pipeline", sql: str = "call fill()") -> Path:
        file = pipelines / f"{name}.sql"
        file.write_text(f"/*\ntitle: A pipeline\n{declared}\n*/\n{sql}\n")
        return file

    return write


@pytest.fixture
def compile_sql(write_report: Callable[..., Path]) -> CompileSql:
    """Compiles SQL with parameters of the given types: `compile_sql("select :a", a="text")`."""

    def compile_with(sql: str, **declarations: str) -> CompiledReport:
        fields = ", ".join(
            f"{name}: {{type: {declared}, required: {str(not optional).lower()}}}"
            for name, (declared, optional) in (
                (name, (text.removesuffix("?"), text.endswith("?")))
                for name, text in declarations.items()
            )
        )
        return compile_report(write_report(sql, parameters=f"{{{fields}}}"))

    return compile_with


@pytest.fixture
def object_store() -> Iterator[ObjectStore]:
    with ObjectStore() as store:
        yield store


@pytest.fixture
def stack(tmp_path: Path, object_store: ObjectStore) -> Stack:
    """A stack whose buckets are in `object_store`; nothing answers for its warehouse."""
    credentials = tmp_path / "credentials"
    credentials.write_text(
        "[default]\naws_access_key_id = 000000000000\naws_secret_access_key = secret\n"
    )
    outputs = {
        "region": "us-east-1",
        "catalogueBucket": "catalogue",
        "dataBucket": "data",
        "warehouseWorkgroup": "querycast",
        "warehouseDatabase": "dev",
        "awsEndpointUrl": object_store.url,
        "redshiftDataUrl": "http://127.0.0.1:1",
        "credentialsFile": str(credentials),
    }
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(outputs))
    return Stack(file, outputs)
