"""Objects joined inside of S3: the bytes of all, whatever their sizes, and nothing of them here."""

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.aws.export_bucket import ExportBucket
from core.exports.join import SMALLEST_PART, Manifest, Piece, Range, StoredFile, pieces

MIB = 1024**2


class Bucket:
    """The bucket of exports, and a prefix of the test's own."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name
        self.prefix = f"exports/test/{uuid.uuid4()}/"
        self.files = ExportBucket(lambda: client, lambda: client, name)

    def put(self, name: str, content: bytes) -> StoredFile:
        key = f"{self.prefix}{name}"
        self.client.put_object(Bucket=self.name, Key=key, Body=content)
        return StoredFile(key, len(content))

    def names(self) -> list[str]:
        answer = self.client.list_objects_v2(Bucket=self.name, Prefix=self.prefix)
        return [each["Key"].removeprefix(self.prefix) for each in answer.get("Contents", [])]

    def uploads(self) -> list[Any]:
        """Those that were begun and not ended."""
        answer = self.client.list_multipart_uploads(Bucket=self.name, Prefix=self.prefix)
        return list(answer.get("Uploads", []))


@pytest.fixture
def bucket(outputs: Any, aws: Callable[[str], Any]) -> Iterator[Bucket]:
    bucket = Bucket(aws("s3"), outputs["exportBucket"])
    yield bucket
    bucket.files.delete([f"{bucket.prefix}{key}" for key in bucket.names()])


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [0],
        [3],
        [SMALLEST_PART],
        [1, 2, 3],
        [6 * MIB, 1, 0, 2, 7 * MIB],
        [SMALLEST_PART - 1, 1, SMALLEST_PART - 2, SMALLEST_PART + 1, 10],
    ],
)
@pytest.mark.parametrize("head", [b"", b"n,v\n"])
def test_a_joined_object_has_the_bytes_of_all(
    bucket: Bucket, head: bytes, sizes: Sequence[int]
) -> None:
    contents = [random.Random(size).randbytes(size) for size in sizes]
    files = [bucket.put(str(number), content) for number, content in enumerate(contents)]
    key = f"{bucket.prefix}joined"
    bucket.files.join(pieces(head, files), key)
    read = hashlib.sha256()
    for some in bucket.files.read(key):
        read.update(some)
    assert read.digest() == hashlib.sha256(head + b"".join(contents)).digest()


def test_what_cannot_be_joined_leaves_nothing(bucket: Bucket) -> None:
    there = bucket.put("0", bytes(6 * MIB))
    missing = Piece((Range(f"{bucket.prefix}missing", 0, 6 * MIB),))
    planned = [*pieces(b"", [there]), missing]
    with pytest.raises(ClientError):
        bucket.files.join(planned, f"{bucket.prefix}joined")
    assert bucket.names() == ["0"]
    assert bucket.uploads() == []


def test_a_manifest_names_columns_and_objects_in_order(bucket: Bucket) -> None:
    entries = [
        {"url": f"s3://{bucket.name}/exports/{name}", "meta": {"content_length": size}}
        for name, size in (("b", 2), ("a", 1))
    ]
    columns = {"elements": [{"name": "n", "type": {"base": "integer"}}]}
    told = {"entries": entries, "schema": columns}
    stored = bucket.put("manifest", json.dumps(told).encode())
    assert bucket.files.manifest(stored.key) == Manifest(
        ["n"], [StoredFile("exports/b", 2), StoredFile("exports/a", 1)]
    )


def test_deleting_what_is_not_there_is_no_trouble(bucket: Bucket) -> None:
    bucket.put("0", b"0")
    bucket.files.delete([f"{bucket.prefix}0", f"{bucket.prefix}1"])
    bucket.files.delete([])
    assert bucket.names() == []
