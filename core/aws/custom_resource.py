"""The answer to CloudFormation, which waits for it: a PUT to the address that its request carries.

The address is pre-signed, so whoever has it can answer: it belongs in no log.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.request import Request, urlopen

MAX_REASON = 2_000  # characters; CloudFormation takes answers of 4,096 bytes
TIMEOUT = 10  # seconds


def answer(request: Mapping[str, Any], physical_id: str, failure: str | None) -> None:
    """Say that the request succeeded, or why it failed.

    Raises:
        OSError: CloudFormation was not reached.
    """
    document = {
        "Status": "SUCCESS" if failure is None else "FAILED",
        "Reason": _shortened(failure or ""),
        "PhysicalResourceId": physical_id,
        **{key: request[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(document).encode()
    # signed without a content type, so it must be sent with an empty one
    headers = {"content-type": "", "content-length": str(len(body))}
    put = Request(request["ResponseURL"], data=body, method="PUT", headers=headers)
    with urlopen(put, timeout=TIMEOUT):
        pass


def _shortened(reason: str) -> str:
    """At most so long, also when JSON escapes it: not ASCII is escaped, so it goes."""
    plain = reason.encode("ascii", "replace").decode()
    return plain if len(plain) <= MAX_REASON else f"{plain[:MAX_REASON]}..."
