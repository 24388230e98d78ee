"""A Lambda of ours: the shared asset, a role and a log group of its own, traced."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.findings import acknowledge, acknowledge_wildcard
from infra.log_group import LogGroup
from infra.stage import Stage

POWERTOOLS = {
    "POWERTOOLS_SERVICE_NAME": "querycast",
    "POWERTOOLS_METRICS_NAMESPACE": "Querycast",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


class Function(lambda_.Function):
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: Stage,
        code: lambda_.Code,
        handler: str,
        timeout: Duration,
        environment: Mapping[str, str],
        memory_mb: int = 256,
    ) -> None:
        log_group = LogGroup(scope, f"{id}Log", stage=stage)
        role = iam.Role(scope, f"{id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        super().__init__(
            scope,
            id,
            # Lambda runs 3.13 until mid-2029, as long as any other version it has today.
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,  # the asset is pure Python; this is cheaper
            code=code,
            handler=handler,
            timeout=timeout,
            memory_size=memory_mb,
            environment={**POWERTOOLS, **environment},
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            role=role,
        )
        log_group.grant_write(role)
        acknowledge_wildcard(
            role,
            "*",
            "X-Ray's PutTraceSegments and PutTelemetryRecords, and "
            "DynamoDB's ListStreams, name no resource.",
        )
        acknowledge(self, "L1", "3.13 is supported for as long as 3.14 is.")


def logical_id(function: Function) -> str:
    """What the template calls it."""
    return Stack.of(function).get_logical_id(cast(CfnElement, function.node.default_child))
