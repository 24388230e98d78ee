"""FIXEDWIDTH: how many characters each column has, as COPY and UNLOAD take it.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-fixedwidth
"""

import re

from local.redshift.errors import SqlError

_COLUMN = re.compile(r"\s*[^:\s]+\s*:\s*0*([1-9][0-9]{0,6})\s*")


def fixed_widths(spec: str) -> list[int]:
    """The widths of `label:width,label:width`; the labels mean nothing.

    Raises:
        SqlError: it is not written so.
    """
    matches = [_COLUMN.fullmatch(column) for column in spec.split(",")]
    found = [int(match[1]) for match in matches if match is not None]
    if len(found) < len(matches):
        raise SqlError(f"Invalid FIXEDWIDTH {spec!r}; give 'label:width,label:width'")
    return found


def check_widths(widths: list[int], columns: int) -> None:
    """Raise a SqlError unless each of so many columns has a width, where there are any."""
    if widths and len(widths) != columns:
        raise SqlError(f"FIXEDWIDTH has {len(widths)} columns where there are {columns}")
