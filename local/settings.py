"""Settings of the local stack: where it listens, where it keeps its state, what it runs.

Everything is read once from the environment; a second stack beside the first needs only other
ports and another state directory.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent

ACCOUNT = "000000000000"
REGION = "us-east-1"
HOST = "127.0.0.1"  # nothing of the local stack is reachable from another machine

PORT_VARIABLE = "QUERYCAST_PORT"
TLS_PORT_VARIABLE = "QUERYCAST_TLS_PORT"
REDSHIFT_PORT_VARIABLE = "QUERYCAST_REDSHIFT_PORT"
FUNCTION_URLS_PORT_VARIABLE = "QUERYCAST_FUNCTION_URLS_PORT"
AWS_PORT_VARIABLE = "QUERYCAST_AWS_PORT"
CALLS_VARIABLE = "QUERYCAST_CALLS"


@dataclass(frozen=True)
class Settings:
    """One local stack."""

    state: Path
    build: Path
    port: int
    tls_port: int
    redshift_port: int
    function_urls_port: int
    aws_port: int
    emulator_python: Path
    calls: Path | None = None  # where Lambdas write down what they ask of AWS; None: nowhere

    @property
    def aws_url(self) -> str:
        return f"http://{HOST}:{self.aws_port}"

    @property
    def redshift_url(self) -> str:
        return f"http://{HOST}:{self.redshift_port}"

    @property
    def appsync_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def function_urls_url(self) -> str:
        return f"http://{HOST}:{self.function_urls_port}"

    @property
    def assembly(self) -> Path:
        return self.build / "cdk.out"

    @property
    def site(self) -> Path:
        """The built web application."""
        return self.build / "web"

    @property
    def outputs(self) -> Path:
        return self.state / "outputs.json"

    @property
    def credentials(self) -> Path:
        return self.state / "credentials"

    @property
    def tls(self) -> Path:
        """The authority that signs for this stack, and what it signed."""
        return self.state / "tls"

    @property
    def ca_certificate(self) -> Path:
        """What clients must trust to reach the stack over TLS."""
        return self.tls / "ca.pem"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def mail(self) -> Path:
        return self.state / "mail"

    @property
    def pump(self) -> Path:
        """What the stream pump delivers, and how far it has come."""
        return self.state / "pump"

    @property
    def scheduler(self) -> Path:
        """Which slots of its schedules the scheduler is done with."""
        return self.state / "scheduler"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in these variables, defaults where they say nothing.

    Raises:
        SettingsError: a port is not a number from 1 to 65535, or two servers share one.
    """
    settings = Settings(
        state=_path(environment, "QUERYCAST_STATE_DIR", ROOT / ".querycast"),
        build=ROOT / "build",
        port=_port(environment, PORT_VARIABLE, 4000),
        tls_port=_port(environment, TLS_PORT_VARIABLE, 4443),
        redshift_port=_port(environment, REDSHIFT_PORT_VARIABLE, 4001),
        function_urls_port=_port(environment, FUNCTION_URLS_PORT_VARIABLE, 4002),
        aws_port=_port(environment, AWS_PORT_VARIABLE, 4566),
        emulator_python=_path(
            environment, "QUERYCAST_MINISTACK_PYTHON", ROOT / ".venv-ministack" / "bin" / "python"
        ),
        calls=Path(os.path.abspath(calls)) if (calls := environment.get(CALLS_VARIABLE)) else None,
    )
    _check_ports_differ(settings)
    return settings


def ports(settings: Settings) -> dict[str, int]:
    """Each port by the variable that moves it."""
    return {
        PORT_VARIABLE: settings.port,
        TLS_PORT_VARIABLE: settings.tls_port,
        REDSHIFT_PORT_VARIABLE: settings.redshift_port,
        FUNCTION_URLS_PORT_VARIABLE: settings.function_urls_port,
        AWS_PORT_VARIABLE: settings.aws_port,
    }


def _path(environment: Mapping[str, str], variable: str, default: Path) -> Path:
    value = environment.get(variable)
    return Path(os.path.abspath(Path(value).expanduser())) if value else default


def _port(environment: Mapping[str, str], variable: str, default: int) -> int:
    value = environment.get(variable) or str(default)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise SettingsError(
            f"{variable}={value!r} is no port: give a whole number from 1 to 65535."
        )
    return int(value)


def _check_ports_differ(settings: Settings) -> None:
    taken: dict[int, str] = {}
    for variable, port in ports(settings).items():
        if port in taken:
            raise SettingsError(
                f"{taken[port]} and {variable} are both {port}: give each server its own port."
            )
        taken[port] = variable
