"""What callers prove themselves with: headers as the target has them, or signatures made anew.

A WebSocket takes the same headers as JSON; IAM signs its connect as a POST of `{}` to
/graphql/connect, and its start as a POST of the data.
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.conformance.appsync.target import Target, TargetApi

NOBODY = "none"
Headers = dict[str, str]


def headers_of(
    target: Target, api: TargetApi, who: str | None, path: str, body: str
) -> dict[str, str]:
    """The headers that authorize a request of somebody; None: the API's default caller."""
    name = who or next(iter(api.credentials), NOBODY)
    if name == NOBODY:
        return {}
    if name in target.access_keys:
        return _signed(target, api, target.access_keys[name], path, body)
    return dict(api.credentials[name])


def _signed(
    target: Target, api: TargetApi, key: dict[str, str], path: str, body: str
) -> dict[str, str]:
    headers = {
        "accept": "application/json, text/javascript",
        "content-encoding": "amz-1.0",
        "content-type": "application/json; charset=UTF-8",
        "host": api.host,
    }
    request = AWSRequest("POST", f"https://{api.host}{path}", data=body.encode(), headers=headers)
    known = Credentials(key["id"], key["secret"], key.get("token"))
    SigV4Auth(known, "appsync", key.get("region", target.region)).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}
