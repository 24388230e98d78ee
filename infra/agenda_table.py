"""Where the agenda is kept: one DynamoDB item an event, its changes as a stream.

The stream tells what an item was before, too: who no longer may see an event is to hear that it has
gone, and what of an item that was removed altogether is known nowhere else.
"""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.item_table import ItemTable
from infra.stage import Stage

BY_CALENDAR = "byCalendar"  # the events of a calendar by their start


class AgendaTable(ItemTable):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        both = dynamodb.StreamViewType.NEW_AND_OLD_IMAGES
        super().__init__(scope, "Agenda", stage=stage, stream=both)
        self.add_index(BY_CALENDAR, "part", "place")
