"""Signatures are verified when the server is told the keys, and by nobody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.redshift.api.signature import Signatures
from local.redshift.errors import InvalidSignatureException
from tests.local.redshift.server_process import ACCOUNT, REGION, ServerProcess

HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "RedshiftData.ListStatements",
}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A shared-credentials file that knows the tests' own key."""
    path = tmp_path / "credentials"
    path.write_text(
        f"[default]\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = secret\n"
        "[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s/e+c%ret\n"
    )
    return path


def listing(server: ServerProcess, key: str, secret: str) -> list[object]:
    client = boto3.client(
        "redshift-data",
        endpoint_url=server.url,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )
    return list(client.list_statements()["Statements"])


def test_known_keys_are_answered(own_server: ServerProcess, keys: Path) -> None:
    own_server.start("--credentials", str(keys))
    assert own_server.rows("select 'é'") == [["é"]]
    assert listing(own_server, "AKIAOTHER", "s/e+c%ret") == []


@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [
        (ACCOUNT, "wrong", "InvalidSignatureException"),
        ("AKIANOBODY", "secret", "UnrecognizedClientException"),
    ],
)
def test_other_keys_are_refused(
    own_server: ServerProcess, keys: Path, key: str, secret: str, code: str
) -> None:
    own_server.start("--credentials", str(keys))
    with pytest.raises(ClientError) as raised:
        listing(own_server, key, secret)
    assert raised.value.response["Error"]["Code"] == code


def test_a_call_without_a_signature_is_refused(own_server: ServerProcess, keys: Path) -> None:
    own_server.start("--credentials", str(keys))
    refused = httpx.post(own_server.url, headers=HEADERS, content="{}")
    assert refused.json()["__type"] == "MissingAuthenticationTokenException"
    refused = httpx.post(own_server.url, headers=HEADERS | {"Authorization": "x"}, content="{}")
    assert refused.json()["__type"] == "IncompleteSignatureException"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_is_refused(keys: Path, minutes: int) -> None:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    scope = f"{ACCOUNT}/{at:%Y%m%d}/{REGION}/redshift-data/aws4_request"
    headers = {
        "host": "127.0.0.1",
        "x-amz-date": f"{at:%Y%m%dT%H%M%SZ}",
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope},"
        f" SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    }
    with pytest.raises(InvalidSignatureException, match=r"expired|not yet current"):
        Signatures(keys).verify(headers, b"{}")


def test_a_file_without_keys_is_told(own_server: ServerProcess, tmp_path: Path) -> None:
    with own_server.launch("--port", "0", "--credentials", str(tmp_path / "nowhere")) as process:
        assert process.wait(20) == 1
    log = (own_server.data.parent / "server.log").read_text()
    assert "expected a shared-credentials file with keys" in log
