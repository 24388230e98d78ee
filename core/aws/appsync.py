"""One GraphQL operation sent to AppSync, signed with the Lambda's own role (SigV4).

https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-iam-authorization
"""

import json
import socket
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

TIMEOUT_SECONDS = 10
# A request is sent in two writes; without this the second waits 40 ms for the first one's receipt.
AT_ONCE = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class PublishFailed(Exception):
    """AppSync did not take the operation; the message has its errorTypes.

    Not its words, for those can quote what was to be pushed, and the message is logged.
    """


class AppSync:
    """The API at `url`; its connection is kept between calls."""

    def __init__(self, credentials: Credentials, region: str, url: str) -> None:
        self._signer = SigV4Auth(credentials, "appsync", region)
        self._url = url
        self._http = URLLib3Session(
            timeout=TIMEOUT_SECONDS,
            max_pool_connections=32,
            socket_options=AT_ONCE,  # type: ignore[arg-type]  # the stubs say texts
        )

    def execute(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The operation's `data`.

        Raises:
            PublishFailed: the answer is not 200 or has errors.
        """
        body = json.dumps({"query": document, "variables": variables})
        answer = self._http.send(self._signed(body))
        if answer.status_code != 200:
            kind = answer.headers.get("x-amzn-errortype", "no errorType")
            raise PublishFailed(f"AppSync answered {answer.status_code}: {kind}")
        content = json.loads(answer.content)
        if content.get("errors"):
            kinds = ", ".join(str(error.get("errorType")) for error in content["errors"])
            raise PublishFailed(f"AppSync answered with errors: {kinds[:500]}")
        data: Mapping[str, Any] = content["data"]
        return data

    def _signed(self, body: str) -> Any:
        headers = {"content-type": "application/json"}
        request = AWSRequest("POST", self._url, headers=headers, data=body.encode())
        self._signer.add_auth(request)
        return request.prepare()
