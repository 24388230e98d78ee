"""Whether there is a group of a name now, or was half a minute ago.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from core.errors import GroupsUnavailable

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

KEPT_SECONDS = 30.0
MAX_NAME = 128  # characters


class GroupNames:
    """The user pool; calling it with a name answers whether a group has it."""

    def __init__(
        self,
        client: "CognitoIdentityProviderClient",
        user_pool_id: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._user_pool_id = user_pool_id
        self._now = now
        self._found_at: dict[str, float] = {}  # there are 10,000 groups at most

    def __call__(self, name: str) -> bool:
        """
        Raises:
            GroupsUnavailable: Cognito does not answer now.
        """
        if not 1 <= len(name) <= MAX_NAME:
            return False
        begun = self._now()
        if 0 <= begun - self._found_at.get(name, float("-inf")) < KEPT_SECONDS:
            return True
        is_group = self._ask(name)
        if is_group:
            self._found_at[name] = begun
        return is_group

    def _ask(self, name: str) -> bool:
        try:
            self._client.get_group(UserPoolId=self._user_pool_id, GroupName=name)
        except (
            self._client.exceptions.ResourceNotFoundException,
            self._client.exceptions.InvalidParameterException,  # no group can have such a name
        ):
            return False
        except (BotoCoreError, ClientError) as error:
            raise GroupsUnavailable(
                "Cognito does not answer now, so groups are not known; ask again soon."
            ) from error
        return True
