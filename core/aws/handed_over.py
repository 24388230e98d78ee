"""What became of a message that was handed to a service once: sent, certainly not, or who knows.

A client that tries again by itself might send twice, so those used here try once (`ONCE`), and wait
for the answer for longer than any answer takes.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
)

from core.errors import NoticeRefused, NoticeUnsure

ONCE = Config(
    connect_timeout=2, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1}
)
NEVER_SENT = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
)
UNAVAILABLE = 503  # the service takes nothing now; other errors of its own may come after the work


@contextmanager
def handed_over(service: str, recipient: str | None = None) -> Iterator[None]:
    """Tell what became of the one call that is made within.

    recipient: kept out of what is told, for that ends in logs.

    Raises:
        NoticeRefused: it certainly was not sent.
        NoticeUnsure: it may have been.
    """
    try:
        yield
    except ClientError as error:
        words = str(error)
        if recipient is not None:
            words = words.replace(recipient, "the recipient")
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        is_refused = status < 500 or status == UNAVAILABLE
        raise (NoticeRefused if is_refused else NoticeUnsure)(words) from None
    except NEVER_SENT as error:
        raise NoticeRefused(f"{service} was not reached: {type(error).__name__}.") from None
    except BotoCoreError as error:
        raise NoticeUnsure(f"{service} gave no answer: {type(error).__name__}.") from None
