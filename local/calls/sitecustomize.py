"""Writes down what a Lambda asks of AWS: who asked for which operation, on which resource.

Every Lambda worker of a stack with QUERYCAST_CALLS imports this at its start, for Python imports a
module of this name from PYTHONPATH (https://docs.python.org/3/library/site.html). Each call is a
line of JSON in the folder's file of its function, once for each worker:

    {"function": "Querycast-dev-...", "role": null, "service": "dynamodb", "operation": "GetItem",
     "resource": {"TableName": "Querycast-dev-..."}}

`role` is null for the function's own, else the ARN of the one that it acts as, and empty where the
key is of neither. `resource` has no value that a user gave.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.handlers

NAMES = (  # the parameters that say what an operation is on
    *("TableName", "IndexName", "Bucket", "Key", "QueueUrl", "TopicArn", "RoleArn", "UserPoolId"),
    *("FunctionName", "GroupName", "FromEmailAddress", "WorkgroupName", "ClusterIdentifier"),
)
MUTATION = re.compile(r"mutation[^{]*{\s*(\w+)")

roles: dict[str, str | None] = {os.environ.get("AWS_ACCESS_KEY_ID", ""): None}
written: set[str] = set()


def note_parameters(params: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
    resource = {name: params[name] for name in NAMES if name in params}
    if "Target" in params:  # of a schedule, which whoever makes it hands a role to
        resource["PassedRoleArn"] = params["Target"]["RoleArn"]
    context["querycast_resource"] = resource


def note_request(
    request: Any, signing_name: str, operation_name: str, request_signer: Any, **_: Any
) -> None:
    key = request_signer._credentials.access_key
    write(key, signing_name, operation_name, request.context["querycast_resource"])


def note_role(parsed: Any, context: dict[str, Any], **_: Any) -> None:
    if "Credentials" in parsed:
        arn = context["querycast_resource"]["RoleArn"]
        roles[parsed["Credentials"]["AccessKeyId"]] = arn


def note_publishing(signer: Any, request: Any) -> None:
    """What goes to AppSync is signed by itself, and no operation of botocore's."""
    if signer._service_name == "appsync":
        field = MUTATION.search(json.loads(request.data)["query"])
        resource = {"Field": field[1] if field else ""}
        write(signer.credentials.access_key, "appsync", "GraphQL", resource)
    add_auth(signer, request)


def write(key: str, service: str, operation: str, resource: dict[str, str]) -> None:
    function = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    call = {
        "function": function,
        "role": roles.get(key, ""),
        "service": service,
        "operation": operation,
        "resource": resource,
    }
    line = json.dumps(call) + "\n"
    if line not in written:
        written.add(line)
        with (Path(os.environ["QUERYCAST_CALLS"]) / f"{function}.jsonl").open("a") as file:
            file.write(line)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    botocore.handlers.BUILTIN_HANDLERS += [
        ("before-parameter-build", note_parameters),
        ("before-sign", note_request),
        ("after-call.sts.AssumeRole", note_role),
    ]
    add_auth = botocore.auth.SigV4Auth.add_auth
    setattr(botocore.auth.SigV4Auth, "add_auth", note_publishing)  # noqa: B010 - mypy takes no other
