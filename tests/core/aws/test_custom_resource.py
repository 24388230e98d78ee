"""The answer that CloudFormation waits for, on the wire."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from core.aws.custom_resource import MAX_REASON, answer


class Receiver(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        received.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)  # type: ignore[attr-defined]  # set by the fixture
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


received: list[tuple[str, dict[str, str], bytes]] = []


@pytest.fixture
def server() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.status = 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    received.clear()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def request_of_cloudformation(server: Any) -> dict[str, str]:
    url = f"http://127.0.0.1:{server.server_port}/answer?signature=x"
    return {
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "r",
        "LogicalResourceId": "Applied",
    }


def test_it_is_put_where_the_request_says_without_a_content_type(
    request_of_cloudformation: dict[str, str],
) -> None:
    answer(request_of_cloudformation, "id", None)
    [(path, headers, body)] = received
    assert path == "/answer?signature=x"
    assert headers.get("Content-type", "") == ""
    assert json.loads(body) == {
        **{"Status": "SUCCESS", "Reason": "", "PhysicalResourceId": "id"},
        **{"StackId": "stack", "RequestId": "r", "LogicalResourceId": "Applied"},
    }


def test_a_long_reason_is_cut_to_what_cloudformation_takes(
    request_of_cloudformation: dict[str, str],
) -> None:
    answer(request_of_cloudformation, "id", "é\n" * MAX_REASON)
    [(_, _, body)] = received
    assert json.loads(body)["Status"] == "FAILED"
    assert len(body) < 4096


def test_an_answer_that_is_not_taken_is_an_error(
    server: Any, request_of_cloudformation: dict[str, str]
) -> None:
    server.status = 503
    with pytest.raises(OSError, match="503"):
        answer(request_of_cloudformation, "id", None)
