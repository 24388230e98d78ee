"""The Data API on the wire: each case of protocol/*.yaml, sent as it is and signed.

`QUERYCAST_REDSHIFT_WORKGROUP` (with `QUERYCAST_REDSHIFT_DATABASE`) names a workgroup of an AWS
account to ask instead of the local server.
"""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

from tests.conformance.redshift.protocol_cases import (
    Call,
    ProtocolCase,
    filled,
    like,
    protocol_cases,
    shown,
)
from tests.local.redshift.conftest import server as server  # one for this module
from tests.local.redshift.server_process import ACCOUNT, ENDS, REGION, ServerProcess

WORKGROUP = os.environ.get("QUERYCAST_REDSHIFT_WORKGROUP", "analytics")
DATABASE = os.environ.get("QUERYCAST_REDSHIFT_DATABASE", "dev")


@dataclass(frozen=True)
class Target:
    """Where calls go."""

    url: str
    region: str
    session: Session
    http: httpx.Client

    def send(self, target: str, body: str) -> httpx.Response:
        """Post a body, signed."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        request = AWSRequest("POST", self.url + "/", headers=headers, data=body)
        credentials = self.session.get_credentials()
        assert credentials is not None
        SigV4Auth(credentials, "redshift-data", self.region).add_auth(request)
        return self.http.post(self.url + "/", headers=dict(request.headers), content=body)


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    session = Session()
    if "QUERYCAST_REDSHIFT_WORKGROUP" in os.environ:
        region = str(session.get_config_variable("region"))
        url = f"https://redshift-data.{region}.amazonaws.com"
    else:
        server: ServerProcess = request.getfixturevalue("server")
        session.set_credentials(ACCOUNT, "secret")
        url, region = server.url, REGION
    with httpx.Client(timeout=40) as http:
        yield Target(url, region, session, http)


@pytest.mark.parametrize("case", protocol_cases(), ids=lambda case: case.name)
def test_protocol(target: Target, case: ProtocolCase) -> None:
    saved: dict[str, Any] = {
        "workgroup": WORKGROUP,
        "database": DATABASE,
        "token": str(uuid.uuid4()),
        "long": "x" * 100 * 1024,
        "unique": uuid.uuid4().hex,
    }
    for call in case.calls:
        _check(target, call, saved)


def _check(target: Target, call: Call, saved: dict[str, Any]) -> None:
    document = filled(call.document, saved)
    operation, body = call.operation, document.get("body")
    if body is None:
        body = json.dumps(_completed(operation, document.get("input", {})))
    name = document.get("target", f"RedshiftData.{operation.removeprefix('Ended')}")
    response = target.send(name, body)
    while operation == "EndedDescribeStatement" and response.json().get("Status") not in ENDS:
        response = target.send(name, body)
    answer = response.json()
    if "error" in document:
        message = answer.get("Message") or answer.get("message") or ""
        told = {"type": answer.get("__type", "").rpartition("#")[2], "status": response.status_code}
        assert told == {"type": document["error"], "status": document.get("status", 400)}, answer
        assert document.get("message", "") in message
        return
    assert response.status_code == 200, answer
    expected = document.get("answer", {})
    assert shown(expected, answer) == like(expected, answer)
    assert not [member for member in document.get("absent", []) if member in answer]
    for key, path in document.get("save", {}).items():
        found = answer
        for step in str(path).split("."):
            found = found[int(step)] if step.isdigit() else found[step]
        saved[key] = found


def _completed(operation: str, input: dict[str, Any]) -> dict[str, Any]:
    """The input with the place to run at, unless it says `Bare`."""
    if "Bare" in input:
        return {key: value for key, value in input.items() if key != "Bare"}
    if operation in ("ExecuteStatement", "BatchExecuteStatement"):
        return {"WorkgroupName": WORKGROUP, "Database": DATABASE} | input
    return input
