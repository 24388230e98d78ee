"""Look before deploying: what a deployment of the stage would stumble over halfway.

    python -m infra.doctor --stage production

Asks the account that boto3 finds, by its profile, environment or role. Changes nothing, and exits
with 1 where something is in the way. What it may not look at it says, and goes on.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.readiness.account import (
    account_is_bootstrapped,
    account_is_meant,
    lambdas_have_room,
    region_is_meant,
    stack_can_be_deployed,
)
from infra.readiness.found import Clients, InTheWay, NotSeen
from infra.readiness.mail import mails_can_be_sent
from infra.readiness.warehouse import warehouse_answers, warehouse_is_there
from infra.settings_forms import StageError
from infra.stage import Stage, read_stage

Check = Callable[[Stage, Clients], str]

CHECKS: tuple[Check, ...] = (
    account_is_meant,
    region_is_meant,
    account_is_bootstrapped,
    stack_can_be_deployed,
    lambdas_have_room,
    warehouse_is_there,
    warehouse_answers,
    mails_can_be_sent,
)
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m infra.doctor", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--stage", default="dev", help="a table of infra/stages.toml")
    try:
        stage = read_stage(parser.parse_args(arguments).stage)
    except StageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    session = boto3.Session()
    clients: Any = session.client
    results = [result(check, stage, clients) for check in CHECKS]
    print("\n".join(results))
    return 1 if any(each.startswith("NO") for each in results) else 0


def result(check: Check, stage: Stage, clients: Clients) -> str:
    """A line that begins with `ok`, with `NO` where something is in the way, or with `?`."""
    try:
        return f"ok  {check(stage, clients)}"
    except InTheWay as found:
        return f"NO  {found}"
    except NotSeen as found:
        return f"?   {found}"
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return f"?   {check.__name__}: you may not look ({error})"
        return f"NO  {check.__name__}: {error}"
    except BotoCoreError as error:
        return f"NO  {check.__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
