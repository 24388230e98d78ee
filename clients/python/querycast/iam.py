"""Requests signed by AWS's Signature Version 4, for who has credentials of AWS and no sign-in.

An API takes them where it has IAM among its ways, and only for the fields that its schema marks
`@aws_iam`. They need botocore: the extra `iam`.
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html#iam-based-example
"""

import asyncio
from typing import TYPE_CHECKING

from querycast.arrow import check_installed
from querycast.auth import Post
from querycast.errors import NotSignedIn

if TYPE_CHECKING:
    from botocore.credentials import Credentials


class AwsCredentials:
    """Those that the AWS CLI would use: of the environment, of a profile, of the machine's role."""

    def __init__(self, region: str, profile: str | None = None) -> None:
        """`region`: of the API. `profile`: of AWS's settings; None is the one in use.

        Raises:
            InvalidArgument: botocore is not installed (the extra `iam`).
        """
        check_installed("iam", "botocore")
        self._region = region
        self._profile = profile
        self._found: Credentials | None = None

    async def headers(self, post: Post) -> dict[str, str]:
        return await asyncio.to_thread(self._signed, post)  # which may fetch what has expired

    async def renew(self) -> None:
        """Look for credentials anew: those in a file may have been replaced."""
        self._found = None

    def _signed(self, post: Post) -> dict[str, str]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError

        request = AWSRequest("POST", post.url, dict(post.headers), post.body.encode())
        try:
            SigV4Auth(self._credentials(), "appsync", self._region).add_auth(request)
        except BotoCoreError as error:
            raise NotSignedIn(f"No credentials of AWS: {error}") from None
        return dict(request.headers.items())

    def _credentials(self) -> "Credentials":
        from botocore.session import Session

        self._found = self._found or Session(profile=self._profile).get_credentials()
        if self._found is None:
            raise NotSignedIn(
                "There are no credentials of AWS; set AWS_PROFILE, or see `aws configure`."
            )
        return self._found

    def __repr__(self) -> str:
        return f"AwsCredentials({self._region!r}, {self._profile!r})"
