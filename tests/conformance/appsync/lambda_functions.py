"""The Lambda functions of the suite, and the roles with which they run and are called."""

import io
import json
import time
import zipfile
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.conformance.appsync.description import lambda_source

ROLE_SECONDS = 60.0  # how long IAM may take until a new role can be assumed


@dataclass(frozen=True)
class LambdaFunctions:
    """Where they are, by name, and the role of the data sources that call them."""

    arns: dict[str, str]
    caller_role: str


def create_functions(
    client: Any, prefix: str, names: set[str], created: dict[str, Any]
) -> LambdaFunctions:
    role = _role(client("iam"), f"{prefix}-run", "lambda.amazonaws.com", created)
    caller = _role(client("iam"), f"{prefix}-call", "appsync.amazonaws.com", created)
    arns = {}
    for name in sorted(names):
        arns[name] = _create(client("lambda"), f"{prefix}-{name}", name, role)
        created["functions"].append(f"{prefix}-{name}")
    _may_invoke(client("iam"), f"{prefix}-call", list(arns.values()))
    return LambdaFunctions(arns, caller)


def allow_appsync(client: Any, arn: str) -> None:
    """AppSync itself calls an authorizer: that takes a permission of the function."""
    client("lambda").add_permission(
        FunctionName=arn,
        StatementId="appsync",
        Action="lambda:InvokeFunction",
        Principal="appsync.amazonaws.com",
    )


def delete_functions(client: Any, created: dict[str, Any]) -> None:
    for name in created.get("functions", []):
        client("lambda").delete_function(FunctionName=name)
    for name in created.get("roles", []):
        for policy in client("iam").list_role_policies(RoleName=name)["PolicyNames"]:
            client("iam").delete_role_policy(RoleName=name, PolicyName=policy)
        client("iam").delete_role(RoleName=name)


def _role(iam: Any, name: str, service: str, created: dict[str, Any]) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        ],
    }
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    created["roles"].append(name)
    return str(role["Arn"])


def _may_invoke(iam: Any, role: str, arns: list[str]) -> None:
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arns}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="invoke", PolicyDocument=policy)


def _create(lambda_: Any, function: str, name: str, role: str) -> str:
    """Create the function; again while IAM does not know its new role everywhere."""
    end = time.monotonic() + ROLE_SECONDS
    while True:
        try:
            made = lambda_.create_function(
                FunctionName=function,
                Runtime="python3.12",
                Handler=f"{name}.handler",
                Role=role,
                Timeout=10,
                Code={"ZipFile": _zip(f"{name}.py", lambda_source(name))},
            )
            break
        except ClientError as error:
            known = error.response["Error"]["Code"] == "InvalidParameterValueException"
            if not known or time.monotonic() > end:
                raise
            time.sleep(2)  # only AWS comes here, and offers nothing to wait for
    lambda_.get_waiter("function_active_v2").wait(FunctionName=function)
    return str(made["FunctionArn"])


def _zip(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()
