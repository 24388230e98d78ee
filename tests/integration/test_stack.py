"""A stack of our own ends with the tests that it was for, however those end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.stack import ROOT, LocalStack
from tests.integration.wait import until

HOLD = """
import signal, sys
from pathlib import Path
from tests.integration.stack import LocalStack
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background has not
with LocalStack(Path(sys.argv[1])).ends_with_us():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def outputs_file(tmp_path: Path) -> Path:
    """What `clean` removes last of all, of a stack in the folder `state`."""
    file = tmp_path / "state" / "outputs.json"
    file.parent.mkdir()
    file.write_text("{}")
    return file


def test_a_stack_that_is_held_stays(outputs_file: Path) -> None:
    with LocalStack(outputs_file.parent).ends_with_us():
        assert outputs_file.exists()
    assert not outputs_file.exists()


def test_a_stack_that_did_not_come_up_is_cleaned_up(outputs_file: Path) -> None:
    stack = LocalStack(outputs_file.parent)
    stack.environment["QUERYCAST_MINISTACK_PYTHON"] = "/nowhere"
    with pytest.raises(AssertionError, match="/nowhere"), stack.ends_with_us():
        stack.up()
    assert not outputs_file.exists()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stack_ends_when_its_tests_are_stopped(outputs_file: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-c", HOLD, str(outputs_file.parent)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as tests:
        assert tests.stdout
        assert tests.stdout.readline() == b"held\n"
        assert outputs_file.exists()
        tests.send_signal(end)
        until(lambda: not outputs_file.exists(), 120)  # another core may be busy
