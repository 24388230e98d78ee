"""The command that creates the APIs under test, and takes them away again."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from local import aws
from local.settings import ROOT
from tests.conformance.appsync.target import load
from tests.local.conftest import Emulator


def run(emulator: Emulator, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.conformance.appsync.deploy", *arguments]
    environment = aws.environment(emulator.settings, os.environ)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def names(emulator: Emulator) -> dict[str, list[Any]]:
    """Whatever a deployment creates, by the service."""
    client = emulator.client
    pools = client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    return {
        "apis": sorted(a["apiId"] for a in client("appsync").list_graphql_apis()["graphqlApis"]),
        "functions": sorted(
            f["FunctionName"] for f in client("lambda").list_functions()["Functions"]
        ),
        "roles": sorted(r["RoleName"] for r in client("iam").list_roles()["Roles"]),
        "users": sorted(u["UserName"] for u in client("iam").list_users()["Users"]),
        "pools": sorted(p["Id"] for p in pools),
    }


def test_deleting_leaves_nothing_that_deploying_made(
    conformance_emulator: Emulator, tmp_path: Path
) -> None:
    before, file = names(conformance_emulator), tmp_path / "target.json"
    deployed = run(conformance_emulator, str(file))
    assert f"QUERYCAST_CONFORMANCE_TARGET={file}" in deployed.stdout, deployed.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert "oidc" not in load(file).offers
    assert names(conformance_emulator) != before
    deleted = run(conformance_emulator, str(file), "--delete")
    assert deleted.returncode == 0, deleted.stderr
    assert not file.exists()
    assert names(conformance_emulator) == before
