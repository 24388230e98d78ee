"""Credentials of a role: kept while an address that they sign may need them, then renewed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.aws.assumed_role import AssumedRole
from infra.stage import MAX_DOWNLOAD_MINUTES

ROLE = "arn:aws:iam::123456789012:role/download"


class FakeSts:
    """Gives new credentials every time, valid for so long."""

    def __init__(self, valid: timedelta) -> None:
        self._valid = valid
        self.sessions: list[Any] = []

    def assume_role(self, **request: Any) -> dict[str, Any]:
        self.sessions.append(request)
        return {
            "Credentials": {
                "AccessKeyId": f"key-{len(self.sessions)}",
                "SecretAccessKey": "secret",
                "SessionToken": "token",
                "Expiration": (datetime.now(UTC) + self._valid).isoformat(),
            },
            "AssumedRoleUser": {"AssumedRoleId": "id", "Arn": ROLE},
        }


class FakeSession:
    """What is asked of a botocore session."""

    def __init__(self, sts: FakeSts) -> None:
        self._sts = sts

    def create_client(self, name: str, **_: Any) -> FakeSts:
        assert name == "sts"
        return self._sts

    def get_credentials(self) -> Any:
        return FakeCredentials()


class FakeCredentials:
    """Those of the Lambda itself."""

    def get_frozen_credentials(self) -> Any:
        return type("Frozen", (), {"access_key": "own", "secret_key": "own", "token": "own"})()


def keys(valid: timedelta) -> list[str | None]:
    """The keys that two addresses in a row are signed with."""
    own: Any = FakeSession(FakeSts(valid))
    credentials = AssumedRole(own, ROLE).load()
    return [credentials.get_frozen_credentials().access_key for _ in range(2)]


def test_an_hours_credentials_are_fetched_once() -> None:
    assert keys(timedelta(hours=1)) == ["key-1", "key-1"]


@pytest.mark.parametrize("minutes", [1, MAX_DOWNLOAD_MINUTES - 1])
def test_none_signs_that_ends_before_an_address_would(minutes: int) -> None:
    first, second = keys(timedelta(minutes=minutes))
    assert first != second
