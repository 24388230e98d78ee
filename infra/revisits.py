"""Messages that have a query looked at again, in a queue that delays them by seconds or minutes."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.dead_letter_queue import DeadLetterQueue

REVISIT_TIMEOUT = Duration.seconds(60)  # of the function: a batch of queries to start
INVISIBLE = Duration.minutes(6)  # AWS: six times the function's timeout
DELIVERIES = 5  # of a message; the sweeper has long come by then
KEPT = Duration.hours(1)  # a message lives for its delay of at most 15 minutes, and its deliveries


class Revisits(Construct):
    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Revisits")
        self.failures = DeadLetterQueue(self, "Failures")
        self.queue = sqs.Queue(
            self,
            "Queue",
            retention_period=KEPT,
            visibility_timeout=INVISIBLE,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.failures, max_receive_count=DELIVERIES
            ),
        )

    def grant_send(self, grantee: iam.IGrantable) -> None:
        """Only that; the queue's own `grant` would add reading its attributes."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=["sqs:SendMessage"], resource_arns=[self.queue.queue_arn]
        )
