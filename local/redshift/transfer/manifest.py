"""Manifests: which objects a COPY reads, as a file in S3 lists them.

https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
"""

from typing import Any

import orjson

from local.redshift.errors import SqlError
from local.redshift.transfer.s3 import ObjectStore, S3Object

MAX_BYTES = 10 * 1024 * 1024


def listed(store: ObjectStore, manifest: S3Object, region: str) -> list[S3Object]:
    """The objects of a manifest, in its order; one that is not there is left out if it may be.

    Raises:
        SqlError: the manifest is none, a mandatory object or every object is missing.
    """
    if store.size(manifest, region) is None:
        raise SqlError(f"Problem reading manifest file - {manifest.url} does not exist")
    entries = _entries(manifest, store.read(manifest, region, MAX_BYTES))
    found = []
    for target, is_mandatory in entries:
        if store.size(target, region) is not None:
            found.append(target)
        elif is_mandatory:
            raise SqlError(f"The mandatory file {target.url} of {manifest.url} does not exist")
    if not found:
        raise SqlError(f"None of the files that {manifest.url} lists exists")
    return found


def _entries(manifest: S3Object, text: bytes) -> list[tuple[S3Object, bool]]:
    """Each entry's object, and whether it is mandatory."""
    try:
        document = orjson.loads(text)
        return [_entry(entry) for entry in document["entries"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise SqlError(
            f"Problem reading manifest file - {manifest.url} must be JSON such as"
            ' {"entries": [{"url": "s3://bucket/key", "mandatory": true}]}'
        ) from error


def _entry(entry: dict[str, Any]) -> tuple[S3Object, bool]:
    scheme, _, place = entry["url"].partition("://")
    bucket, _, key = place.partition("/")
    if scheme != "s3" or not bucket or not key:
        raise ValueError(entry["url"])
    return S3Object(bucket, key), entry.get("mandatory", False) is True
