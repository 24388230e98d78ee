"""Calls of Cognito's user pools over plain HTTPS: three or four of them need no AWS SDK.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
"""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from querycast.errors import Refused, Unavailable

CALL_SECONDS = 20
BUSY = ("TooManyRequestsException", "LimitExceededException")


class CognitoApi:
    """Cognito at one address."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def call(self, action: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What Cognito answers.

        Raises:
            Refused: `type` is Cognito's exception, such as NotAuthorizedException.
            Unavailable: no answer, or it asks to slow down.
        """
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
        }
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=True) as http,
                http.post(self._url, data=json.dumps(given), headers=headers) as response,
            ):
                answer = await response.json(content_type=None)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise Unavailable(f"{self._url} does not answer: {reason}. Is the stack up?") from None
        if status != 200 or not isinstance(answer, dict):
            raise _error(status, answer)
        return answer


def _error(status: int, answer: Any) -> Refused | Unavailable:
    """`{"__type": "NotAuthorizedException", "message": "..."}`, or what no Cognito answers."""
    document = answer if isinstance(answer, dict) else {}
    kind = str(document.get("__type", f"HTTP {status}")).rpartition("#")[2]
    message = str(document.get("message", "no reason given"))
    if kind in BUSY or status != 400:
        return Unavailable(f"{message} ({kind})")
    return Refused(kind, message)
