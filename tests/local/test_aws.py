"""Programs of the local stack see the local AWS, and nothing of the developer's."""

from pathlib import Path

import pytest

from local import aws, emulator
from local.settings import Settings
from tests.local.conftest import settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path / "state")
    aws.ensure_credentials(settings)
    return settings


def test_the_developers_own_settings_do_not_reach_them(settings: Settings) -> None:
    mine = {"AWS_PROFILE": "prod", "AWS_SECRET_ACCESS_KEY": "mine", "PATH": "/bin"}
    environment = aws.environment(settings, mine)
    assert "mine" not in environment.values()
    assert "AWS_PROFILE" not in environment
    assert environment["PATH"] == "/bin"


def test_the_local_servers_are_not_reached_through_a_proxy(settings: Settings) -> None:
    environment = aws.environment(settings, {"no_proxy": "example.com"})
    assert environment["NO_PROXY"] == "example.com,127.0.0.1,localhost"


def test_the_secret_is_random_private_and_kept(settings: Settings, tmp_path: Path) -> None:
    secret = aws.secret_access_key(settings)
    aws.ensure_credentials(settings)
    other = settings_in(tmp_path / "other")
    aws.ensure_credentials(other)
    assert aws.secret_access_key(settings) == secret != aws.secret_access_key(other)
    assert settings.credentials.stat().st_mode & 0o777 == 0o600


def test_the_emulator_listens_on_this_machine_only(settings: Settings) -> None:
    environment = emulator.environment(settings, path="/bin", smtp_port=25)
    assert environment["BIND_HOST"] == "127.0.0.1"
