"""Messages that have a report run again for who watches it, once a pipeline has refreshed it."""

from aws_cdk import Duration
from constructs import Construct

from infra.work_queue import WorkQueue

REFRESH_TIMEOUT = Duration.seconds(60)  # of the function: two dozen queries to submit


class Refreshes(Construct):
    """What no delivery of a message has done, the next run does, or nobody watches any more."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Refreshes")
        self.queue = WorkQueue(self)
