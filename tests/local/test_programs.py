"""How the local stack starts its programs."""

import dataclasses
import itertools
from pathlib import Path

import pytest

from local.appsync.tls import AUTHORITY_FILE
from local.aws import ensure_credentials
from local.emulator import RECORDER, environment
from local.programs import appsync_command, function_urls_command
from local.settings import Settings
from local.start import OURS, own_variables
from local.supervisor import describe
from tests.local.conftest import settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "state")


def test_appsync_listens_on_both_ports(settings: Settings) -> None:
    command = appsync_command(settings)
    given = dict(itertools.pairwise(command))
    assert given["--port"] == str(settings.port)
    assert given["--tls-port"] == str(settings.tls_port)
    assert given["--tls-directory"] == str(settings.tls)


def test_function_urls_believe_the_keys_that_appsync_believes(settings: Settings) -> None:
    ours, of_appsync = (
        dict(itertools.pairwise(command(settings)))
        for command in (function_urls_command, appsync_command)
    )
    assert ours["--port"] == str(settings.function_urls_port)
    for option in ("--credentials", "--endpoint-url", "--host"):
        assert ours[option] == of_appsync[option]


def test_the_certificate_to_trust_is_what_appsync_makes(settings: Settings) -> None:
    assert settings.ca_certificate == settings.tls / AUTHORITY_FILE


def test_the_certificates_end_with_the_state(settings: Settings) -> None:
    assert settings.tls.name in OURS


def test_what_the_scheduler_remembers_ends_with_the_state(settings: Settings) -> None:
    assert settings.scheduler.name in OURS


def test_the_supervisor_gets_every_setting_that_a_running_stack_cannot_change(
    settings: Settings,
) -> None:
    assert set(describe(settings).values()) <= set(own_variables(settings).values())


def test_lambdas_write_down_what_they_ask_of_aws_where_they_are_told_to(
    settings: Settings, tmp_path: Path
) -> None:
    ensure_credentials(settings)
    recording = dataclasses.replace(settings, calls=tmp_path / "calls")
    told, silent = (environment(each, path="", smtp_port=1) for each in (recording, settings))
    assert told.items() - silent.items() == {
        ("PYTHONPATH", str(RECORDER)),
        ("QUERYCAST_CALLS", str(tmp_path / "calls")),
    }
    assert (RECORDER / "sitecustomize.py").exists()
