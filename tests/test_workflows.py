"""The workflows run what is there, pin what is not ours, and hold no key."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.M))
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Any:
    return yaml.safe_load(request.param.read_text())


def steps(workflow: Any) -> list[Any]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_a_workflow_runs_targets_of_the_makefile(workflow: Any) -> None:
    script = "\n".join(step.get("run", "") for step in steps(workflow))
    run = {word for words in re.findall(r"make ((?:[a-z]+ ?)+)", script) for word in words.split()}
    assert run
    assert run <= TARGETS


def test_what_is_not_ours_is_pinned_by_its_commit(workflow: Any) -> None:
    assert all(PINNED.fullmatch(step["uses"]) for step in steps(workflow) if "uses" in step)


def test_a_workflow_may_no_more_than_it_says(workflow: Any) -> None:
    assert workflow["permissions"].keys() <= {"contents", "id-token"}
    assert all(
        step["with"] == {"persist-credentials": False} for step in steps(workflow) if "uses" in step
    )


def test_no_workflow_holds_a_key_or_runs_what_a_title_says(workflow: Any) -> None:
    text = str(workflow)
    assert "secrets." not in text
    assert "AWS_SECRET" not in text
    assert not [step for step in steps(workflow) if "${{" in step.get("run", "")]
