"""Stacks by name: kept, found wherever a file is named, listed and forgotten."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from querycast.cli.app import app
from querycast.client import Client
from querycast.errors import InvalidArgument, NotConfigured
from querycast.outputs import read_outputs
from querycast.profiles import add_profile, list_profiles, remove_profile
from tests.clients.appsync_server import PASSWORD, AppSyncServer
from tests.clients.conftest import write_outputs


@pytest.fixture
def outputs(home: Path, server: AppSyncServer) -> Path:
    """The outputs file of the server, where it is not looked for."""
    path = write_outputs(home, server, apiKey="da2-secret")
    return path.rename(home / "outputs.json")


def querycast(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_name_does_wherever_a_file_does(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_profile("prod", outputs)
    outputs.unlink()

    with Client.from_outputs(Path("prod")) as client:
        assert [report.name for report in client.reports()] == ["taxi_by_day"]
    monkeypatch.setenv("QUERYCAST_OUTPUTS", "prod")
    with Client.from_outputs() as client:
        assert len(client.reports()) == 1


def test_a_file_of_that_name_goes_before_a_profile(home: Path, outputs: Path) -> None:
    add_profile("prod", outputs)
    (home / "prod").write_text(json.dumps({**json.loads(outputs.read_text()), "region": "here-1"}))

    assert read_outputs(Path("prod")).region == "here-1"


def test_the_default_one_is_asked_where_no_file_is_found(
    home: Path, server: AppSyncServer, outputs: Path
) -> None:
    add_profile("default", outputs)
    assert read_outputs().region == "us-east-1"

    write_outputs(home, server, region="here-1")
    assert read_outputs().region == "here-1"


def test_what_is_kept_is_all_that_a_client_needs_and_nobody_elses(
    home: Path, outputs: Path
) -> None:
    kept = home / "config" / "querycast" / "profiles" / "prod.json"

    assert add_profile("prod", outputs) == read_outputs(Path("prod"))
    assert "da2-secret" not in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "a/b", "../a", "a.json", ".", "a b", "x" * 65])
def test_what_can_be_no_file_is_no_name(outputs: Path, name: str) -> None:
    with pytest.raises(InvalidArgument, match="cannot be a profile's name"):
        add_profile(name, outputs)
    with pytest.raises(InvalidArgument, match="no profile"):
        remove_profile(name)


def test_what_is_no_outputs_file_is_not_kept(home: Path) -> None:
    (home / "outputs.json").write_text("{}")

    with pytest.raises(NotConfigured, match=r"outputs.json has no graphqlUrl"):
        add_profile("prod", home / "outputs.json")
    assert list(list_profiles()) == []


def test_a_name_that_is_none_says_what_to_do(home: Path) -> None:
    with pytest.raises(NotConfigured, match="'prod' is neither a file nor a profile; `querycast"):
        read_outputs(Path("prod"))


def test_the_commands_keep_list_and_forget(server: AppSyncServer, outputs: Path) -> None:
    added = querycast("profiles", "add", "prod", str(outputs))
    assert added.stderr.endswith("sign in: querycast login --outputs prod\n")
    CliRunner().invoke(app, ["login", "ana@example.com", "--outputs", "prod"], input=PASSWORD)

    listed = querycast("profiles", "list", "-o", "json")
    assert json.loads(listed.stdout) == [
        {
            **{"profile": "prod", "api": server.outputs["graphqlUrl"]},
            **{"region": "us-east-1", "signed_in": "ana@example.com"},
        }
    ]

    assert querycast("profiles", "remove", "prod").exit_code == 0
    assert querycast("profiles", "remove", "prod").exit_code == 2
    assert list(list_profiles()) == []
