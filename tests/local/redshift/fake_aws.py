"""EventBridge, Lambda and S3 in one small HTTP server: the calls that the server makes, no more."""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FUNCTION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:told"


class FakeAws(ThreadingHTTPServer):
    """Holds rules, their targets and objects; remembers what Lambda was invoked with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.rules: dict[str, dict[str, Any]] = {}
        self.targets: dict[str, list[dict[str, Any]]] = {}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.read_only: set[str] = set()  # buckets
        self.invocations: list[tuple[str, dict[str, Any]]] = []
        self.fails: dict[str, int] = {}  # how often a function's invocation is still to fail
        self._arrived = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add_rule(self, name: str, pattern: dict[str, Any] | None, *targets: dict[str, Any]) -> None:
        rule = {"Name": name, "State": "ENABLED"}
        self.rules[name] = rule | ({"EventPattern": json.dumps(pattern)} if pattern else {})
        self.targets[name] = list(targets) or [{"Id": "1", "Arn": FUNCTION_ARN}]

    def invoked(self, function: str, payload: dict[str, Any]) -> bool:
        """Remember an invocation, unless it is one of those that fail."""
        with self._arrived:
            if self.fails.get(function):
                self.fails[function] -= 1
                return False
            self.invocations.append((function, payload))
            self._arrived.notify_all()
            return True

    def wait_for_invocations(self, count: int) -> list[dict[str, Any]]:
        """The payloads of the first `count` invocations."""
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.invocations) >= count, timeout=15)
            assert came, f"{len(self.invocations)} invocations, expected {count}"
            return [payload for _, payload in self.invocations]


class _Handler(BaseHTTPRequestHandler):
    server: FakeAws
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if "/functions/" in self.path:
            function = urllib.parse.unquote(self.path.split("/functions/")[1].split("/")[0])
            came = self.server.invoked(function, json.loads(body))
            self._answer(202 if came else 503, b"" if came else b"{}")
            return
        operation = self.headers["x-amz-target"].split(".")[1]
        answer = getattr(self, f"_{operation}")(json.loads(body))
        self._answer(200, json.dumps(answer).encode(), "application/x-amz-json-1.1")

    def do_HEAD(self) -> None:
        self._object()

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            self._list_objects()
        else:
            self._object()

    def do_PUT(self) -> None:
        bucket, _, key = self._place()
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if bucket in self.server.read_only:
            error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
            self._answer(403, error.encode(), "application/xml")
            return
        self.server.objects[bucket, key] = body
        self._answer(200, b"")

    def do_DELETE(self) -> None:
        bucket, _, key = self._place()
        self.server.objects.pop((bucket, key), None)
        self._answer(204, b"")

    def _place(self) -> tuple[str, str, str]:
        return urllib.parse.unquote(self.path.split("?")[0]).lstrip("/").partition("/")

    def _ListRules(self, input: dict[str, Any]) -> dict[str, Any]:
        return {"Rules": list(self.server.rules.values())}

    def _ListTargetsByRule(self, input: dict[str, Any]) -> dict[str, Any]:
        return {"Targets": self.server.targets[input["Rule"]]}

    def _TestEventPattern(self, input: dict[str, Any]) -> dict[str, Any]:
        pattern, event = json.loads(input["EventPattern"]), json.loads(input["Event"])
        matches = all(event.get(name) in wanted for name, wanted in pattern.items())
        return {"Result": matches}

    def _list_objects(self) -> None:
        path, _, query = self.path.partition("?")
        bucket = path.strip("/")
        prefix = urllib.parse.parse_qs(query).get("prefix", [""])[0]
        if not any(name == bucket for name, _ in self.server.objects):
            error = "<Error><Code>NoSuchBucket</Code><Message>No such bucket</Message></Error>"
            self._answer(404, error.encode(), "application/xml")
            return
        contents = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size></Contents>"
            for (name, key), body in sorted(self.server.objects.items())
            if name == bucket and key.startswith(prefix)
        )
        listing = f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
        self._answer(200, listing.encode(), "application/xml")

    def _object(self) -> None:
        bucket, _, key = self._place()
        body = self.server.objects.get((bucket, key))
        if body is None:
            self._answer(404, b"")
            return
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range") or "")
        last = int(wanted[2]) if wanted and wanted[2] else len(body) - 1
        part = body[int(wanted[1]) : last + 1] if wanted else body
        self._answer(206 if wanted else 200, part, "binary/octet-stream")

    def _answer(self, status: int, body: bytes, type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", type)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", '"etag"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests tell what matters."""
