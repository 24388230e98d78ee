import json
from pathlib import Path

import pytest

from infra import app, sources
from infra.sources import Built
from infra.stage import read_stage
from tests.infra.built import built


@pytest.fixture
def no_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    absent = Built(
        lambda_asset=tmp_path / "build/lambda",
        agenda_asset=tmp_path / "build/lambda-agenda",
        migrations=tmp_path / "migrations.json",
        catalogue=tmp_path / "no.json",
    )
    monkeypatch.setattr(sources, "BUILT", absent)
    return tmp_path


def test_the_assembly_holds_one_stack_and_its_asset(tmp_path: Path) -> None:
    app.synthesise(read_stage("dev"), built(tmp_path), tmp_path / "cdk.out")
    artifacts = json.loads((tmp_path / "cdk.out/manifest.json").read_text())["artifacts"]
    kinds = {name: artifact["type"] for name, artifact in artifacts.items()}
    assert kinds["Querycast-dev"] == "aws:cloudformation:stack"
    assert list(kinds.values()).count("aws:cloudformation:stack") == 1
    assert list((tmp_path / "cdk.out").glob("asset.*/handler.py"))


def test_the_same_sources_make_the_same_template(tmp_path: Path) -> None:
    first = app.synthesise(read_stage("dev"), built(tmp_path), tmp_path / "first").read_text()
    assert (
        app.synthesise(read_stage("dev"), built(tmp_path), tmp_path / "second").read_text() == first
    )


def test_the_assembly_names_no_path_of_this_machine(tmp_path: Path) -> None:
    app.synthesise(read_stage("dev"), built(tmp_path), tmp_path / "cdk.out")
    for path in (tmp_path / "cdk.out").glob("*.json"):
        assert str(tmp_path) not in path.read_text(), path.name
        assert str(sources.ROOT) not in path.read_text(), path.name


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--stage", "moon"]) == 1
    assert "error: Stage 'moon' is not in stages.toml" in capsys.readouterr().err


@pytest.mark.usefixtures("no_sources")
def test_a_missing_asset_says_how_to_make_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([]) == 1
    assert "build/lambda does not exist; make it with" in capsys.readouterr().err
