"""What a browser is told beside each file: whom the application may talk to, and nobody else.

The same as CloudFront tells in the cloud, from clients/web/serving.json: no script, style or frame
but the application's own (and Cloudscape's pictures in its style sheet, which are data), and no
connection but to the API and Cognito.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVING: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "clients" / "web" / "serving.json").read_text(encoding="utf-8")
)
_DIRECTIVES: dict[str, str] = SERVING["contentSecurityPolicy"]

TYPES: dict[str, str] = SERVING["contentTypes"]  # by extension: systems' own tables differ
ALWAYS = tuple((name.encode(), value.encode()) for name, value in SERVING["headers"].items())
IMMUTABLE = (b"cache-control", SERVING["cacheControl"]["assets"].encode())
FRESH = (b"cache-control", SERVING["cacheControl"]["others"].encode())


def content_security_policy(config: Mapping[str, Any] | None) -> str:
    """For a page with that configuration; None: it is not known yet, so there is nobody to call."""
    addresses = [
        _origin(config[name])
        for name in ("graphqlUrl", "realtimeUrl", "cognitoUrl")
        if config is not None
    ]
    connect = " ".join(dict.fromkeys([_DIRECTIVES["connect-src"], *addresses]))
    directives = _DIRECTIVES | {"connect-src": connect}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
