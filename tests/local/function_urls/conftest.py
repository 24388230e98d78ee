"""A function with a URL in an emulator, and our server of function URLs before it."""

import io
import json
import signal
import subprocess
import uuid
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local import aws
from local.function_urls.directory import FunctionUrl
from local.function_urls.request import Request
from local.programs import function_urls_command
from local.settings import ACCOUNT, REGION, ROOT
from tests.local.conftest import Emulator, new_emulator, wait_until

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:echo"
URL = FunctionUrl(f"abc123.lambda-url.{REGION}.on.aws", ARN, is_signed=True)
MAY_CALL = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")

# Answers what it got, or does what its query says.
FUNCTION = """
def handler(event, context):
    wish = event.get("queryStringParameters", {}).get("wish")
    if wish == "raise":
        raise ValueError("broken")
    if wish == "large":
        return {"statusCode": 200, "body": "x" * (7 * 1024 * 1024)}
    if wish == "cookies":
        return {"statusCode": 201, "cookies": ["a=1; Secure", "b=2"], "body": "made"}
    if wish == "bytes":
        return {"statusCode": 200, "isBase64Encoded": True, "body": "AP/+",
                "headers": {"Content-Type": "image/png"}}
    return event
"""


@dataclass(frozen=True)
class Server:
    """Our server, and the emulator behind it."""

    address: str
    emulator: Emulator

    def function(self, auth_type: str = "AWS_IAM") -> str:
        """The id of the URL of a new function."""
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", FUNCTION)
        functions = self.emulator.client("lambda")
        name = f"echo-{uuid.uuid4().hex[:8]}"
        functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=f"arn:aws:iam::{ACCOUNT}:role/any",
            Handler="main.handler",
            Code={"ZipFile": code.getvalue()},
            Timeout=60,
        )
        made = functions.create_function_url_config(FunctionName=name, AuthType=auth_type)
        return str(made["FunctionUrl"].removeprefix("https://").partition(".")[0])

    def user(self, *actions: str) -> Credentials:
        """The key of a new IAM user who may do the actions; ours knows its secret."""
        iam, name = self.emulator.client("iam"), f"user-{uuid.uuid4().hex[:8]}"
        iam.create_user(UserName=name)
        if actions:
            statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        profiles = ConfigParser(interpolation=None)
        profiles[name] = {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
        }
        with self.emulator.settings.credentials.open("a") as file:
            profiles.write(file)
        return Credentials(key["AccessKeyId"], key["SecretAccessKey"])

    @property
    def account(self) -> Credentials:
        return Credentials(ACCOUNT, aws.secret_access_key(self.emulator.settings))

    def ask(
        self,
        path: str,
        credentials: Credentials | None,
        *,
        method: str = "POST",
        body: bytes = b"",
        **headers: str,
    ) -> httpx.Response:
        """The answer to a request, signed unless by nobody."""
        url = self.address + path
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if credentials is not None:
            sent = signed(method, url, body, credentials, sent)
        return httpx.request(method, url, content=body, headers=sent, timeout=60)


def signed(
    method: str,
    url: str,
    body: bytes,
    credentials: Credentials,
    headers: dict[str, str],
    *,
    service: str = "lambda",
    region: str = REGION,
) -> dict[str, str]:
    """The headers of the request with those of its signature."""
    request = AWSRequest(method, url, headers=headers, data=body)
    SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    yield from new_emulator(tmp_path_factory.mktemp("stack"))


@pytest.fixture(scope="module")
def server(emulator: Emulator) -> Iterator[Server]:
    settings = emulator.settings
    with (settings.logs / "function-urls.log").open("wb") as log:
        process = subprocess.Popen(
            function_urls_command(settings),
            cwd=ROOT,
            env=aws.environment(settings),
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: is_healthy(settings.function_urls_url), "it answers", deadline=60)
        yield Server(settings.function_urls_url, emulator)
    finally:
        process.terminate()
        assert process.wait(20) == -signal.SIGTERM


def is_healthy(address: str) -> bool:
    try:
        return bool(httpx.get(f"{address}/health").json() == {"status": "ok"})
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def url_id(server: Server) -> str:
    return server.function()


@pytest.fixture(scope="module")
def ana(server: Server) -> Credentials:
    """She may call every function URL."""
    return server.user(*MAY_CALL)


def a_request(**instead: Any) -> Request:
    """A request as it is read, changed as given."""
    given: dict[str, Any] = {
        "url_id": URL.id,
        "method": "POST",
        "path": "/events",
        "signed_path": f"/{URL.id}/events",
        "query": "",
        "headers": {"host": "localhost:4002", "user-agent": "test"},
        "cookies": [],
        "body": b"",
        "source_ip": "127.0.0.1",
        "protocol": "HTTP/1.1",
    }
    return Request(**given | instead)
