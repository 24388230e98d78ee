"""A log group that forgets: as long as the stage says, and gone with the stack."""

from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stage import Stage


class LogGroup(logs.LogGroup):
    def __init__(self, scope: Construct, id: str, *, stage: Stage, name: str | None = None) -> None:
        super().__init__(
            scope,
            id,
            log_group_name=name,
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )
        # The construct takes an enum with a name for each number; the template takes the number.
        resource = cast(logs.CfnLogGroup, self.node.default_child)
        resource.retention_in_days = stage.log_retention_days
