"""What every test begins with: the environment of a Lambda, without an AWS account."""

import os
from pathlib import Path

import pytest

os.environ |= {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "querycast",
    "POWERTOOLS_METRICS_NAMESPACE": "Querycast",
    "POWERTOOLS_TRACE_DISABLED": "true",
}

TESTS = Path(__file__).parent
INTEGRATION = TESTS / "integration"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Which tests run one after the other: those of a stack, and those of a file.

    On several cores (`-n 2 --dist loadgroup --no-loadscope-reorder`), groups are handed out in this
    order, the two long ones first.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: not item.path.is_relative_to(INTEGRATION))


def _group(item: pytest.Item) -> str:
    if not item.path.is_relative_to(INTEGRATION):
        return str(item.path.relative_to(TESTS))
    return "spare stack" if "spare_stack" in getattr(item, "fixturenames", ()) else "local stack"
