"""Tests that need the same stack are in one group, for a group is what one core runs."""

import pytest

from tests.conftest import group


def test_what_needs_the_spare_stack_is_in_its_group(request: pytest.FixtureRequest) -> None:
    needing = {
        item.nodeid
        for item in request.session.items
        if "spare_stack" in getattr(item, "fixturenames", ())
    }
    assert {group(nodeid) for nodeid in needing} <= {"spare stack"}


def test_tests_of_a_file_are_in_one_group() -> None:
    one, other = (group(f"tests/core/test_line.py::test[{value}]") for value in ("a::b@c", "d"))
    assert one == other == "tests/core/test_line.py"
