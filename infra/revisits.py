"""Messages that have a query looked at again, in a queue that delays them by seconds or minutes."""

from aws_cdk import Duration
from constructs import Construct

from infra.work_queue import WorkQueue

REVISIT_TIMEOUT = Duration.seconds(60)  # of the function: a batch of queries to start


class Revisits(Construct):
    """What no delivery of a message has done, the sweeper has long done by then."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Revisits")
        self.queue = WorkQueue(self)
