"""Starting and stopping the servers: one detached supervisor, which does the rest."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

from local import aws
from local.checks import check_ports
from local.errors import NotReady
from local.health import is_running, last_words, status
from local.lock import Locked, is_locked, take_lock
from local.settings import CALLS_VARIABLE, ROOT, Settings
from local.sources import fingerprint
from local.supervisor import (
    describe,
    open_log,
    programs_lock,
    status_file,
    supervisor_lock,
)

END_OF_CHILDREN = 15.0  # seconds; the emulator saves its state when its supervisor is killed
STOP_PATIENCE = 60.0  # seconds
LOOK_EVERY = 0.05

# Everything that a stack keeps in its state directory.
OURS = {
    "aws", "credentials", "logs", "mail", "outputs.json", "programs.lock", "pump", "redshift",
    "scheduler", "supervisor.json", "supervisor.lock", "tls", "up.lock",
}  # fmt: skip


def start_servers(settings: Settings) -> None:
    """Start the supervisor.

    Raises:
        NotReady: a port is taken, or what runs here cannot be what was asked for.
    """
    wait_for_leftovers(settings)
    check_ports(settings)
    aws.ensure_credentials(settings)
    status_file(settings).unlink(missing_ok=True)
    with open_log(settings.logs / "supervisor.log") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.supervisor"],
            cwd=ROOT,
            env=aws.environment(settings) | own_variables(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    while not is_locked(supervisor_lock(settings)):
        if process.poll() is not None:
            raise NotReady(f"The supervisor did not start.{last_words(settings, 'supervisor')}")
        time.sleep(LOOK_EVERY)


def own_variables(settings: Settings) -> dict[str, str]:
    return {
        "QUERYCAST_STATE_DIR": str(settings.state),
        "QUERYCAST_PORT": str(settings.port),
        "QUERYCAST_TLS_PORT": str(settings.tls_port),
        "QUERYCAST_REDSHIFT_PORT": str(settings.redshift_port),
        "QUERYCAST_FUNCTION_URLS_PORT": str(settings.function_urls_port),
        "QUERYCAST_AWS_PORT": str(settings.aws_port),
        "QUERYCAST_MINISTACK_PYTHON": str(settings.emulator_python),
        CALLS_VARIABLE: str(settings.calls or ""),
    }


def wait_for_leftovers(settings: Settings) -> None:
    """What a killed supervisor started ends by itself, in a moment."""
    try:
        take_lock(programs_lock(settings), patience=END_OF_CHILDREN).close()
    except Locked as error:
        programs = status(settings).get("programs", {})
        pids = ", ".join(f"{name} {program['pid']}" for name, program in programs.items())
        raise NotReady(
            f"Processes of an earlier run still use {settings.state}: end them ({pids}) "
            "and run `make up` again."
        ) from error


def check_same_settings(settings: Settings) -> None:
    """
    Raises:
        NotReady: the running stack has other ports, or another emulator.
    """
    running = status(settings).get("settings", {})
    for name, wanted in describe(settings).items():
        if running.get(name) != wanted:
            raise NotReady(
                f"The running stack has {name} {running.get(name)}, not {wanted}: "
                "run `make down` first, or leave that setting as it is."
            )


def has_old_code(settings: Settings) -> bool:
    return status(settings).get("sources") != fingerprint()


def stop_servers(settings: Settings) -> bool:
    """Whether there was anything to stop."""
    if not is_running(settings):
        return False
    os.kill(status(settings)["pid"], signal.SIGTERM)
    try:
        take_lock(supervisor_lock(settings), patience=STOP_PATIENCE).close()
        take_lock(programs_lock(settings), patience=END_OF_CHILDREN).close()
    except Locked as error:
        raise NotReady(
            f"The stack did not stop within {STOP_PATIENCE:.0f} s."
            f"{last_words(settings, 'supervisor')}"
        ) from error
    return True


def forget(settings: Settings) -> None:
    """Remove all state of a stopped stack, and nothing else that QUERYCAST_STATE_DIR may hold."""
    for path in settings.state.glob("*"):
        if path.name in OURS:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    with contextlib.suppress(OSError):  # there is none, or it holds something else
        settings.state.rmdir()
