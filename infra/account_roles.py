"""The roles of a warehouse's account, as a stage in another one names and uses them.

What makes them is infra/warehouse_account.py.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.agreed_names import FILES, role_name
from infra.stage import Stage


def role_arn(scope: Construct, stage: Stage, purpose: str) -> str:
    """Of the role in the warehouse's account."""
    partition = Stack.of(scope).partition
    return f"arn:{partition}:iam::{stage.warehouse.account}:role/{role_name(stage, purpose)}"


def grant_assume(grantee: iam.IGrantable, arn: str) -> None:
    """A role of this stack may act as that one of the other account, which trusts it by its tags
    (infra/warehouse_account.py)."""
    iam.Grant.add_to_principal(grantee=grantee, actions=["sts:AssumeRole"], resource_arns=[arn])


def files_role(scope: Construct, stage: Stage) -> iam.PrincipalBase:
    """That role as the policy of a bucket names it, which need not be there before the policy."""
    account = stage.warehouse.account
    assert account is not None  # else the warehouse's roles are of this account
    return iam.AccountPrincipal(account).with_conditions(
        {"ArnEquals": {"aws:PrincipalArn": role_arn(scope, stage, FILES)}}
    )
