"""Write the outputs of a deployed stage, as clients, tools and tests read them.

    python -m infra.fetch_outputs --stage production [--output build/outputs-production.json]

QUERYCAST_OUTPUTS then names that file. It has the API key of a stage that has one, so it is its
owner's alone.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.settings_forms import StageError
from infra.sources import ROOT
from infra.stage import read_stage


class NotDeployed(Exception):
    """The stage has no stack where boto3 leads to."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m infra.fetch_outputs", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--stage", default="dev", help="a table of infra/stages.toml")
    parser.add_argument("--output", type=Path, help="the file to write")
    given = parser.parse_args(arguments)
    try:
        stage = read_stage(given.stage)
        file = given.output or ROOT / "build" / f"outputs-{stage.name}.json"
        write_private(file, outputs_of(boto3.client("cloudformation"), stage.stack_name))
    except (StageError, NotDeployed, ClientError, BotoCoreError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"export QUERYCAST_OUTPUTS={file}")
    return 0


def outputs_of(client: Any, stack: str) -> dict[str, str]:
    """By their camelCased names."""
    try:
        [description] = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            raise NotDeployed(
                f"There is no stack {stack} in this account and Region; deploy it: make deploy."
            ) from None
        raise
    return {
        output["OutputKey"][0].lower() + output["OutputKey"][1:]: output["OutputValue"]
        for output in description.get("Outputs", [])
    }


def write_private(file: Path, outputs: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(outputs, opened, indent=2, sort_keys=True)


if __name__ == "__main__":
    sys.exit(main())
