"""A queue of messages for one function, and beside it where those end that nobody could handle."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.dead_letter_queue import DeadLetterQueue

INVISIBLE = Duration.minutes(6)  # of a message in hand; AWS: six times a function's timeout
DELIVERIES = 5  # of a message
KEPT = Duration.hours(1)  # a message lives for a delay of at most 15 minutes, and its deliveries


class WorkQueue(sqs.Queue):
    def __init__(self, scope: Construct) -> None:
        failures = DeadLetterQueue(scope, "Failures")
        super().__init__(
            scope,
            "Queue",
            retention_period=KEPT,
            visibility_timeout=INVISIBLE,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=failures, max_receive_count=DELIVERIES),
        )
        self.failures = failures

    def grant_ask(self, grantee: iam.IGrantable) -> None:
        """Send a message, only that; the queue's own `grant` would add reading its attributes."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=["sqs:SendMessage"], resource_arns=[self.queue_arn]
        )
