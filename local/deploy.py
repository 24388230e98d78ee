"""Deploys a synthesised stack through CloudFormation, as `cdk deploy` would, in a second or two.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-describing-stacks.html
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from local.assembly import Asset, StackAssembly
from local.errors import DeploymentFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef
    from mypy_boto3_s3 import S3Client

DEADLINE = 1000.0  # seconds for one operation on the stack: migrations may take 15 minutes of it
LOOK_EVERY = 0.1  # seconds

# Nothing but a deletion leads out of these: a first deployment failed, or was cut off.
DEAD_ENDS = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}


def deploy(assembly: StackAssembly) -> str:
    """Bring the stack to what the assembly says; `created`, `updated` or `unchanged`.

    Raises:
        DeploymentFailed: with the reason of every resource that failed.
    """
    client = boto3.client("cloudformation")
    upload_assets(assembly.assets)
    stack = settled(client, assembly.name)
    if stack is not None and stack["StackStatus"] in DEAD_ENDS:
        delete(client, assembly.name)
        stack = None
    if stack is None:
        return create(client, assembly)
    return update(client, assembly)


def upload_assets(assets: list[Asset]) -> None:
    """Each once: its key is the hash of what it holds."""
    client = boto3.client("s3")
    for bucket in {asset.bucket for asset in assets}:
        client.create_bucket(Bucket=bucket)  # in us-east-1 no error when it is ours already
    for asset in assets:
        if not is_uploaded(client, asset):
            client.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())


def is_uploaded(client: "S3Client", asset: Asset) -> bool:
    try:
        client.head_object(Bucket=asset.bucket, Key=asset.key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return False
    return True


def create(client: "CloudFormationClient", assembly: StackAssembly) -> str:
    try:
        client.create_stack(**request(client, assembly), OnFailure="ROLLBACK")
    except ClientError as error:
        raise DeploymentFailed(f"Stack {assembly.name} cannot be created: {error}") from error
    finish(client, assembly.name, "CREATE_COMPLETE")
    return "created"


def update(client: "CloudFormationClient", assembly: StackAssembly) -> str:
    try:
        client.update_stack(**request(client, assembly))
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return "unchanged"
        raise DeploymentFailed(f"Stack {assembly.name} cannot be updated: {error}") from error
    finish(client, assembly.name, "UPDATE_COMPLETE")
    return "updated"


def delete(client: "CloudFormationClient", name: str) -> None:
    client.delete_stack(StackName=name)
    stack = settled(client, name)
    if stack is not None:
        raise DeploymentFailed(
            f"Stack {name} cannot be deleted ({stack['StackStatus']}): {reasons(client, name)}"
        )


def request(client: "CloudFormationClient", assembly: StackAssembly) -> Any:
    """What CreateStack and UpdateStack both take."""
    template = assembly.template
    return {
        "StackName": assembly.name,
        "TemplateURL": f"{client.meta.endpoint_url}/{template.bucket}/{template.key}",
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in assembly.parameters.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }


def finish(client: "CloudFormationClient", name: str, wanted: str) -> None:
    stack = settled(client, name)
    status = stack["StackStatus"] if stack else "gone"
    if status != wanted:
        raise DeploymentFailed(
            f"Stack {name} is {status} rather than {wanted}: {reasons(client, name)}"
        )


def settled(client: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """The stack once no operation on it is under way; None where there is none."""
    deadline = time.monotonic() + DEADLINE
    while (stack := describe(client, name)) and stack["StackStatus"].endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeploymentFailed(
                f"Stack {name} is {stack['StackStatus']} for over {DEADLINE:.0f} s; "
                "if that was cut off by a crash, start afresh with `make clean up`."
            )
        time.sleep(LOOK_EVERY)
    return stack


def describe(client: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    try:
        [stack] = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def reasons(client: "CloudFormationClient", name: str) -> str:
    """Why resources failed in the last operation, the first cause first."""
    found: list[str] = []
    for event in events(client, name):
        status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
        if status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS") and reason == "User Initiated":
            break
        if status.endswith("FAILED") and reason:
            found.insert(0, f"{event['LogicalResourceId']}: {reason}")
    return "; ".join(found) or "CloudFormation gives no reason."


def events(client: "CloudFormationClient", name: str) -> Iterator["StackEventTypeDef"]:
    """What has happened to the stack, the latest first: a rollback alone can fill a page."""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=name):
        yield from page["StackEvents"]
