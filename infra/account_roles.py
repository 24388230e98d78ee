"""The roles that a warehouse's own account has for a stage elsewhere, and the bus that hears of it.

Each account must name what the other one makes, before it is there; so these names are agreed.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.stage import Stage

QUERIES = "queries"  # runs the statements of queries
MIGRATIONS = "migrations"  # runs sql/migrations
FILES = "files"  # as which Redshift reads the data bucket and writes exports


def role_name(stage: Stage, purpose: str) -> str:
    return f"querycast-{stage.name}-{purpose}"


def role_arn(scope: Construct, stage: Stage, purpose: str) -> str:
    """Of the role in the warehouse's account."""
    partition = Stack.of(scope).partition
    return f"arn:{partition}:iam::{stage.warehouse.account}:role/{role_name(stage, purpose)}"


def bus_name(stage: Stage) -> str:
    """Of the bus in the stage's account."""
    return f"{stage.stack_name}-warehouse"


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
