"""Delete a stage's stack, after saying what goes and what stays, and asking.

    python -m infra.destroy --stage production [--delete-data]

What a protected stage's template retains stays in the account: tables, buckets, users and logs.
Where the template would delete data, `--delete-data` must allow that. It acts where boto3 leads to.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.settings_forms import StageError
from infra.stage import Stage, read_stage

DATA = {  # what holds some, in words
    "AWS::DynamoDB::Table": "table",
    "AWS::S3::Bucket": "bucket",
    "AWS::Cognito::UserPool": "user pool",
    "AWS::Logs::LogGroup": "log group",
    "AWS::RedshiftServerless::Namespace": "warehouse",
}
PATIENCE = {"Delay": 5, "MaxAttempts": 360}  # seconds; CloudFront alone may take 15 minutes

Ask = Callable[[str], str]


class NotDestroyed(Exception):
    """Nothing was deleted; the message says why, and what to do."""


@dataclass(frozen=True)
class Holder:
    """A resource with data; `stays` when the stack goes."""

    kind: str
    name: str
    stays: bool

    def __str__(self) -> str:
        return f"{'stays' if self.stays else 'GOES '}  {DATA[self.kind]} {self.name}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m infra.destroy", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--stage", required=True, help="a table of infra/stages.toml")
    parser.add_argument("--delete-data", action="store_true", help="let data go with the stack")
    given = parser.parse_args(arguments)
    try:
        destroy(read_stage(given.stage), boto3.Session(), input, delete_data=given.delete_data)
    except (StageError, NotDestroyed) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def destroy(stage: Stage, session: boto3.Session, ask: Ask, *, delete_data: bool) -> None:
    """
    Raises:
        NotDestroyed: there is no such stack, its data would go, or the answer was another.
    """
    client: Any = session.client("cloudformation")
    name = stage.stack_name
    holders = list(data_of(client, name))
    print(f"The stack {name} is to be deleted, and of its data:", *holders, sep="\n")
    going = [each for each in holders if not each.stays]
    if going and not delete_data:
        raise NotDestroyed(
            "Data would go. Say so with DATA=delete; or set `protected = true` for the stage, "
            "deploy it, and what it has stays."
        )
    if ask(f"Type {name} to delete it: ") != name:
        raise NotDestroyed("That was not its name.")
    empty([each.name for each in going if each.kind == "AWS::S3::Bucket"], session)
    client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    client.delete_stack(StackName=name)
    client.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=PATIENCE)
    print(f"{name} is deleted.")


def data_of(client: Any, stack: str) -> Iterator[Holder]:
    """What of the stack holds data, by the policies of the template that is deployed."""
    try:
        client.describe_stacks(StackName=stack)
    except ClientError as error:
        if "does not exist" in str(error):
            raise NotDestroyed(f"There is no stack {stack} in this account and Region.") from None
        raise
    body = client.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    for resource in (each for page in pages for each in page["StackResourceSummaries"]):
        declared = template["Resources"].get(resource["LogicalResourceId"], {})
        if resource["ResourceType"] in DATA and "PhysicalResourceId" in resource:
            stays = declared.get("DeletionPolicy") == "Retain"
            yield Holder(resource["ResourceType"], resource["PhysicalResourceId"], stays)


def empty(buckets: Sequence[str], session: boto3.Session) -> None:
    """CloudFormation deletes none that has an object, or an old version of one."""
    storage: Any = session.resource("s3")
    for bucket in buckets:
        storage.Bucket(bucket).object_versions.delete()


if __name__ == "__main__":
    sys.exit(main())
