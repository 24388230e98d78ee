"""A value of a result as text: the same in every format, and read back as what it was."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from querycast.cli.terminal import CONTROL


def text(value: Any) -> str:
    """A value that is not None: true, 12.50, 2015-06-01 10:00:00."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def json_text(document: Any) -> str:
    """As JSON, in which an escape means the same as the control character it stands for.

    What JSON has no type for is a text, so that no digit of a decimal number is lost.
    """
    written = json.dumps(document, ensure_ascii=False, default=text)
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
