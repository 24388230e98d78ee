"""What checks get and give."""

from collections.abc import Callable
from typing import Any

Clients = Callable[..., Any]  # boto3's client of a service by its name, such as `sts`


class NotSeen(Exception):
    """It may be well or not, for you may not look; the message names what would let you."""


class InTheWay(Exception):
    """A deployment would fail, or what it deploys would; the message names the next step."""
