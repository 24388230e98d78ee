"""Who calls: account, region and principal as far as a SigV4 header tells them.

The credential scope names the region; an access key of twelve digits names the account, as local
AWS emulators have it. signature.py verifies the signature, where the server is told to.
https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import re
from dataclasses import dataclass

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/[a-z0-9-]+/aws4_request")


@dataclass(frozen=True)
class Caller:
    """The account and region that a statement, its events and its ARNs belong to."""

    account: str = "000000000000"
    region: str = "us-east-1"
    access_key: str = ""

    @property
    def principal(self) -> str:
        return f"arn:aws:iam::{self.account}:root"


def caller(authorization: str) -> Caller:
    """The caller named by an `Authorization` header; the default one where it is missing."""
    match = _CREDENTIAL.search(authorization)
    if match is None:
        return Caller()
    access_key, region = match.groups()
    is_account = re.fullmatch(r"\d{12}", access_key) is not None
    account = access_key if is_account else Caller.account
    return Caller(account, region, access_key)
