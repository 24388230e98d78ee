"""What callers prove themselves with: headers as the target has them, or signatures made anew.

A WebSocket takes the same headers as JSON; IAM signs its connect as a POST of `{}` to
/graphql/connect, and its start as a POST of the data.
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

from collections.abc import Mapping
from types import MappingProxyType

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.conformance.appsync.target import Target, TargetApi

NOBODY = "none"
OF_A_SOCKET = {"accept": "application/json, text/javascript", "content-encoding": "amz-1.0"}


def headers_of(
    target: Target,
    api: TargetApi,
    who: str | None,
    path: str,
    body: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """The headers that authorize a request of somebody; None: the API's default caller.

    `more` is signed too, where there is a signature.
    """
    name = who or next(iter(api.credentials), NOBODY)
    if name == NOBODY:
        return {}
    if name in target.access_keys:
        key = target.access_keys[name]
        headers = {"content-type": "application/json; charset=UTF-8", "host": api.host, **more}
        return _signed(headers, key, key.get("region", target.region), path, body)
    return dict(api.credentials[name])


def _signed(
    headers: dict[str, str], key: dict[str, str], region: str, path: str, body: str
) -> dict[str, str]:
    url = f"https://{headers['host']}{path}"
    request = AWSRequest("POST", url, data=body.encode(), headers=headers)
    known = Credentials(key["id"], key["secret"], key.get("token"))
    SigV4Auth(known, "appsync", region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}
