"""Who calls a function URL of AuthType AWS_IAM: the signature first, then what IAM allows.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

import re
from dataclasses import dataclass
from typing import Any

from local.aws_http.iam import IamPolicies
from local.aws_http.sigv4 import (
    ALGORITHM,
    KnownCredentials,
    SignatureRefused,
    SignedRequest,
    verify,
)
from local.function_urls.directory import FunctionUrl
from local.function_urls.errors import Refused, forbidden
from local.function_urls.request import Request

# Since October 2025 one needs both.
ACTIONS = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Authority:
    """What vouches for callers."""

    known: KnownCredentials
    policies: IamPolicies

    async def identify(self, request: Request, url: FunctionUrl) -> dict[str, Any]:
        """`requestContext.authorizer.iam` of whoever signed the request and may call the URL.

        Raises:
            Refused: 403; nobody whom this machine knows signed it, or IAM does not allow it.
        """
        if not request.headers.get("authorization", "").startswith(ALGORITHM):
            raise forbidden()
        signed = SignedRequest(
            request.headers, request.signed_path, request.body, request.query, request.method
        )
        try:
            access_key = verify(signed, self.known, "lambda", url.region)
        except SignatureRefused as error:
            raise Refused(403, error.error_type, error.message, key="message") from error
        if not await self.policies.allows(access_key, url.function_arn):
            raise forbidden()
        return await self._identity(access_key, url)

    async def _identity(self, access_key: str, url: FunctionUrl) -> dict[str, Any]:
        user = await self.policies.user(access_key)
        if user is None:  # the account's own key, which here is its number
            account = access_key if _ACCOUNT.fullmatch(access_key) else url.account_id
            arn, user_id = f"arn:aws:iam::{account}:root", account
        else:
            account, arn, user_id = user.arn.split(":")[4], user.arn, user.id
        return {
            "accessKey": access_key,
            "accountId": account,
            "callerId": user_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": arn,
            "userId": user_id,
        }
