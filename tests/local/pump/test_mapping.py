"""What the pump reads off an event source mapping."""

import pytest

from local.pump.mapping import MOST_LANES, stream_mapping

DESCRIPTION = {
    "UUID": "one",
    "EventSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/queries/stream/1",
    "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:publish",
}


@pytest.mark.parametrize(("factor", "lanes"), [(None, 1), (2, 2), (10, MOST_LANES)])
def test_one_machine_has_fewer_lanes_than_a_mapping_may_ask_for(
    factor: int | None, lanes: int
) -> None:
    assert stream_mapping(DESCRIPTION | {"ParallelizationFactor": factor}).lanes == lanes
