"""What a role needs to run statements on the warehouse of a stage, and to look after its own.

https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.findings import acknowledge_wildcard
from infra.warehouse import Warehouse

STARTING = ("ExecuteStatement", "BatchExecuteStatement")
FOLLOWING = ("CancelStatement", "DescribeStatement", "GetStatementResult")


def allow_statements(role: iam.Role, warehouse: Warehouse, *finding: str) -> None:
    """Let the role start statements and follow its own alone; `finding`: how it looks for them."""
    starting = [f"redshift-data:{operation}" for operation in STARTING]
    _allow(role, starting, _data_source_arn(role, warehouse))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[f"redshift-data:{operation}" for operation in (*FOLLOWING, *finding)],
            resources=["*"],  # a statement is no resource that IAM could name
            conditions={
                "StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}
            },
        )
    )
    acknowledge_wildcard(
        role, "*", "A statement has no ARN; the condition admits this role's own only."
    )
    _allow_sign_in(role, warehouse)


def _allow_sign_in(role: iam.Role, warehouse: Warehouse) -> None:
    if warehouse.workgroup is not None:
        _allow(role, ["redshift-serverless:GetCredentials"], _data_source_arn(role, warehouse))
    elif warehouse.secret_arn is not None:
        _allow(role, ["secretsmanager:GetSecretValue"], warehouse.secret_arn)
    else:
        _allow(
            role,
            ["redshift:GetClusterCredentials"],
            _redshift_arn(role, "dbuser", f"{warehouse.cluster}/{warehouse.database_user}"),
            _redshift_arn(role, "dbname", f"{warehouse.cluster}/{warehouse.database}"),
        )


def _data_source_arn(role: iam.Role, warehouse: Warehouse) -> str:
    if warehouse.cluster is not None:
        return _redshift_arn(role, "cluster", warehouse.cluster)
    if warehouse.workgroup_id is None:
        acknowledge_wildcard(
            role,
            "arn:<AWS::Partition>:redshift-serverless:<AWS::Region>:<AWS::AccountId>:workgroup/*",
            "The ARN ends in an id, not the name; `workgroup_id` of the stage narrows it.",
        )
    return Stack.of(role).format_arn(
        service="redshift-serverless",
        resource="workgroup",
        resource_name=warehouse.workgroup_id or "*",
    )


def _redshift_arn(role: iam.Role, kind: str, name: str) -> str:
    stack = Stack.of(role)
    return f"arn:{stack.partition}:redshift:{stack.region}:{stack.account}:{kind}:{name}"


def _allow(role: iam.Role, actions: list[str], *arns: str) -> None:
    role.add_to_policy(iam.PolicyStatement(actions=actions, resources=list(arns)))
