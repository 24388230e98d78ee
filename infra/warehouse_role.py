"""The one identity under which statements run on Redshift; every function that needs it assumes it.

Each function has a role of its own, but the Data API ties a statement to the identity that started
it: others may read its result only within the same role, and IAM sign-in makes one database user of
each role (`IAMR:<role>`), to whom the warehouse grants. One function of ours starts a statement,
another watches it, a third reads it; so all of them act as this role, in sessions of one name. A
statement's owner is role and session name together, so the policy can say: our own statements only.
Where the warehouse is in another account, the role is there (infra/warehouse_account.py).
https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html
"""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.account_roles import grant_assume, role_arn
from infra.agreed_names import QUERIES, SESSION_NAME
from infra.stage import Stage
from infra.warehouse_access import allow_statements


class WarehouseRole(Construct):
    """`arn`: of the role."""

    def __init__(
        self, scope: Construct, *, stage: Stage, functions: Sequence[lambda_.Function]
    ) -> None:
        super().__init__(scope, "Warehouse")
        elsewhere = stage.warehouse.account is not None
        self.arn = role_arn(self, stage, QUERIES) if elsewhere else self._own(stage, functions)
        for function in functions:
            grant_assume(_role(function), self.arn)
            function.add_environment("WAREHOUSE_ROLE_ARN", self.arn)

    def _own(self, stage: Stage, functions: Sequence[lambda_.Function]) -> str:
        role = iam.Role(
            self,
            "Role",
            description="Runs Querycast's statements on Redshift.",
            assumed_by=iam.CompositePrincipal(*(_session_of(_role(each)) for each in functions)),
        )
        allow_statements(role, stage.warehouse, "ListStatements")
        return role.role_arn


def _role(function: lambda_.Function) -> iam.IRole:
    assert function.role is not None  # only an imported function may lack one
    return function.role


def _session_of(role: iam.IRole) -> iam.PrincipalBase:
    """The role, when it opens a session of the agreed name."""
    return iam.ArnPrincipal(role.role_arn).with_conditions(
        {"StringEquals": {"sts:RoleSessionName": SESSION_NAME}}
    )
