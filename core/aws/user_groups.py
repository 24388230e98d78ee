"""The groups that a user of the pool has now: a token tells those of an hour ago.

An answer is kept for half of the minute within which a lost group must tell, by the clock on the
wall, since a Lambda's other clock may stand still between invocations.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from core.errors import GroupsUnavailable
from core.report import ID

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

KEPT_SECONDS = 30.0
MAX_KEPT = 10_000  # users: a few megabytes


class UserGroups:
    """The user pool; calling it with the id of a user answers the names of their groups."""

    def __init__(
        self,
        client: "CognitoIdentityProviderClient",
        user_pool_id: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._user_pool_id = user_pool_id
        self._now = now
        self._kept: dict[ID, tuple[float, frozenset[str]]] = {}

    def __call__(self, user_id: ID) -> frozenset[str]:
        """None for a user who is not there any more.

        Raises:
            GroupsUnavailable: Cognito does not answer now.
        """
        asked_at, groups = self._kept.get(user_id, (float("-inf"), frozenset()))
        if not 0 <= self._now() - asked_at <= KEPT_SECONDS:
            asked_at, groups = self._now(), self._read(user_id)
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[user_id] = asked_at, groups
        return groups

    def _read(self, user_id: ID) -> frozenset[str]:
        pages = self._client.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=self._user_pool_id, Username=user_id
        )
        try:
            return frozenset(group["GroupName"] for page in pages for group in page["Groups"])
        except self._client.exceptions.UserNotFoundException:
            return frozenset()
        except (BotoCoreError, ClientError) as error:
            raise GroupsUnavailable(
                "Cognito does not answer now, so your groups are not known; ask again soon."
            ) from error
