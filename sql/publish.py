"""Make report and pipeline files live: `python -m sql.publish`, without a deployment.

Compiles, uploads the catalogue that the Lambdas read, and says what that changes for callers. Only
when pipelines run is the stack's: a catalogue that needs other schedules than it has is refused.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from sql.command import exit_code
from sql.compile import add_folders, catalogue_bytes, compile_catalogue, counted
from sql.errors import SchedulesNotDeployed
from sql.stack import Stack, find_stack

CATALOGUE_KEY = "catalogue.json"
NOTHING_LIVE: dict[str, Any] = {"reports": [], "pipelines": []}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sql.publish", description="Publish reports and pipelines."
    )
    add_folders(parser)
    options = parser.parse_args(arguments)
    return exit_code(lambda: publish(find_stack(), options.reports, options.pipelines))


def publish(stack: Stack, reports: Path, pipelines: Path) -> None:
    """
    Raises:
        CatalogueProblems: a file does not compile.
        SchedulesNotDeployed: the stack runs pipelines by other schedules.
    """
    catalogue = compile_catalogue(reports, pipelines)
    live = _live_catalogue(stack)
    _check_schedules(stack, catalogue)
    if live == catalogue:
        print(f"Nothing to publish: all {counted(catalogue)} are live.")
        return
    stack.s3.put_object(
        Bucket=stack.catalogue_bucket,
        Key=CATALOGUE_KEY,
        Body=catalogue_bytes(catalogue),
        ContentType="application/json",
    )
    for line in changes(live, catalogue):
        print(line)
    print(f"{counted(catalogue)} are live.")


def changes(live: dict[str, Any], catalogue: dict[str, Any]) -> Iterator[str]:
    """What the new catalogue changes for callers, a line a report or pipeline."""
    for kind, label in (("reports", ""), ("pipelines", "pipeline ")):
        before = {entry["name"]: entry for entry in live.get(kind, [])}
        after = {entry["name"]: entry for entry in catalogue[kind]}
        for name in sorted(before.keys() | after.keys()):
            if name not in before:
                yield f"added    {label}{name}: {after[name]['title']}"
            elif name not in after:
                yield f"removed  {label}{name}"
            elif before[name] != after[name]:
                yield f"changed  {label}{name}"


def _check_schedules(stack: Stack, catalogue: dict[str, Any]) -> None:
    scheduled = [entry for entry in catalogue["pipelines"] if entry["schedule"]]
    deployed = stack.pipeline_schedules
    if deployed == catalogue["schedules"] or (deployed is None and not scheduled):
        return
    told = ", ".join(f"{entry['name']} {entry['schedule']}" for entry in scheduled) or "none"
    raise SchedulesNotDeployed(
        f"The schedules of these pipelines ({told}) are not those of the deployed stack; a schedule"
        " comes, changes and goes with a deployment: deploy the stack (make up on this machine),"
        " and publish again"
    )


def _live_catalogue(stack: Stack) -> dict[str, Any]:
    try:
        answer = stack.s3.get_object(Bucket=stack.catalogue_bucket, Key=CATALOGUE_KEY)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            return NOTHING_LIVE
        raise
    live: dict[str, Any] = json.loads(answer["Body"].read())
    return live


if __name__ == "__main__":
    raise SystemExit(main())
