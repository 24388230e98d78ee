"""Who the members of a group are now, by their `sub`.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class GroupMembers:
    """The user pool; calling it with the name of a group answers the ids of its members."""

    def __init__(self, client: "CognitoIdentityProviderClient", user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def __call__(self, group: str) -> list[str]:
        """None of a group that is not there any more."""
        pages = self._client.get_paginator("list_users_in_group").paginate(
            UserPoolId=self._user_pool_id, GroupName=group
        )
        try:
            return [
                attribute["Value"]
                for page in pages
                for user in page["Users"]
                for attribute in user["Attributes"]
                if attribute["Name"] == "sub"
            ]
        except self._client.exceptions.ResourceNotFoundException:
            return []
