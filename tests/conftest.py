"""What every test begins with: the environment of a Lambda, without an AWS account."""

import os

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]  # xdist has no types
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # as above

os.environ |= {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "querycast",
    "POWERTOOLS_METRICS_NAMESPACE": "Querycast",
    "POWERTOOLS_TRACE_DISABLED": "true",
}

INTEGRATION = "tests/integration/"
ON_THE_SPARE_STACK = tuple(
    INTEGRATION + name for name in ("faults/", "test_readme.py", "test_recovery.py", "test_tls.py")
)


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]  # its base has no types
    """On several cores, the tests of a stack run one after the other, and so do those of a file.

    xdist's own groups (`--dist loadgroup`) are without effect since pytest took `_nodeid` away.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups are handed out in this order (`--no-loadscope-reorder`), the two long ones first."""
    items.sort(key=lambda item: not item.nodeid.startswith(INTEGRATION))


def group(nodeid: str) -> str:
    if nodeid.startswith(ON_THE_SPARE_STACK):
        return "spare stack"
    return "local stack" if nodeid.startswith(INTEGRATION) else nodeid.partition("::")[0]
