"""What every test begins with: the environment of a Lambda, without an AWS account."""

import os

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer  # type: ignore[import-untyped]  # xdist has no types
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # as above

os.environ |= {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "querycast",
    "POWERTOOLS_METRICS_NAMESPACE": "Querycast",
    "POWERTOOLS_TRACE_DISABLED": "true",
}

# No example has a time: the first text of a process takes a second, longer on a loaded machine.
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")

INTEGRATION = "tests/integration/"
BROWSER = "tests/browser/"
STACKS = {  # where no name is given, the tests of INTEGRATION share one
    "spare stack": (
        "faults/",
        "test_documents.py",
        "test_readme.py",
        "test_recovery.py",
        "test_tls.py",
    ),
    "stack with an agenda": (
        "test_agenda_events.py",
        "test_command_line_agenda.py",
        "test_function_urls.py",
        "test_holidays.py",
        "test_scheduled_reports.py",
        "test_schedules.py",
        "test_exports.py",
        "test_notices.py",
        "test_pipelines.py",
    ),
}


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]  # its base has no types
    """On several cores, the tests of a stack run one after the other, and so do those of a file.

    xdist's own groups (`--dist loadgroup`) are without effect since pytest took `_nodeid` away.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups are handed out in this order (`--no-loadscope-reorder`), the long ones first."""
    long = (INTEGRATION, BROWSER, "tests/simulation/")
    items.sort(key=lambda item: [not item.nodeid.startswith(each) for each in long])


def group(nodeid: str) -> str:
    if nodeid.startswith(BROWSER):
        return "stack with a browser"
    if not nodeid.startswith(INTEGRATION):
        return nodeid.partition("::")[0]
    names = nodeid.removeprefix(INTEGRATION)
    shared = (stack for stack, files in STACKS.items() if names.startswith(files))
    return next(shared, "local stack")
