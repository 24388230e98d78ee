"""As much of S3 as the tools of sql/ and COPY use, in memory: one object is one PUT.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import hashlib
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class StoredObject:
    body: bytes
    metadata: dict[str, str]

    @property
    def headers(self) -> dict[str, str]:
        etag = f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'
        return {
            "ETag": etag,
            "Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT",
            "Accept-Ranges": "bytes",
            **self.metadata,
        }


class ObjectStore:
    """`objects` by "bucket/key"; serves while it is entered."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self.puts: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "ObjectStore":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(store: ObjectStore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            metadata = {k: v for k, v in self.headers.items() if k.startswith("x-amz-meta-")}
            store.objects[self.key] = StoredObject(body, metadata)
            store.puts.append(self.key)
            self.answer(200, headers=store.objects[self.key].headers)

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            if "list-type" in query:
                self.answer(200, self.listing(query.get("prefix", [""])[0]))
            else:
                self.answer_object()

        def do_HEAD(self) -> None:
            self.answer_object()

        def do_DELETE(self) -> None:
            store.objects.pop(self.key, None)
            self.answer(204)

        @property
        def key(self) -> str:
            return unquote(urlsplit(self.path).path).lstrip("/")

        def listing(self, prefix: str) -> bytes:
            bucket = self.key.strip("/")
            keys = sorted(
                key.removeprefix(f"{bucket}/")
                for key in store.objects
                if key.startswith(f"{bucket}/{prefix}")
            )
            entries = "".join(
                f"<Contents><Key>{escape(key)}</Key>"
                f"<Size>{len(store.objects[f'{bucket}/{key}'].body)}</Size></Contents>"
                for key in keys
            )
            return f"<ListBucketResult><Name>{bucket}</Name>{entries}</ListBucketResult>".encode()

        def answer_object(self) -> None:
            stored = store.objects.get(self.key)
            if stored is None:
                self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                return
            self.answer(200, stored.body, stored.headers)

        def answer(
            self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests are silent."""

    return Handler
