"""Settings come from the environment, and bad ones are named."""

from pathlib import Path

import pytest

from local.errors import SettingsError
from local.settings import ROOT, settings_from


def test_defaults_are_the_documented_ports() -> None:
    settings = settings_from({})
    assert (settings.port, settings.tls_port) == (4000, 4443)
    assert (settings.redshift_port, settings.aws_port) == (4001, 4566)
    assert settings.function_urls_port == 4002
    assert settings.state == ROOT / ".querycast"


@pytest.mark.parametrize("value", ["x", "0", "65536", "-1", "4000.5", "٤"])
def test_a_port_that_is_none_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match=r"QUERYCAST_PORT=.* from 1 to 65535"):
        settings_from({"QUERYCAST_PORT": value})


def test_two_servers_cannot_share_a_port() -> None:
    with pytest.raises(SettingsError, match="QUERYCAST_PORT and QUERYCAST_AWS_PORT are both 4566"):
        settings_from({"QUERYCAST_PORT": "4566"})
    with pytest.raises(SettingsError, match="QUERYCAST_PORT and QUERYCAST_TLS_PORT are both 4443"):
        settings_from({"QUERYCAST_PORT": "4443"})


def test_the_python_of_a_virtual_environment_is_not_resolved(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to("/usr/bin/env")
    assert settings_from({"QUERYCAST_MINISTACK_PYTHON": str(link)}).emulator_python == link
