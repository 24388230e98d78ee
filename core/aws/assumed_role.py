"""A session that acts as another role, and renews itself before its credentials expire.

All our statements belong to one role and session name, whichever Lambda starts or reads them: the
Data API shows a statement only to the identity that started it.
https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-access-control-identity-based.html
"""

import boto3
import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
)

SESSION_NAME = "querycast"


class AssumedRole(CredentialProvider):
    """Credentials of the role `arn`, fetched from STS when first used."""

    METHOD = "assumed-role"

    def __init__(self, own: botocore.session.Session, arn: str) -> None:
        super().__init__()
        self._fetcher = AssumeRoleCredentialFetcher(
            own.create_client,
            own.get_credentials(),
            arn,
            extra_args={"RoleSessionName": SESSION_NAME},
        )

    def load(self) -> Credentials:
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)


def assumed_role(arn: str) -> boto3.Session:
    """A boto3 session whose clients act as the role."""
    own, session = botocore.session.get_session(), botocore.session.get_session()
    # botocore's files are read once for both, which spares a cold start some 50 ms.
    session.register_component("data_loader", own.get_component("data_loader"))
    role = AssumedRole(own, arn)
    session.register_component("credential_provider", CredentialResolver([role]))
    return boto3.Session(botocore_session=session)
