"""The address of a user of the pool, asked for when a mail is to be sent and kept nowhere.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
"""

from typing import TYPE_CHECKING

from core.report import ID

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class Mailboxes:
    """The user pool; calling it with the id of a user answers their address.

    None for a user who is not there any more or is disabled, or whose address nobody has verified.
    """

    def __init__(self, client: "CognitoIdentityProviderClient", user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def __call__(self, user_id: ID) -> str | None:
        try:
            user = self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=user_id)
        except self._client.exceptions.UserNotFoundException:
            return None
        attributes = {each["Name"]: each.get("Value") for each in user["UserAttributes"]}
        is_theirs = user["Enabled"] and attributes.get("email_verified") == "true"
        return attributes.get("email") if is_theirs else None
