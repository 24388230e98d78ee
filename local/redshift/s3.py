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
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.redshift.errors import Cancelled, SqlError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FETCHERS = 4
_TRANSFERS = 10  # parts of an object that boto3 moves at once


@dataclass(frozen=True)
class StagedFile:
    """An object and the file that holds its bytes."""

    key: str
    path: Path


class ObjectStore:
    """S3, or what stands for it at `endpoint`."""

    def __init__(self, endpoint: str | None) -> None:
        self._client = cache(lambda region: _client(endpoint, region))

    def fetch(
        self, bucket: str, prefix: str, region: str, target: Path, cancelled: threading.Event
    ) -> list[StagedFile]:
        """The objects whose keys begin with the prefix, as files in `target`.

        Raises:
            SqlError: there are none, or S3 refuses.
        """
        client = self._client(region)
        with _explained():
            keys = list(_keys(client, bucket, prefix))
            if not keys:
                raise SqlError(f"The specified S3 prefix '{prefix}' does not exist")
            staged = [StagedFile(key, target / f"{index:06}") for index, key in enumerate(keys)]
            with ThreadPoolExecutor(_FETCHERS) as pool:
                for _ in pool.map(lambda file: _fetch(client, bucket, file, cancelled), staged):
                    pass
            return staged

    def keys(self, bucket: str, prefix: str, region: str) -> list[str]:
        """The keys that begin with the prefix; raises SqlError where S3 refuses."""
        with _explained():
            return list(_keys(self._client(region), bucket, prefix))

    def send(
        self, bucket: str, files: list[StagedFile], region: str, cancelled: threading.Event
    ) -> None:
        """Send files to their keys; where one fails, those that were sent are removed.

        Raises:
            SqlError: S3 refuses.
        """
        client = self._client(region)
        sent: list[str] = []
        try:
            with _explained():
                for file in files:
                    if cancelled.is_set():
                        raise Cancelled
                    client.upload_file(str(file.path), bucket, file.key)
                    sent.append(file.key)
        except (SqlError, Cancelled):
            with contextlib.suppress(SqlError):
                self.delete(bucket, sent, region)
            raise

    def delete(self, bucket: str, keys: list[str], region: str) -> None:
        """Remove objects; raises SqlError where S3 refuses."""
        client = self._client(region)
        with _explained():
            for key in keys:
                client.delete_object(Bucket=bucket, Key=key)


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


def _fetch(client: "S3Client", bucket: str, file: StagedFile, cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise Cancelled
    client.download_file(bucket, file.key, str(file.path))


def _service_error(error: ClientError) -> str:
    detail = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    message, code = detail.get("Message", ""), detail.get("Code", "")
    return f"S3ServiceException:{message},Status {status},Error {code}"
