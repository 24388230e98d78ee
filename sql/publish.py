"""Make the report files live: `python -m sql.publish`, without a deployment.

Compiles, uploads the catalogue that the Lambdas read, and says what that changes for callers.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from sql.command import exit_code
from sql.compile import REPORTS, catalogue_bytes, compile_catalogue
from sql.stack import Stack, find_stack

CATALOGUE_KEY = "catalogue.json"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sql.publish", description="Publish reports.")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="folder of report files")
    options = parser.parse_args(arguments)
    return exit_code(lambda: publish(find_stack(), options.reports))


def publish(stack: Stack, reports: Path) -> None:
    catalogue = compile_catalogue(reports)
    live = _live_catalogue(stack)
    if live == catalogue:
        print(f"Nothing to publish: all {len(catalogue['reports'])} reports are live.")
        return
    stack.s3.put_object(
        Bucket=stack.catalogue_bucket,
        Key=CATALOGUE_KEY,
        Body=catalogue_bytes(catalogue),
        ContentType="application/json",
    )
    for line in changes(live, catalogue):
        print(line)
    print(f"{len(catalogue['reports'])} reports are live.")


def changes(live: dict[str, Any], catalogue: dict[str, Any]) -> Iterator[str]:
    """What the new catalogue changes for callers, a line a report."""
    before = {report["name"]: report for report in live["reports"]}
    after = {report["name"]: report for report in catalogue["reports"]}
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield f"added    {name}: {after[name]['title']}"
        elif name not in after:
            yield f"removed  {name}"
        elif before[name] != after[name]:
            yield f"changed  {name}"


def _live_catalogue(stack: Stack) -> dict[str, Any]:
    try:
        answer = stack.s3.get_object(Bucket=stack.catalogue_bucket, Key=CATALOGUE_KEY)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            return {"reports": []}
        raise
    live: dict[str, Any] = json.loads(answer["Body"].read())
    return live


if __name__ == "__main__":
    raise SystemExit(main())
