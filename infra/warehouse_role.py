"""The one identity under which statements run on Redshift; every function that needs it assumes it.

Each function has a role of its own, but the Data API ties a statement to the identity that started
it: others may read its result only within the same role, and IAM sign-in makes one database user of
each role (`IAMR:<role>`), to whom the warehouse grants. One function of ours starts a statement,
another watches it, a third reads it; so all of them act as this role, in sessions of one name. A
statement's owner is role and session name together, so the policy can say: our own statements only.
https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.findings import acknowledge_wildcard
from infra.stage import Warehouse

SESSION_NAME = "querycast"
OWN_STATEMENTS = ("CancelStatement", "DescribeStatement", "GetStatementResult", "ListStatements")


class WarehouseRole(Construct):
    def __init__(
        self, scope: Construct, *, warehouse: Warehouse, functions: Sequence[lambda_.Function]
    ) -> None:
        super().__init__(scope, "Warehouse")
        self.role = iam.Role(
            self,
            "Role",
            description="Runs Querycast's statements on Redshift.",
            assumed_by=iam.CompositePrincipal(*(_session_of(_role(each)) for each in functions)),
        )
        self._allow_statements(warehouse)
        self._allow_sign_in(warehouse)
        for function in functions:
            self.role.grant_assume_role(_role(function))
            function.add_environment("WAREHOUSE_ROLE_ARN", self.role.role_arn)

    def _allow_statements(self, warehouse: Warehouse) -> None:
        starting = ["redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"]
        self._allow(starting, self._data_source_arn(warehouse))
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=[f"redshift-data:{operation}" for operation in OWN_STATEMENTS],
                resources=["*"],  # a statement is no resource that IAM could name
                conditions={
                    "StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}
                },
            )
        )
        acknowledge_wildcard(
            self.role, "*", "A statement has no ARN; the condition admits this role's own only."
        )

    def _allow_sign_in(self, warehouse: Warehouse) -> None:
        if warehouse.workgroup is not None:
            self._allow(["redshift-serverless:GetCredentials"], self._data_source_arn(warehouse))
        elif warehouse.secret_arn is not None:
            self._allow(["secretsmanager:GetSecretValue"], warehouse.secret_arn)
        else:
            self._allow(
                ["redshift:GetClusterCredentials"],
                self._redshift_arn("dbuser", f"{warehouse.cluster}/{warehouse.database_user}"),
                self._redshift_arn("dbname", f"{warehouse.cluster}/{warehouse.database}"),
            )

    def _data_source_arn(self, warehouse: Warehouse) -> str:
        if warehouse.cluster is not None:
            return self._redshift_arn("cluster", warehouse.cluster)
        if warehouse.workgroup_id is None:
            acknowledge_wildcard(
                self.role,
                "arn:<AWS::Partition>:redshift-serverless:<AWS::Region>:<AWS::AccountId>:workgroup/*",
                "The ARN ends in an id, not the name; `workgroup_id` of the stage narrows it.",
            )
        return Stack.of(self).format_arn(
            service="redshift-serverless",
            resource="workgroup",
            resource_name=warehouse.workgroup_id or "*",
        )

    def _redshift_arn(self, kind: str, name: str) -> str:
        return f"arn:{Stack.of(self).partition}:redshift:{Stack.of(self).region}:" + (
            f"{Stack.of(self).account}:{kind}:{name}"
        )

    def _allow(self, actions: list[str], *arns: str) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=list(arns)))


def _role(function: lambda_.Function) -> iam.IRole:
    assert function.role is not None  # only an imported function may lack one
    return function.role


def _session_of(role: iam.IRole) -> iam.PrincipalBase:
    """The role, when it opens a session of the agreed name."""
    return iam.ArnPrincipal(role.role_arn).with_conditions(
        {"StringEquals": {"sts:RoleSessionName": SESSION_NAME}}
    )
