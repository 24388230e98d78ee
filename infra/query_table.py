"""Where queries are recorded: one DynamoDB item a query, its changes as a stream."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.item_table import ItemTable
from infra.stage import Stage

BY_OWNER = "byOwner"  # a caller's own queries, newest first
BY_SCHEDULE = "bySchedule"  # sparse: the runs of a scheduled report, newest first
UNFINISHED = "unfinished"  # sparse: an item leaves it at its end


class QueryTable(ItemTable):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Queries", stage=stage, stream=dynamodb.StreamViewType.NEW_IMAGE)
        self.add_index(BY_OWNER, "owner", "submittedAt")
        self.add_index(BY_SCHEDULE, "schedule", "submittedAt")
        self.add_index(UNFINISHED, "unfinished", "updatedAt")
