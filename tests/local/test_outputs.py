"""What clients read of a local stack: where it answers, and what to trust."""

import stat
from pathlib import Path
from typing import Any

import pytest

from local.files import read_json
from local.outputs import write_outputs
from local.settings import Settings
from tests.local.conftest import settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "state")


@pytest.fixture
def outputs(settings: Settings) -> Any:
    write_outputs(settings, {"apiKey": "da2-example"}, [])
    return read_json(settings.outputs)


def test_the_api_is_named_at_both_ports(settings: Settings, outputs: Any) -> None:
    assert outputs["graphqlUrl"] == f"http://localhost:{settings.port}/graphql"
    assert outputs["realtimeUrl"] == f"ws://localhost:{settings.port}/graphql/realtime"
    assert outputs["graphqlTlsUrl"] == f"https://localhost:{settings.tls_port}/graphql"
    assert outputs["realtimeTlsUrl"] == f"wss://localhost:{settings.tls_port}/graphql/realtime"


def test_a_function_url_is_named_where_it_is_reached(settings: Settings) -> None:
    address = "https://7k2mq4x6abcdefgh7k2mq4x6abcdefgh.lambda-url.us-east-1.on.aws/"
    write_outputs(settings, {"eventWriterUrl": address, "note": f"see {address}"}, [])
    written = read_json(settings.outputs)
    assert written["eventWriterUrl"] == (
        f"http://localhost:{settings.function_urls_port}/7k2mq4x6abcdefgh7k2mq4x6abcdefgh/"
    )
    assert written["note"] == f"see {address}"


def test_what_to_trust_is_named(settings: Settings, outputs: Any) -> None:
    assert outputs["caCertificateFile"] == str(settings.state / "tls" / "ca.pem")


def test_outputs_are_for_their_owner_only(settings: Settings, outputs: Any) -> None:
    assert stat.S_IMODE(settings.outputs.stat().st_mode) == 0o600


def test_outputs_that_are_the_same_are_not_written_again(settings: Settings, outputs: Any) -> None:
    assert not write_outputs(settings, {"apiKey": "da2-example"}, [])
