"""Signature Version 4 of a call, verified when the server is told which keys there are.

botocore computes what the signature has to be; here it is only compared.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import configparser
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.redshift.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    StartError,
    UnrecognizedClientException,
)

SERVICE = "redshift-data"
MAX_SKEW_S = 300.0

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([^/,\s]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request,?"
    r" *SignedHeaders=([^,\s]+),? *Signature=([0-9a-f]{64})"
)
_TIME = "%Y%m%dT%H%M%SZ"


class Signatures:
    """The access keys of a shared-credentials file, and whether calls are signed with them."""

    def __init__(self, file: Path) -> None:
        """Raises a StartError if the file has no key."""
        profiles = configparser.ConfigParser(interpolation=None)
        profiles.read(file)
        sections = [profiles[name] for name in profiles.sections()]
        self._secrets = {
            section["aws_access_key_id"]: section["aws_secret_access_key"]
            for section in sections
            if "aws_access_key_id" in section and "aws_secret_access_key" in section
        }
        if not self._secrets:
            raise StartError(f"--credentials {file}: expected a shared-credentials file with keys")

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Verify that a call is signed, by a known key, and lately.

        Raises:
            DataApiError: it is not; the class tells why.
        """
        if "authorization" not in headers:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        match = _AUTHORIZATION.fullmatch(headers["authorization"].strip())
        if match is None or "x-amz-date" not in headers:
            raise IncompleteSignatureException(
                "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'"
                " parameters, and an 'X-Amz-Date' header."
            )
        access_key, date, region, service, listed, signature = match.groups()
        names = listed.split(";")
        if service != SERVICE:
            raise InvalidSignatureException(f"Credential should be scoped to service {SERVICE!r}.")
        if not {"host", "x-amz-date"} <= set(names) or any(name not in headers for name in names):
            raise InvalidSignatureException("'host' and 'x-amz-date' must be sent and signed.")
        _check_time(headers["x-amz-date"], date)
        if access_key not in self._secrets:
            raise UnrecognizedClientException(
                "The security token included in the request is invalid."
            )
        signed = {name: headers[name] for name in names}
        expected = _signature(access_key, self._secrets[access_key], region, signed, body)
        if not hmac.compare_digest(expected, signature):
            raise InvalidSignatureException(
                "The request signature we calculated does not match the signature you provided."
                " Check your AWS Secret Access Key and signing method."
            )


def _signature(
    access_key: str, secret: str, region: str, signed: Mapping[str, str], body: bytes
) -> str:
    auth = SigV4Auth(Credentials(access_key, secret), SERVICE, region)
    request = AWSRequest("POST", f"http://{signed['host']}/", headers=dict(signed), data=body)
    request.context["timestamp"] = signed["x-amz-date"]
    to_sign = auth.string_to_sign(request, auth.canonical_request(request))
    return str(auth.signature(to_sign, request))


def _check_time(timestamp: str, date: str) -> None:
    try:
        signed_at = datetime.strptime(timestamp, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise InvalidSignatureException(
            f"X-Amz-Date {timestamp[:50]!r} is no time of the form YYYYMMDDThhmmssZ."
        ) from None
    if not timestamp.startswith(date):
        raise InvalidSignatureException("Credential and X-Amz-Date have different dates.")
    skew = (datetime.now(UTC) - signed_at).total_seconds()
    if abs(skew) > MAX_SKEW_S:
        when = "expired" if skew > 0 else "not yet current"
        raise InvalidSignatureException(f"Signature {when}: {timestamp}")
