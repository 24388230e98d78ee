"""What checks get and give."""

from collections.abc import Callable
from typing import Any

Clients = Callable[[str], Any]  # boto3's client of a service by its name, such as `sts`


class InTheWay(Exception):
    """A deployment would fail, or what it deploys would; the message names the next step."""
