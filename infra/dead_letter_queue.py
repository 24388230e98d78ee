"""Where events and records end that no retry could deliver, until somebody looks."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.findings import acknowledge


class DeadLetterQueue(sqs.Queue):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(
            scope,
            id,
            retention_period=Duration.days(14),  # the longest SQS has
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        acknowledge(self, "SQS3", "It is a dead-letter queue itself.")
