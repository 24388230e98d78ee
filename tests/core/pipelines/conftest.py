"""A pipeline, and those who may have to do with it."""

from datetime import UTC, datetime

import pytest

from core.access import Caller
from core.report import ID

SLOT = datetime(2026, 11, 20, 11, tzinfo=UTC)  # the clock shows noon


@pytest.fixture
def slot() -> datetime:
    return SLOT


@pytest.fixture
def zoe() -> Caller:
    """She has no group."""
    return Caller(ID("zoe"))


@pytest.fixture
def ada() -> Caller:
    return Caller(ID("ada"), frozenset({"administrators"}))
