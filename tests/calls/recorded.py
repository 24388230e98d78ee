"""What was asked, as IAM names it: who asked, the action, and the template's resource.

The emulator's names are `STACK-LOGICALID-SUFFIX`, perhaps cut off, and of buckets in small letters.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infra.arns import ASSETS, MUTATIONS, SCHEDULES, SERVERLESS, SES
from tests.infra.template import name
from tests.integration.released import STAGE

# https://docs.aws.amazon.com/AmazonS3/latest/API/mpuAndPermissions.html
S3 = {
    **dict.fromkeys(
        ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), "PutObject"
    ),
    "DeleteObjects": "DeleteObject",
}


@dataclass(frozen=True)
class Call:
    """One role asked for an action on a resource, both written as tests/infra/template.py does."""

    role: str
    action: str
    resource: str


class Names:
    """From the emulator's names to those of the template."""

    def __init__(self, logical_ids: Mapping[str, Any]) -> None:
        self._longest_first = sorted(logical_ids, key=len, reverse=True)

    def of(self, physical: str) -> str:
        """The template's resource of that name, without its hash.

        Raises:
            KeyError: no resource of the template has it.
        """
        wanted = re.sub(r"[^a-z0-9]", "", physical.lower())
        for logical_id in self._longest_first:
            if logical_id.lower() in wanted:
                return name(logical_id)
        raise KeyError(physical)


def recorded(folder: Path, names: Names) -> set[Call]:
    """Every call that the folder's files tell of; see local/calls/sitecustomize.py.

    Those of the last release's stack are not: it has its own names, and at first its own code.
    """
    texts = {line for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()}
    lines = (json.loads(text) for text in texts)
    ours = (line for line in lines if not line["function"].startswith(f"{STAGE.stack_name}-"))
    return {call for line in ours for call in calls(line, names)}


def calls(line: Any, names: Names) -> Iterator[Call]:
    """What IAM asks of the caller for one request, which may be more than the action itself."""
    role = names.of(line["function"]) + "Role" if line["role"] is None else names.of(line["role"])
    service, operation, parameters = line["service"], line["operation"], line["resource"]
    for action, resource in needed(f"{service}:{operation}", parameters, names):
        yield Call(role, action, resource)


def needed(action: str, parameters: Mapping[str, str], names: Names) -> Iterator[tuple[str, str]]:
    service, operation = action.split(":")
    match service:
        case "dynamodb":
            index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
            yield action, f"{names.of(parameters['TableName'])}.Arn{index}"
        case "s3":
            yield from on_objects(operation, parameters, names)
        case "sqs":
            yield action, f"{names.of(parameters['QueueUrl'])}.Arn"
        case "sns":
            yield action, names.of(parameters["TopicArn"])
        case "sts":
            yield action, f"{names.of(parameters['RoleArn'])}.Arn"
        case "lambda":
            yield "lambda:InvokeFunction", f"{names.of(parameters['FunctionName'])}.Arn"
        case "cognito-idp":
            yield action, "UsersPool.Arn"
        case "appsync":
            yield action, f"{MUTATIONS}/{parameters['Field']}"
        case "ses":
            address = parameters["FromEmailAddress"]
            for identity in (address, address.partition("@")[2]):  # whichever SES knows as verified
                yield action, f"{SES}:identity/{identity}"
        case "scheduler":
            yield action, SCHEDULES
            if "PassedRoleArn" in parameters:
                yield "iam:PassRole", f"{names.of(parameters['PassedRoleArn'])}.Arn"
        case "redshift-data":
            yield from on_warehouse(action, parameters)
        case _:
            raise ValueError(f"tests/calls/recorded.py does not know what {action} is on.")


def on_objects(
    operation: str, parameters: Mapping[str, str], names: Names
) -> Iterator[tuple[str, str]]:
    bucket, key = parameters["Bucket"], parameters.get("Key", "exports/*")  # many keys, or one
    is_asset = bucket.startswith("cdk-")
    objects = f"{ASSETS}/{key}" if is_asset else f"{names.of(bucket)}.Arn/{key}"
    if operation == "UploadPartCopy":  # from a part to the whole, in the same bucket
        yield "s3:GetObject", objects
        yield "s3:PutObject", objects
        return
    yield f"s3:{S3.get(operation, operation)}", objects


def on_warehouse(action: str, parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A statement's start is on the workgroup, for which Redshift gives credentials; all else is
    on the statement, which has no name for IAM."""
    if action.endswith("ExecuteStatement"):
        yield action, f"{SERVERLESS}:workgroup/*"
        yield "redshift-serverless:GetCredentials", f"{SERVERLESS}:workgroup/*"
        return
    yield action, "*"
