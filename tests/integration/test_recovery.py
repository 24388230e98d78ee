"""Killed processes and restarts: nothing that was accepted is lost, and everything ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Person, clients, new_person
from tests.integration.stack import LocalStack
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until

QUERYCAST = Path(sys.executable).with_name("querycast")
SAVED_WITHIN = 10  # seconds, by the emulator


@pytest.fixture
def stack(spare_stack: LocalStack) -> LocalStack:
    return spare_stack


@pytest.fixture(autouse=True)
def healthy(eva: Person) -> None:
    """A test begins when the stack has recovered from the one before."""
    until(lambda: answers(eva))


@pytest.fixture(scope="module")
def eva(spare_stack: LocalStack) -> Person:
    return new_person(spare_stack.outputs(), "analysts")


def kill(stack: LocalStack, program: str) -> None:
    """kill -9, and wait until the supervisor has started it again."""
    killed = processes(stack)[program]["pid"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: processes(stack)[program]["pid"] != killed)


def processes(stack: LocalStack) -> Any:
    return json.loads((stack.state / "supervisor.json").read_text())["programs"]


def statuses(stack: LocalStack) -> list[str]:
    """Of all queries there are."""
    outputs = stack.outputs()
    items = clients(outputs)("dynamodb").scan(TableName=outputs["queryTable"])["Items"]
    return [item["status"]["S"] for item in items if "status" in item]


def answers(person: Person) -> bool:
    try:
        return not person.api.ask("{ listReports { name } }").errors
    except OSError:
        return False


def test_a_second_up_changes_nothing_and_says_so(stack: LocalStack) -> None:
    before = stack.outputs()
    assert "nothing" in stack.up().lower()
    assert stack.outputs() == before


def test_a_port_that_is_taken_is_named(stack: LocalStack, tmp_path: Any) -> None:
    port = stack.environment["QUERYCAST_PORT"]
    other = LocalStack(tmp_path / "other")
    other.environment["QUERYCAST_PORT"] = port
    refused = other.run("local", "up")
    assert refused.returncode != 0
    assert port in refused.stderr
    assert "QUERYCAST_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_killed_appsync_loses_nothing(stack: LocalStack, eva: Person) -> None:
    query_id = eva.api.submitted("taxi_by_day", month="2015-05")
    kill(stack, "appsync")
    until(lambda: answers(eva))
    assert ended(eva, query_id)["status"] == "FINISHED"


def test_a_client_outlives_a_killed_appsync(stack: LocalStack, eva: Person) -> None:
    """The command line's `run` gets its result though its connection was cut in between."""
    command = [str(QUERYCAST), "run", "taxi_by_hour", "--format", "json"]
    running = subprocess.Popen(command, env=stack.environment, stdout=subprocess.PIPE)
    until(lambda: "SUBMITTED" in statuses(stack) or running.poll() is not None)
    kill(stack, "appsync")
    shown, _ = running.communicate(timeout=90)
    assert running.returncode == 0
    assert len(json.loads(shown)) > 0


def test_a_killed_redshift_loses_nothing(stack: LocalStack, eva: Person) -> None:
    done = ended(eva, eva.api.submitted("taxi_by_day", month="2015-04"))
    running = [eva.api.submitted("taxi_by_hour") for _ in range(12)]
    kill(stack, "redshift")
    assert ended(eva, done["id"]) == done
    ends = [ended(eva, query_id, seconds=150) for query_id in running]
    assert {query["status"] for query in ends} <= {"FINISHED", "FAILED"}
    assert all(query["error"] for query in ends if query["status"] == "FAILED")


def test_a_killed_emulator_loses_ten_seconds_at_most(stack: LocalStack, eva: Person) -> None:
    done = ended(eva, eva.api.submitted("taxi_by_day", month="2015-07"))
    saved = time.time()
    until(lambda: last_saved(stack) > saved, SAVED_WITHIN)
    kill(stack, "aws")
    stack.up()
    assert eva.api.get(done["id"]) == done
    assert ended(eva, eva.api.submitted("taxi_by_day"))["status"] == "FINISHED"


def last_saved(stack: LocalStack) -> float:
    """Until when the emulator has saved what DynamoDB holds."""
    return (stack.state / "aws" / "state" / "dynamodb.json").stat().st_mtime


def test_state_survives_down_and_up(stack: LocalStack, eva: Person) -> None:
    done = ended(eva, eva.api.submitted("taxi_by_day", month="2015-08"))
    assert stack.run("local", "down").returncode == 0
    stack.up()
    assert eva.api.get(done["id"]) == done
    assert ended(eva, eva.api.submitted("taxi_by_day"))["status"] == "FINISHED"
