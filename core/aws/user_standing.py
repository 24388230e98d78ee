"""What has become of a user of the pool: a schedule outlives sessions, and may outlive its owner.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
"""

from typing import TYPE_CHECKING

from core.agenda.schedule_services import Standing
from core.report import ID

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class UserStanding:
    """The user pool; calling it with the id of a user answers how they stand now."""

    def __init__(self, client: "CognitoIdentityProviderClient", user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def __call__(self, user_id: ID) -> Standing:
        try:
            user = self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=user_id)
        except self._client.exceptions.UserNotFoundException:
            return Standing.GONE
        return Standing.ACTIVE if user["Enabled"] else Standing.DISABLED
