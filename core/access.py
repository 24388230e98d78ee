"""Who asks, and what they may run and read: owners read their own queries, groups run reports."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from core.errors import NotAuthorized
from core.query import QueryRecord
from core.report import ID

ADMINISTRATORS = "administrators"  # the group that may steer the queries of others
API_KEY_OWNER = ID("api-key")  # everyone who holds the API's key is one and the same caller


@dataclass(frozen=True)
class Caller:
    """Who sent a request. `id`: Cognito's `sub`, the `owner` of what they submit."""

    id: ID
    groups: Set[str] = frozenset()


class GroupsNow(Set[str]):
    """Those of a token's groups that its user still has; `now` is asked once one matters."""

    def __init__(self, claimed: Set[str], now: Callable[[], Set[str]]) -> None:
        self._claimed = claimed
        self._now = now

    def __contains__(self, group: object) -> bool:
        return group in self._claimed and group in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    @cached_property
    def _groups(self) -> Set[str]:
        return self._claimed & self._now()


def caller(identity: Mapping[str, Any] | None) -> Caller:
    """The caller from AppSync's `identity`: of a Cognito user, or None where an API key was shown.

    https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html

    Raises:
        NotAuthorized: an IAM principal; those may only publish.
    """
    if identity is None:
        return Caller(API_KEY_OWNER)
    if "sub" not in identity:
        raise NotAuthorized("Sign in as a user of the pool: an IAM principal owns no queries.")
    return Caller(ID(identity["sub"]), frozenset(identity.get("groups") or ()))


def as_of_now(caller: Caller, groups: Callable[[ID], frozenset[str]]) -> Caller:
    """The caller with those groups of the token that they still have: a token lives for an hour.

    groups: answers the groups that a user has now; it is asked when one of the token's matters.
    """
    return replace(caller, groups=GroupsNow(caller.groups, lambda: groups(caller.id)))


def may_run(caller: Caller, groups: Iterable[str] | None) -> bool:
    """Whether the caller may run a report that is for these groups, or for everyone (None)."""
    return groups is None or any(group in caller.groups for group in groups)


def owns(caller: Caller, record: QueryRecord) -> bool:
    """Whether the query is the caller's."""
    return record.query.owner == caller.id


def administers(caller: Caller) -> bool:
    """Whether the caller may stop the queries of others."""
    return ADMINISTRATORS in caller.groups
