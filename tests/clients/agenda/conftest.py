"""An agenda in memory, in place of the service that the other clients' tests have."""

import pytest

from tests.clients.agenda.service import FakeAgenda


@pytest.fixture
def service() -> FakeAgenda:
    return FakeAgenda()
