"""Reading what `cdk synth` wrote."""

import json
import os
from pathlib import Path

import pytest

from local.assembly import read_assembly, zipped
from local.errors import AssemblyError
from tests.local.assemblies import function, write_assembly


def test_assets_go_to_the_bucket_of_the_local_account(tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path, "Demo", {"Function": function()})
    assert {asset.bucket for asset in assembly.assets} == {
        "cdk-hnb659fds-assets-000000000000-us-east-1"
    }
    assert assembly.template in assembly.assets


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "main.py").write_text("x = 1\n")
    before = zipped(folder)
    os.utime(folder / "main.py", (0, 0))
    assert zipped(folder) == before


def test_a_missing_assembly_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(AssemblyError, match="make synth"):
        read_assembly(tmp_path)


def test_two_stacks_are_one_too_many(tmp_path: Path) -> None:
    write_assembly(tmp_path, "Demo", {})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["artifacts"]["Other"] = manifest["artifacts"]["Demo"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(AssemblyError, match="Demo, Other"):
        read_assembly(tmp_path)
