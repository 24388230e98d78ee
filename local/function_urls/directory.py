"""Which function has which URL, as the `lambda` API says; what it said holds for a moment.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html
"""

import asyncio
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.function_urls.errors import Refused

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

KEPT_SECONDS = 5.0  # a change of a URL holds after this


@dataclass(frozen=True)
class FunctionUrl:
    """A function's URL. `domain`: the host of its own address, such as ID.lambda-url..."""

    domain: str
    function_arn: str
    is_signed: bool  # AuthType AWS_IAM

    @property
    def id(self) -> str:
        return self.domain.partition(".")[0]

    @property
    def region(self) -> str:
        return self.function_arn.split(":")[3]

    @property
    def account_id(self) -> str:
        return self.function_arn.split(":")[4]


class Directory(Protocol):
    """Where URLs are looked up: the network, or a test's list."""

    async def find(self, url_id: str) -> FunctionUrl | None:
        """The function's URL of that id; None where there is none.

        Raises:
            Refused: 503; Lambda does not answer.
        """


class LambdaDirectory:
    """Asks Lambda, function by function: no call of its API finds a URL by its id."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._urls: dict[str, FunctionUrl] = {}
        self._read_at = -KEPT_SECONDS
        self._reading = asyncio.Lock()

    async def find(self, url_id: str) -> FunctionUrl | None:
        """As `Directory.find`."""
        async with self._reading:
            is_old = time.monotonic() - self._read_at > KEPT_SECONDS
            if is_old or url_id not in self._urls:  # which may be new
                self._urls = await asyncio.to_thread(self._read)
                self._read_at = time.monotonic()
        return self._urls.get(url_id)

    @cached_property
    def _client(self) -> "LambdaClient":
        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})
        session = boto3.Session()
        region = session.region_name or "us-east-1"
        client: LambdaClient = session.client(
            "lambda", region_name=region, endpoint_url=self._endpoint_url, config=config
        )
        return client

    def _read(self) -> dict[str, FunctionUrl]:
        try:
            pages = self._client.get_paginator("list_functions").paginate()
            names = [each["FunctionName"] for page in pages for each in page["Functions"]]
            urls = [url for name in names if (url := self._url_of(name)) is not None]
        except (BotoCoreError, ClientError) as error:
            text = f"Lambda at {self._endpoint_url} does not tell its function URLs: {error}"
            raise Refused(503, "ServiceUnavailableException", text) from error
        return {url.id: url for url in urls}

    def _url_of(self, name: str) -> FunctionUrl | None:
        try:
            config = self._client.get_function_url_config(FunctionName=name)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        domain = config["FunctionUrl"].removeprefix("https://").rstrip("/")
        return FunctionUrl(domain, config["FunctionArn"], config["AuthType"] == "AWS_IAM")
