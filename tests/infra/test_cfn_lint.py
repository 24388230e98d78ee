"""The templates as CloudFormation's own linter sees them; each kind of warehouse has another."""

import json
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]  # it has no types

DOUBLED = "W3005"  # the CDK has a function depend on its role, which it also names


@pytest.mark.parametrize(
    "stage", ["dev", "production", "everything", "encrypted", "user", "secret"]
)
def test_cfn_lint_finds_nothing(stacks: dict[str, Any], stage: str) -> None:
    assert found_in(stacks[stage]) == []


def test_cfn_lint_finds_nothing_in_what_another_account_deploys(warehouse_account: Any) -> None:
    assert found_in(warehouse_account) == []


def found_in(stack: Any) -> list[str]:
    from aws_cdk import assertions

    template = json.dumps(assertions.Template.from_stack(stack).to_json())
    found = lint(template, config={"ignore_checks": [DOUBLED], "regions": ["us-east-1"]})
    return [str(each) for each in found]
