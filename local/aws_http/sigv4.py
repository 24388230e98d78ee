"""AWS Signature Version 4, verified against the secrets that this machine knows.

Session tokens are not looked at: whoever knows the secret of a key is its holder.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import configparser
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, quote

from botocore.utils import normalize_url_path

ALGORITHM = "AWS4-HMAC-SHA256"
MAX_SKEW = timedelta(minutes=5)
_TIME = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} +Credential=([^,\s]+)[,\s]+SignedHeaders=([^,\s]+)[,\s]+Signature=([0-9a-f]+)"
)
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)


class SignatureRefused(Exception):
    """No known holder of a key signed the request. `error_type`: AWS's name of the refusal."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it was, or was claimed to be, signed."""

    headers: Mapping[str, str]  # lower-case names
    path: str
    body: bytes
    query: str = ""
    method: str = "POST"
    other_path: str | None = None  # that some clients sign instead; None: all sign the same


class KnownCredentials:
    """Secrets by access key: a shared-credentials file, read again when it changes, and ours."""

    def __init__(self, file: Path | None, environment: Mapping[str, str] = os.environ) -> None:
        self._file = file
        self._modified = 0
        self._from_file: list[tuple[str, str]] = []
        own = environment.get("AWS_ACCESS_KEY_ID", ""), environment.get("AWS_SECRET_ACCESS_KEY", "")
        self._own = [own] if all(own) else []

    def secrets(self, access_key: str) -> list[str]:
        """The secrets that an access key may have signed with; none if it is unknown."""
        self._refresh()
        return [secret for key, secret in self._from_file + self._own if key == access_key]

    def _refresh(self) -> None:
        try:
            modified = self._file.stat().st_mtime_ns if self._file else 0
        except FileNotFoundError:
            modified = 0
        if modified == self._modified or self._file is None:
            return
        profiles = configparser.ConfigParser(interpolation=None)
        profiles.read(self._file)
        sections = [profiles[name] for name in profiles.sections()]
        pairs = [(s.get("aws_access_key_id"), s.get("aws_secret_access_key")) for s in sections]
        self._from_file = [(key, secret) for key, secret in pairs if key and secret]
        self._modified = modified


@dataclass(frozen=True, slots=True)
class _Signature:
    access_key: str
    date: str
    region: str
    service: str
    signed_headers: list[str]
    signature: str
    timestamp: str


def verify(request: SignedRequest, known: KnownCredentials, service: str, region: str) -> str:
    """The access key that signed a request for a service in a region.

    Raises:
        SignatureRefused: the signature is incomplete, stale, of an unknown key, or wrong.
    """
    signature = _parse(request.headers)
    if (signature.service, signature.region) != (service, region):
        raise _invalid(f"Credential should be scoped to {region}/{service}.")
    _check_time(signature)
    secrets = known.secrets(signature.access_key)
    if not secrets:
        text = "The security token included in the request is invalid."
        raise SignatureRefused("UnrecognizedClientException", text)
    for path in filter(None, (request.path, request.other_path)):
        to_sign = _to_sign(request, signature, path)
        for secret in secrets:
            key = _signing_key(secret, signature.date, signature.region, signature.service)
            expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
            if hmac.compare_digest(expected, signature.signature):
                return signature.access_key
    raise _invalid(_MISMATCH)


def _to_sign(request: SignedRequest, signature: _Signature, path: str) -> str:
    scope = f"{signature.date}/{signature.region}/{signature.service}/aws4_request"
    digest = hashlib.sha256(_canonical(request, signature, path).encode()).hexdigest()
    return f"{ALGORITHM}\n{signature.timestamp}\n{scope}\n{digest}"


def _parse(headers: Mapping[str, str]) -> _Signature:
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    scope = match[1].split("/") if match else []
    if match is None or len(scope) != 5 or "x-amz-date" not in headers:
        text = (
            "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' "
            "parameters, and an 'X-Amz-Date' header."
        )
        raise SignatureRefused("IncompleteSignatureException", text)
    names = match[2].split(";")
    if "host" not in names or any(name not in headers for name in names):
        raise _invalid("'host' and every header in 'SignedHeaders' must be sent and signed.")
    return _Signature(
        scope[0], scope[1], scope[2], scope[3], names, match[3], headers["x-amz-date"]
    )


def _check_time(signature: _Signature) -> None:
    try:
        signed_at = datetime.strptime(signature.timestamp, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise _invalid(
            f"'{signature.timestamp}' is no date of the form YYYYMMDDThhmmssZ."
        ) from None
    now = datetime.now(UTC)
    if not signature.timestamp.startswith(signature.date):
        raise _invalid("Date in Credential scope does not match YYYYMMDD of X-Amz-Date.")
    if now - signed_at > MAX_SKEW:
        raise _invalid(
            f"Signature expired: {signature.timestamp} is now earlier than "
            f"{_stamp(now - MAX_SKEW)} ({_stamp(now)} - 5 min.)"
        )
    if signed_at - now > MAX_SKEW:
        raise _invalid(
            f"Signature not yet current: {signature.timestamp} is still later than "
            f"{_stamp(now + MAX_SKEW)} ({_stamp(now)} + 5 min.)"
        )


def _stamp(moment: datetime) -> str:
    return moment.strftime(_TIME)


def _canonical(request: SignedRequest, signature: _Signature, path: str) -> str:
    body_digest = hashlib.sha256(request.body).hexdigest()
    claimed = request.headers.get("x-amz-content-sha256", body_digest)
    if claimed != body_digest:
        raise _invalid("The x-amz-content-sha256 header does not match the body.")
    query = sorted(parse_qsl(request.query, keep_blank_values=True))
    headers = [
        f"{name}:{' '.join(request.headers[name].split())}\n" for name in signature.signed_headers
    ]
    return "\n".join(
        (
            request.method,
            quote(normalize_url_path(path), safe="/-_.~"),
            "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in query),
            "".join(headers),
            ";".join(signature.signed_headers),
            body_digest,
        )
    )


@lru_cache(maxsize=64)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _invalid(message: str) -> SignatureRefused:
    return SignatureRefused("InvalidSignatureException", message)
