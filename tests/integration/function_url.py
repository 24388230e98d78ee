"""A function URL as programs call it: over HTTP, signed as a user of IAM."""

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.integration.callers import tell_local_appsync

NEEDED = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


@dataclass(frozen=True)
class Answer:
    """What a request got; `body` is read from its JSON."""

    status: int
    body: Any


@dataclass(frozen=True)
class FunctionUrl:
    """The URL as one caller. `arn`: whose key it is; credentials: None signs nothing."""

    url: str
    region: str
    arn: str
    credentials: Credentials | None

    def ask(self, method: str, path: str, document: Any = None) -> Answer:
        """path: below the URL, such as `/ID?version=3`."""
        body = b"" if document is None else json.dumps(document).encode()
        address = self.url.rstrip("/") + path
        request = AWSRequest(
            method,
            address,
            headers={"content-type": "application/json"},
            data=body,
        )
        if self.credentials is not None:
            SigV4Auth(self.credentials, "lambda", self.region).add_auth(request)
        sent = urllib.request.Request(address, body, dict(request.headers.items()), method=method)
        try:
            with urllib.request.urlopen(sent, timeout=60) as response:
                return Answer(response.status, json.loads(response.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, json.loads(error.read()))

    def unsigned(self) -> "FunctionUrl":
        return replace(self, credentials=None)

    def with_secret(self, secret: str) -> "FunctionUrl":
        assert self.credentials is not None
        return replace(self, credentials=Credentials(self.credentials.access_key, secret))


def calling(
    outputs: Any,
    aws: Callable[[str], Any],
    url: str,
    function: str,
    actions: tuple[str, ...] = NEEDED,
) -> FunctionUrl:
    """The URL of the function as a new user of IAM, who may do the actions on it."""
    iam, name = aws("iam"), f"querycast-test-{uuid.uuid4()}"
    user = iam.create_user(UserName=name)["User"]
    arn = aws("lambda").get_function_configuration(FunctionName=function)["FunctionArn"]
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_user_policy(UserName=name, PolicyName="call", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    tell_local_appsync(outputs, name, credentials)
    return FunctionUrl(url, outputs["region"], user["Arn"], credentials)
