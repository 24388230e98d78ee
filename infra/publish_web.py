"""Publish the built web application to the deployed stack: what is new is live within a second.

    python -m infra.publish_web

Files below `assets/` carry a hash of their content in their names and come first, so that no page
names one that is not there; those of releases of the last month stay for pages that are open. The
configuration that the application reads is made from the stack's outputs.
"""

import json
import mimetypes
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.deployed import Deployed, NoStack, find_deployed
from infra.sources import WEB, web_serving

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ASSETS = "assets/"
CONFIG = "config.json"
OPEN_FOR = timedelta(days=30)  # that a page may be open, and ask for a part of its release
CONFIGURED = ("graphqlUrl", "realtimeUrl", "region", "userPoolId", "userPoolClientId", "mfa")


class NotBuilt(Exception):
    """There is no built application; the message says how to build it."""


def main() -> int:
    try:
        deployed = find_deployed()
        bucket, url = bucket_and_url(deployed)
        count = publish(deployed.client("s3"), bucket, WEB, web_config(deployed))
    except (NoStack, NotBuilt) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{count} files are published: {url}")
    return 0


def bucket_and_url(deployed: Deployed) -> tuple[str, str]:
    """
    Raises:
        NoStack: CloudFront does not serve the application of this stack.
    """
    if "webBucket" not in deployed.outputs:
        raise NoStack(
            "The stack has no bucket for the web application: set `web_hosting = true` for its "
            "stage in infra/stages.toml and deploy it. One machine serves the application itself."
        )
    return deployed.output("webBucket"), deployed.output("webUrl")


def web_config(deployed: Deployed) -> dict[str, Any]:
    """What the application must know of the stack, and nothing secret."""
    known: dict[str, Any] = {name: deployed.output(name) for name in CONFIGURED}
    return known | {"selfSignUp": deployed.output("selfSignUp") == "true"}


def publish(client: "S3Client", bucket: str, site: Path, config: Mapping[str, Any]) -> int:
    """Upload the site and its configuration, and delete what no open page needs; how many files.

    Raises:
        NotBuilt: the folder has no application.
    """
    if not (site / "index.html").exists():
        raise NotBuilt(f"{site} has no application; build it with `make build/web/index.html`.")
    keys = sorted(
        (str(file.relative_to(site)) for file in site.rglob("*") if file.is_file()),
        key=lambda key: (not key.startswith(ASSETS), key == "index.html", key),
    )
    keys = [key for key in keys if not key.startswith(".")]
    for key in keys[:-1]:
        _put(client, bucket, key, (site / key).read_bytes())
    _put(client, bucket, CONFIG, json.dumps(config, indent=2).encode())
    _put(client, bucket, keys[-1], (site / keys[-1]).read_bytes())
    _delete_old_assets(client, bucket, {*keys})
    return len(keys) + 1


def _put(client: "S3Client", bucket: str, key: str, body: bytes) -> None:
    serving = web_serving()
    kind = serving["contentTypes"].get(Path(key).suffix) or mimetypes.guess_type(key)[0]
    client.put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        ContentType=kind or "application/octet-stream",
        CacheControl=serving["cacheControl"]["assets" if key.startswith(ASSETS) else "others"],
    )


def _delete_old_assets(client: "S3Client", bucket: str, current: set[str]) -> None:
    """A file of this release was uploaded just now: its age tells when it was last one of any."""
    oldest = datetime.now(UTC) - OPEN_FOR
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=ASSETS)
    for page in pages:
        for found in page.get("Contents", []):
            if found["Key"] not in current and found["LastModified"] < oldest:
                client.delete_object(Bucket=bucket, Key=found["Key"])


if __name__ == "__main__":
    sys.exit(main())
