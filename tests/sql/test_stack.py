"""Which stack the tools work on, and what is said when there is none."""

import json
from pathlib import Path

import pytest

from sql.copy_settings import ROLE_VARIABLE, copy_settings
from sql.errors import NoStack
from sql.publish import main as publish
from sql.stack import Stack, find_stack

ROLE = "arn:aws:iam::123456789012:role/reads"
OTHER_ROLE = "arn:aws:iam::123456789012:role/path/other"


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("QUERYCAST_OUTPUTS", raising=False)
    folder = tmp_path / "project" / "inner"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_the_outputs_of_a_folder_above_are_found(working_folder: Path) -> None:
    state = working_folder.parent / ".querycast"
    state.mkdir()
    (state / "outputs.json").write_text('{"dataBucket": "data"}')
    assert find_stack().data_bucket == "data"


def test_the_variable_names_the_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.json").write_text('{"dataBucket": "mine"}')
    monkeypatch.setenv("QUERYCAST_OUTPUTS", str(tmp_path / "mine.json"))
    assert find_stack().data_bucket == "mine"


def test_without_a_stack_the_next_step_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert publish([]) == 1
    assert "start the stack with: make up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "not JSON"), ("[]", "not the outputs of a stack"), ("{}", "there is no output")],
)
def test_broken_outputs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, words: str
) -> None:
    (tmp_path / "broken.json").write_text(content)
    monkeypatch.setenv("QUERYCAST_OUTPUTS", str(tmp_path / "broken.json"))
    with pytest.raises(NoStack, match=words):
        _ = find_stack().data_bucket


def test_a_stack_that_does_not_answer_is_an_error_not_a_traceback(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.file.write_text(json.dumps({**stack.outputs, "awsEndpointUrl": "http://127.0.0.1:1"}))
    monkeypatch.setenv("QUERYCAST_OUTPUTS", str(stack.file))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert publish([]) == 1
    assert "Is the stack running?" in capsys.readouterr().err


def test_a_local_stack_is_signed_with_its_own_key(stack: Stack) -> None:
    credentials = stack._session.get_credentials()
    assert credentials is not None
    assert (credentials.access_key, credentials.secret_key) == ("000000000000", "secret")


@pytest.mark.parametrize(
    ("outputs", "arguments"),
    [
        ({"warehouseWorkgroup": "w"}, {"WorkgroupName": "w", "Database": "dev"}),
        ({"warehouseCluster": "c"}, {"ClusterIdentifier": "c", "Database": "dev"}),
    ],
)
def test_the_warehouse_is_a_workgroup_or_a_cluster(
    outputs: dict[str, str], arguments: dict[str, str]
) -> None:
    stack = Stack(Path("outputs.json"), {"warehouseDatabase": "dev", **outputs})
    assert stack.warehouse == arguments


@pytest.mark.parametrize(
    ("variable", "output", "sql"),
    [(None, None, "default"), (None, ROLE, f"'{ROLE}'"), (OTHER_ROLE, ROLE, f"'{OTHER_ROLE}'")],
)
def test_redshift_reads_s3_by_the_role_of_the_variable_or_the_stage(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, output: str | None, sql: str
) -> None:
    if variable:
        monkeypatch.setenv(ROLE_VARIABLE, variable)
    outputs = {"dataBucket": "trips", "warehouseCopyRole": output}
    settings = copy_settings(Stack(Path("outputs.json"), outputs))
    assert settings == {"data_bucket": "trips", "copy_role": sql}


def test_what_is_no_role_is_not_put_into_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROLE_VARIABLE, "x' format as csv --")
    with pytest.raises(NoStack, match="no role's ARN"):
        copy_settings(Stack(Path("outputs.json"), {"dataBucket": "trips"}))
