"""What a role was allowed a moment ago takes IAM some seconds to tell everywhere.

A deployment makes a role and then at once acts as it, so it asks again for a while.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""

import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

T = TypeVar("T")

DENIED = ("AccessDenied", "AccessDeniedException")  # S3 has its own word
TRIES, PAUSE = 12, 5.0  # seconds: a minute in all


def once_permitted(call: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """What the call answers, once IAM lets it.

    Raises:
        ClientError: it is still denied after a minute, or fails for another reason.
    """
    for _ in range(TRIES):
        try:
            return call()
        except ClientError as error:
            if error.response["Error"]["Code"] not in DENIED:
                raise
            sleep(PAUSE)
    return call()
