"""The catalogue of reports in S3, kept between invocations and looked at again now and then.

So a report is live within seconds of being published, without a deployment.
"""

import json
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from core.catalogue import Catalogue, catalogue_from_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "catalogue.json"
KEPT_SECONDS = 5.0


class CatalogueBucket:
    """The bucket that holds `catalogue.json`; calling it answers the catalogue."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._etag = ""
        self._catalogue = Catalogue({})
        self._read_at = float("-inf")

    def __call__(self) -> Catalogue:
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            self._read()
            self._read_at = time.monotonic()
        return self._catalogue

    def _read(self) -> None:
        unless: dict[str, Any] = {"IfNoneMatch": self._etag} if self._etag else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=KEY, **unless)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
                return
            raise
        self._catalogue = catalogue_from_json(json.load(answer["Body"]))
        self._etag = answer["ETag"]
