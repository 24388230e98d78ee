"""A stack is created, updated, left alone or made again, whatever state it is in."""

import json
from pathlib import Path

import pytest

from local.assembly import StackAssembly
from local.deploy import deploy, describe
from local.errors import DeploymentFailed
from tests.local.assemblies import function, table, write_assembly
from tests.local.conftest import Emulator

BROKEN = {
    "Type": "AWS::CloudFormation::Stack",
    "Properties": {"TemplateURL": "http://127.0.0.1:1/nothing"},
}


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return str(request.node.name).replace("_", "-")[:60]


@pytest.fixture
def first(tmp_path: Path, name: str) -> StackAssembly:
    return write_assembly(tmp_path, name, {"Function": function(FunctionName=name)})


def answer(emulator: Emulator, name: str) -> dict[str, int]:
    payload = emulator.client("lambda").invoke(FunctionName=name)["Payload"].read()
    return dict(json.loads(payload))


def test_a_new_stack_is_created(local_aws: Emulator, first: StackAssembly, name: str) -> None:
    assert deploy(first) == "created"
    assert answer(local_aws, name) == {"version": 1}


def test_the_same_again_changes_nothing(local_aws: Emulator, first: StackAssembly) -> None:
    deploy(first)
    assert deploy(first) == "unchanged"


def test_new_code_updates_the_stack(
    local_aws: Emulator, first: StackAssembly, name: str, tmp_path: Path
) -> None:
    deploy(first)
    second = write_assembly(tmp_path, name, {"Function": function(FunctionName=name)}, version=2)
    assert deploy(second) == "updated"
    assert answer(local_aws, name) == {"version": 2}


def test_a_failure_names_the_resource_and_its_reason(
    local_aws: Emulator, name: str, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentFailed, match="Broken: "):
        deploy(write_assembly(tmp_path, name, {"Broken": BROKEN}))


def test_a_stack_that_was_rolled_back_is_made_again(
    local_aws: Emulator, name: str, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentFailed):
        deploy(write_assembly(tmp_path, name, {"Broken": BROKEN}))
    assert deploy(write_assembly(tmp_path, name, {"Table": table()})) == "created"


def test_a_failed_update_leaves_the_stack_as_it_was(
    local_aws: Emulator, first: StackAssembly, name: str, tmp_path: Path
) -> None:
    deploy(first)
    resources = {"Function": function(FunctionName=name), "Broken": BROKEN}
    with pytest.raises(DeploymentFailed, match=r"UPDATE_ROLLBACK_COMPLETE.*Broken"):
        deploy(write_assembly(tmp_path, name, resources))
    stack = describe(local_aws.client("cloudformation"), name)
    assert stack
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert answer(local_aws, name) == {"version": 1}


def test_an_unsupported_resource_is_refused_with_its_type(
    local_aws: Emulator, name: str, tmp_path: Path
) -> None:
    resources = {"Cluster": {"Type": "AWS::Redshift::Cluster"}}
    with pytest.raises(DeploymentFailed, match="AWS::Redshift::Cluster"):
        deploy(write_assembly(tmp_path, name, resources))
