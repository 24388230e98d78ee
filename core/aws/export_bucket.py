"""The objects of exports in S3: what Redshift wrote, what is made of it, and addresses for people.

Addresses are signed by a role of their own, whose credentials renew themselves a quarter of an hour
before they expire (assumed_role.py). An address dies with the credentials that signed it, whatever
it says of itself; so these outlive any address, which those of the Lambda need not.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from core.exports.join import Manifest, Piece, Range, StoredFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READ_BYTES = 1024**2
AT_ONCE = 8  # copies inside of S3
TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
}

log = logging.getLogger(__name__)


class ExportBucket:
    """The bucket of that name. `signer`: a client that signs addresses, made when there is one."""

    def __init__(
        self, client: "Callable[[], S3Client]", signer: "Callable[[], S3Client]", bucket: str
    ) -> None:
        self._made = client
        self._signer = signer
        self._bucket = bucket

    def manifest(self, key: str) -> Manifest:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        document = json.load(answer["Body"])
        files = [
            StoredFile(
                entry["url"].removeprefix(f"s3://{self._bucket}/"), entry["meta"]["content_length"]
            )
            for entry in document["entries"]
        ]
        return Manifest([element["name"] for element in document["schema"]["elements"]], files)

    def join(self, pieces: Sequence[Piece], key: str) -> None:
        """What is small is put at once, for S3 wants 5 MiB of every part but the last."""
        if not pieces or (len(pieces) == 1 and pieces[0].copied is None):
            body = self._content(pieces[0]) if pieces else b""
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body)
            return
        started = self._client.create_multipart_upload(Bucket=self._bucket, Key=key)
        upload: Any = {"Bucket": self._bucket, "Key": key, "UploadId": started["UploadId"]}
        try:
            parts = self._parts(upload, pieces)
            self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        except (ClientError, BotoCoreError):
            self._client.abort_multipart_upload(**upload)
            raise

    def read(self, key: str) -> Iterator[bytes]:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        yield from answer["Body"].iter_chunks(READ_BYTES)

    def delete(self, keys: Sequence[str]) -> None:
        try:
            for first in range(0, len(keys), 1_000):
                objects: Any = [{"Key": key} for key in keys[first : first + 1_000]]
                self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True}
                )
        except (ClientError, BotoCoreError) as error:
            log.warning("S3 removes what is left of an export in its time: %s", error)

    def address(self, key: str, name: str, valid: timedelta) -> str:
        ending = name[name.rindex(".") :]
        return self._signer().generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f'attachment; filename="{name}"',
                "ResponseContentType": TYPES[ending],
            },
            ExpiresIn=int(valid.total_seconds()),
        )

    @property
    def _client(self) -> "S3Client":
        return self._made()

    def _parts(self, upload: Any, pieces: Sequence[Piece]) -> Any:
        """Write them, several at a time; their numbers and tags."""
        numbers = range(1, len(pieces) + 1)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tags = pool.map(
                lambda number, piece: self._part(upload, number, piece), numbers, pieces
            )
            return [
                {"PartNumber": number, "ETag": tag}
                for number, tag in zip(numbers, tags, strict=True)
            ]

    def _part(self, upload: Any, number: int, piece: Piece) -> str:
        copied = piece.copied
        if copied is None:
            body = self._content(piece)
            return self._client.upload_part(**upload, PartNumber=number, Body=body)["ETag"]
        answer = self._client.upload_part_copy(
            **upload,
            PartNumber=number,
            CopySource={"Bucket": self._bucket, "Key": copied.key},
            CopySourceRange=_bytes(copied),
        )
        return answer["CopyPartResult"]["ETag"]

    def _content(self, piece: Piece) -> bytes:
        return b"".join(
            self._read_range(each) if isinstance(each, Range) else each for each in piece.content
        )

    def _read_range(self, wanted: Range) -> bytes:
        answer = self._client.get_object(Bucket=self._bucket, Key=wanted.key, Range=_bytes(wanted))
        return answer["Body"].read()


def _bytes(wanted: Range) -> str:
    return f"bytes={wanted.first}-{wanted.first + wanted.bytes - 1}"
