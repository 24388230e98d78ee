"""S3 as far as a download needs it."""

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONTENT = b"n,v\n" + b"1,a\n" * 1000


class Store(ThreadingHTTPServer):
    """One object, under any name.

    content: what is stored; cuts: after so many bytes the connection breaks, once each.
    ranges: what was asked for; status: what is answered instead, if it is not 0.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = CONTENT
        self.cuts: list[int] = []
        self.ranges: list[str] = []
        self.status = 0

    def download(self, name: str = "taxi_by_day.csv") -> dict[str, Any]:
        return {
            "name": name,
            "bytes": float(len(self.content)),
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "url": f"http://127.0.0.1:{self.server_address[1]}/{name}?X-Amz-Signature=secret",
            "validUntil": "2026-01-02T03:20:00.000Z",
        }


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def do_GET(self) -> None:
        wanted = self.headers["range"]
        self.server.ranges.append(wanted)
        if self.server.status:
            self.send_error(self.server.status)
            return
        body = self.server.content[int(wanted.removeprefix("bytes=").removesuffix("-")) :]
        self.send_response(206)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cuts.pop(0)] if self.server.cuts else body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests tell what matters."""
