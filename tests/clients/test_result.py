"""A page of a result as the service sends it, and as Python has it."""

import json

from querycast.result import Column, ResultPage


def test_large_integers_are_integers_again() -> None:
    page = ResultPage.from_json(
        {
            "columns": [{"name": "n", "type": "int8"}, {"name": "t", "type": "varchar"}],
            "rows": json.dumps([[1, "1"], ["9007199254740993", "2"], [None, None]]),
            "nextToken": None,
        }
    )
    assert page.columns == [Column("n", "int8"), Column("t", "varchar")]
    assert page.rows == [[1, "1"], [9_007_199_254_740_993, "2"], [None, None]]
