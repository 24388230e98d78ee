"""S3 as COPY and UNLOAD see it: objects under a prefix, fetched into local files or sent from them.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
"""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.redshift.errors import Cancelled, SqlError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FETCHERS = 4
_TRANSFERS = 10  # parts of an object that boto3 moves at once
_MB = 1024**2
# An object in one request takes half the time of one in boto3's parts of 8 MB, where S3 is near.
_SENDING = TransferConfig(multipart_threshold=256 * _MB, multipart_chunksize=64 * _MB)


@dataclass(frozen=True)
class S3Object:
    """Where an object is, or is to be."""

    bucket: str
    key: str

    @property
    def url(self) -> str:
        """As SQL and manifests name it."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class StagedFile:
    """An object and the file that holds its bytes."""

    object: S3Object
    path: Path


class ObjectStore:
    """S3, or what stands for it at `endpoint`."""

    def __init__(self, endpoint: str | None) -> None:
        self._client = cache(lambda region: _client(endpoint, region))

    def fetch(
        self, objects: list[S3Object], region: str, target: Path, cancelled: threading.Event
    ) -> list[StagedFile]:
        """The objects as files in `target`; raises SqlError where S3 refuses."""
        client = self._client(region)
        staged = [
            StagedFile(object, target / f"{index:06}") for index, object in enumerate(objects)
        ]
        with _explained(), ThreadPoolExecutor(_FETCHERS) as pool:
            for _ in pool.map(lambda file: _fetch(client, file, cancelled), staged):
                pass
        return staged

    def find(self, bucket: str, prefix: str, region: str) -> list[S3Object]:
        """The objects whose keys begin with the prefix; raises SqlError where S3 refuses."""
        with _explained():
            keys = list(_keys(self._client(region), bucket, prefix))
        return [S3Object(bucket, key) for key in keys]

    def size(self, object: S3Object, region: str) -> int | None:
        """How many bytes it has; None if it is not there. Raises SqlError where S3 refuses."""
        try:
            with _explained():
                head = self._client(region).head_object(Bucket=object.bucket, Key=object.key)
        except SqlError as error:
            if "Status 404" in str(error):
                return None
            raise
        return head["ContentLength"]

    def read(self, object: S3Object, region: str, limit: int) -> bytes:
        """The first bytes of an object; raises SqlError where S3 refuses."""
        with _explained():
            found = self._client(region).get_object(Bucket=object.bucket, Key=object.key)
            return found["Body"].read(limit)

    def send(self, files: list[StagedFile], region: str, cancelled: threading.Event) -> None:
        """Send files to their keys; where one fails, those that were sent are removed.

        Raises:
            SqlError: S3 refuses.
        """
        client = self._client(region)
        sent: list[S3Object] = []
        try:
            with _explained():
                for file in files:
                    if cancelled.is_set():
                        raise Cancelled
                    place = file.object
                    client.upload_file(str(file.path), place.bucket, place.key, Config=_SENDING)
                    sent.append(file.object)
        except (SqlError, Cancelled):
            with contextlib.suppress(SqlError):
                self.delete(sent, region)
            raise

    def delete(self, objects: list[S3Object], region: str) -> None:
        """Remove objects; raises SqlError where S3 refuses."""
        client = self._client(region)
        with _explained():
            for object in objects:
                client.delete_object(Bucket=object.bucket, Key=object.key)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """What S3 or the way to it says, as the statement's error."""
    try:
        yield
    except ClientError as error:
        raise SqlError(_service_error(error)) from error
    except S3UploadFailedError as error:
        cause = error.__context__
        text = _service_error(cause) if isinstance(cause, ClientError) else str(error)
        raise SqlError(text) from error
    except BotoCoreError as error:
        raise SqlError(f"S3 cannot be reached: {error}") from error


def _client(endpoint: str | None, region: str) -> "S3Client":
    config = Config(
        s3={"addressing_style": "path"} if endpoint else {},
        max_pool_connections=_FETCHERS * _TRANSFERS,
        request_checksum_calculation="when_required",
    )
    return boto3.client("s3", endpoint_url=endpoint, region_name=region, config=config)


def _keys(client: "S3Client", bucket: str, prefix: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            if not (item["Key"].endswith("/") and item["Size"] == 0):
                yield item["Key"]


def _fetch(client: "S3Client", file: StagedFile, cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise Cancelled
    client.download_file(file.object.bucket, file.object.key, str(file.path))


def _service_error(error: ClientError) -> str:
    detail = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    message, code = detail.get("Message", ""), detail.get("Code", "")
    return f"S3ServiceException:{message},Status {status},Error {code}"
