"""The local stack: `python -m local up | down | clean | status | logs`."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable

from local.aws import use_local_aws
from local.errors import LocalError
from local.health import is_running, servers, status
from local.progress import say, step
from local.settings import Settings, settings_from
from local.start import forget, stop_servers


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        chosen = commands.add_parser(name, help=command.__doc__)
        chosen.set_defaults(command=command)
    command = parser.parse_args().command
    try:
        return int(command(settings_from()))
    except LocalError as error:
        say(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read our output, `head` perhaps, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; what was started goes on. `make down` stops it.", file=sys.stderr)
        return 130


def up(settings: Settings) -> int:
    """start and deploy everything, or what is missing of it"""
    from local.up import up  # boto3 takes its time, and the other commands need none

    up(settings)
    return 0


def down(settings: Settings) -> int:
    """stop everything; the state stays"""
    with step("Stop the servers") as result:
        result.note = "" if stop_servers(settings) else "nothing was running"
    return 0


def clean(settings: Settings) -> int:
    """stop everything and forget its state: users, queries, warehouse, mails"""
    down(settings)
    with step(f"Remove {settings.state}"):
        forget(settings)
    return 0


def show_status(settings: Settings) -> int:
    """say what runs; exit code 1 unless all servers answer"""
    if not is_running(settings):
        say("Nothing is running. Start it with `make up`.")
        return 1
    answers = {name: server.answers() for name, server in servers(settings).items()}
    for name, program in status(settings)["programs"].items():
        state = "" if name not in answers else "answers" if answers[name] else "does not answer"
        restarts = f"{program['restarts']} restarts" if program["restarts"] else ""
        say(f"  {name:10} process {program['pid']:<8} {state:16} {restarts}".rstrip())
    return 0 if all(answers.values()) else 1


def logs(settings: Settings) -> int:
    """follow what the servers and the Lambda functions write"""
    files = sorted(str(file) for file in settings.logs.glob("*.log"))
    if not files:
        say(f"There are no logs in {settings.logs}. Start the stack with `make up`.")
        return 1
    from local.function_logs import follow

    use_local_aws(settings)
    with subprocess.Popen(["tail", "-n", "20", "-F", *files]):
        follow()
    return 0


COMMANDS: dict[str, Callable[[Settings], int]] = {
    "up": up,
    "down": down,
    "clean": clean,
    "status": show_status,
    "logs": logs,
}

if __name__ == "__main__":
    sys.exit(main())
