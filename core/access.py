"""Who asks, and what they may run and read: owners read their own queries, groups run reports."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
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
    groups: frozenset[str] = frozenset()


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

    groups: answers the groups that a user has now; it is not asked about a caller without any.
    """
    if not caller.groups:
        return caller
    return replace(caller, groups=caller.groups & groups(caller.id))


def may_run(caller: Caller, groups: Iterable[str] | None) -> bool:
    """Whether the caller may run a report that is for these groups, or for everyone (None)."""
    return groups is None or not caller.groups.isdisjoint(groups)


def owns(caller: Caller, record: QueryRecord) -> bool:
    """Whether the query is the caller's."""
    return record.query.owner == caller.id


def administers(caller: Caller) -> bool:
    """Whether the caller may stop the queries of others."""
    return ADMINISTRATORS in caller.groups
