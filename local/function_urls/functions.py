"""Functions, invoked through the ordinary `lambda` API.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from local.aws_http.http_client import HttpClient, Signer
from local.function_urls.directory import FunctionUrl
from local.function_urls.errors import MAX_PAYLOAD_BYTES, Refused, bad_gateway, too_large

MAX_INVOCATIONS = 8  # at once: a local executor starts a process for each that finds none idle


class Functions:
    """Where functions are invoked: a few at a time."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._signers: dict[str, Signer] = {}
        self._free = asyncio.Semaphore(MAX_INVOCATIONS)

    async def invoke(self, url: FunctionUrl, event: Mapping[str, Any]) -> bytes:
        """What the function returned, as JSON.

        Raises:
            Refused: 413; the event is too large. 429; Lambda is busy. 502; the function failed, or
                returned too much. 503; Lambda does not answer.
        """
        body = orjson.dumps(event)
        if len(body) > MAX_PAYLOAD_BYTES:
            raise too_large()
        path = f"/2015-03-31/functions/{quote(url.function_arn, safe='')}/invocations"
        headers = {"content-type": "application/json"}
        signed = self._signer(url.region).sign(self._http.url + path, headers, body)
        async with self._free:
            try:
                answer = await self._http.request("POST", path, signed, body)
            except OSError as error:
                text = f"The Lambda endpoint {self._http.url} cannot be reached."
                raise Refused(503, "ServiceUnavailableException", text) from error
        if answer.status == 429:
            raise Refused(429, "TooManyRequestsException", "Rate Exceeded.")
        is_failed = answer.status >= 300 or "x-amz-function-error" in answer.headers
        if is_failed or len(answer.body) > MAX_PAYLOAD_BYTES:
            raise bad_gateway()
        return answer.body

    def _signer(self, region: str) -> Signer:
        if region not in self._signers:
            self._signers[region] = Signer("lambda", region)
        return self._signers[region]
