"""Principals of IAM as authors of events: they write into the calendars of all groups there are.

Who may call at all is a matter of IAM's policies; nobody's private calendar is theirs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from core.agenda.calendar import Author, group_of
from core.errors import NotAuthorized
from core.report import ID

SESSION = ":assumed-role/"


def principal(identity: Mapping[str, Any] | None, is_group: Callable[[str], bool]) -> Author:
    """The author that AWS says has signed a request (`requestContext.authorizer.iam`).

    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html

    Raises:
        NotAuthorized: nobody has.
    """
    arn = (identity or {}).get("userArn")
    if not isinstance(arn, str) or not arn:
        raise NotAuthorized("No principal of IAM has signed the request; sign it (SigV4).")
    return Author(ID(_without_session(arn)), None, lambda calendar: _is_shared(calendar, is_group))


def _without_session(arn: str) -> str:
    """A role is one author, whatever its sessions are called."""
    return arn.rpartition("/")[0] if SESSION in arn else arn


def _is_shared(calendar: str, is_group: Callable[[str], bool]) -> bool:
    group = group_of(calendar)
    return group is not None and is_group(group)
