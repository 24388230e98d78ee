"""The stack over TLS: what a client that trusts its authority sees."""

import shutil
import ssl
from typing import Any

import httpx
import pytest

from tests.integration.stack import LocalStack


@pytest.fixture
def stack(spare_stack: LocalStack) -> LocalStack:
    return spare_stack


def listed(outputs: Any, **trust: Any) -> Any:
    answer = httpx.post(
        outputs["graphqlTlsUrl"],
        json={"query": "{ listReports { name } }"},
        headers={"x-api-key": outputs["apiKey"]},
        **trust,
    )
    return answer.json()["data"]["listReports"]


def test_a_client_that_trusts_the_authority_is_answered(stack: LocalStack) -> None:
    outputs = stack.outputs()
    trusted = ssl.create_default_context(cafile=outputs["caCertificateFile"])
    assert {"name": "taxi_by_day"} in listed(outputs, verify=trusted)


def test_a_client_that_trusts_the_world_only_refuses(stack: LocalStack) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        listed(stack.outputs())


def test_what_was_trusted_is_trusted_after_a_restart(stack: LocalStack, tmp_path: Any) -> None:
    kept = shutil.copy(stack.outputs()["caCertificateFile"], tmp_path)
    assert stack.run("local", "down").returncode == 0
    stack.up()
    assert listed(stack.outputs(), verify=ssl.create_default_context(cafile=kept))
