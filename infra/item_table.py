"""A DynamoDB table of ours: items by `id`, indexes of whole items, and its changes as a stream."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.stage import Stage


class ItemTable(Construct):
    def __init__(
        self, scope: Construct, id: str, *, stage: Stage, stream: dynamodb.StreamViewType
    ) -> None:
        super().__init__(scope, id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_key("id"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            stream=stream,
            time_to_live_attribute="expiresAt",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=stage.protected,
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )

    def add_index(self, name: str, partition: str, sort: str) -> None:
        """Items that have both attributes, found by the one and sorted by the other."""
        self.table.add_global_secondary_index(
            index_name=name,
            partition_key=_key(partition),
            sort_key=_key(sort),
            projection_type=dynamodb.ProjectionType.ALL,
        )

    def grant_items(self, grantee: iam.IGrantable, *operations: str) -> None:
        """Operations on items by their id, such as `GetItem`.

        The table's own `grant` would add every index to them.
        """
        _grant(grantee, operations, self.table.table_arn)

    def grant_query(self, grantee: iam.IGrantable, index: str) -> None:
        _grant(grantee, ("Query",), f"{self.table.table_arn}/index/{index}")


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _grant(grantee: iam.IGrantable, operations: tuple[str, ...], arn: str) -> None:
    iam.Grant.add_to_principal(
        grantee=grantee,
        actions=[f"dynamodb:{operation}" for operation in operations],
        resource_arns=[arn],
    )
