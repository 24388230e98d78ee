"""The programs of the local stack: how each is started, and which must end with another."""

import os
import sys
from dataclasses import dataclass

from local import aws, emulator
from local.settings import HOST, Settings


@dataclass(frozen=True)
class Program:
    """A process that the supervisor keeps running.

    ends_with: the program without which this one must not go on; None where it may.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    files: tuple[int, ...] = ()  # descriptors that it inherits
    ends_with: str | None = None


EMULATOR = "aws"


def programs(settings: Settings, *, smtp_socket: int, smtp_port: int) -> list[Program]:
    """In the order in which they start; they stop the other way round."""
    ours = aws.environment(settings)
    return [
        Program(
            EMULATOR,
            emulator.command(settings),
            emulator.environment(settings, path=os.environ["PATH"], smtp_port=smtp_port),
        ),
        Program("mail", mail_command(settings, smtp_socket), ours, files=(smtp_socket,)),
        # A shard iterator of the emulator before its crash would silently skip the records after.
        Program("pump", pump_command(settings), ours, ends_with=EMULATOR),
        # It holds nothing of the emulator's that a crash would make wrong: see its checkpoints.
        Program("scheduler", scheduler_command(settings), ours),
        Program("redshift", redshift_command(settings), ours),
        Program("appsync", appsync_command(settings), ours),
        Program("function-urls", function_urls_command(settings), ours),
    ]


def mail_command(settings: Settings, smtp_socket: int) -> list[str]:
    return module("local.mail", "--socket", str(smtp_socket), "--directory", str(settings.mail))


def pump_command(settings: Settings) -> list[str]:
    return module("local.pump", "--directory", str(settings.pump))


def scheduler_command(settings: Settings) -> list[str]:
    return module("local.scheduler", "--directory", str(settings.scheduler))


def redshift_command(settings: Settings) -> list[str]:
    return module(
        "local.redshift",
        *("--data", str(settings.state / "redshift")),
        *("--host", HOST, "--port", str(settings.redshift_port)),
        *("--events-endpoint", settings.aws_url, "--s3-endpoint", settings.aws_url),
    )


def appsync_command(settings: Settings) -> list[str]:
    return module(
        "local.web",
        *("--site", str(settings.site), "--outputs", str(settings.outputs)),
        *("--endpoint-url", settings.aws_url, "--credentials", str(settings.credentials)),
        *("--host", HOST, "--port", str(settings.port)),
        *("--tls-port", str(settings.tls_port), "--tls-directory", str(settings.tls)),
    )


def function_urls_command(settings: Settings) -> list[str]:
    return module(
        "local.function_urls",
        *("--endpoint-url", settings.aws_url, "--credentials", str(settings.credentials)),
        *("--host", HOST, "--port", str(settings.function_urls_port)),
    )


def module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]
