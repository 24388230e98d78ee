"""Findings of cdk-nag that stay, each with its reason beside the resource that has it.

https://github.com/cdklabs/cdk-nag/blob/main/RULES.md#awssolutions
"""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Say why the finding, such as `S1`, holds for this construct and what is inside it."""
    rule = Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason)
    Validations.of(construct).acknowledge(rule)


def acknowledge_wildcard(construct: IConstruct, resource: str, reason: str) -> None:
    """Say why a policy names resources by this pattern."""
    acknowledge(construct, f"IAM5[Resource::{resource}]", reason)
