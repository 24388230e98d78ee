"""What the README tells a newcomer to type does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.stack import ROOT, LocalStack

README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^\$ (.*)$", README, re.MULTILINE)
TRIPS = "picked_up,miles\n2019-03-23 20:21:09,1.6\n2019-03-04 16:11:55,0.79\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_works(
    spare_stack: LocalStack, tmp_path: Path, command: str
) -> None:
    (tmp_path / "trips.csv").write_text(TRIPS)
    outputs = spare_stack.outputs()
    for written, here in (
        ("http://localhost:4000/graphql", outputs["graphqlUrl"]),
        ("https://localhost:4443/graphql", outputs["graphqlTlsUrl"]),
        (".querycast/tls/ca.pem", outputs["caCertificateFile"]),
        ("trips.csv TABLE", f"{tmp_path / 'trips.csv'} REPLACE=yes TABLE"),
        ("-o june.csv", f"-o {tmp_path / 'june.csv'}"),
        (".venv/bin/", f"{Path(sys.executable).parent}/"),
    ):
        command = command.replace(written, here)
    environment = spare_stack.environment | {"KEY": outputs["apiKey"]}
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"errors"' not in done.stdout


def test_the_python_of_the_readme_works(spare_stack: LocalStack) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", snippet],
        env=spare_stack.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 30
