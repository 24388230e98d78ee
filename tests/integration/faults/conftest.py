"""The stack that is broken, what no client sees of it, and a history of each test."""

import uuid
from collections.abc import Iterator

import pytest

from tests.integration.conftest import Person, Reports, new_person
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.recorder import Recorder
from tests.integration.stack import LocalStack
from tests.integration.wait import until


@pytest.fixture(scope="session")
def machinery(spare_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Machinery:
    """Of the spare stack, with the reports for testing."""
    Reports(spare_stack, tmp_path_factory.mktemp("spare-reports")).publish()
    return Machinery(spare_stack)


@pytest.fixture
def ana(machinery: Machinery) -> Person:
    return new_person(machinery.outputs, "analysts")


@pytest.fixture
def ben(machinery: Machinery) -> Person:
    return new_person(machinery.outputs, "analysts")


@pytest.fixture
def recorder(machinery: Machinery, ana: Person) -> Recorder:
    """A history, from when the stack has recovered from the test before."""
    until(lambda: answers(ana), 60)
    machinery.dead_letters("publishDeadLetterQueueUrl")
    machinery.dead_letters("eventDeadLetterQueueUrl")
    return Recorder(machinery)


@pytest.fixture
def without_events(machinery: Machinery) -> Iterator[None]:
    """For as long as a test runs, no completion event arrives but those it tells itself."""
    events = machinery.aws("events")
    events.disable_rule(Name=machinery.outputs["statementRule"])
    yield
    events.enable_rule(Name=machinery.outputs["statementRule"])


def answers(person: Person) -> bool:
    """Whether a query can be submitted and read."""
    try:
        return not person.api.submit("instant", str(uuid.uuid4())).errors
    except (OSError, ValueError):
        return False
