"""A query costs as many calls as docs/cost.md says: whoever adds one sees it here."""

import re
from pathlib import Path

from tests.simulation.cost import calls_of_one_query

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "cost.md"


def test_a_query_costs_what_its_document_says() -> None:
    rows = re.findall(r"^\| `(\S+)` \| (\d+) \|", DOCUMENT.read_text(), re.MULTILINE)
    assert {call: int(times) for call, times in rows} == calls_of_one_query()
