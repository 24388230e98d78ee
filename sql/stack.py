"""The deployed stack these tools work on: its outputs, and clients for its S3 and its warehouse.

The same file serves every stack. A local one says where it answers and with which credentials; for
one in the cloud the ordinary AWS configuration of the operator is used.
"""

import json
import os
from collections.abc import Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from sql.errors import NoStack

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_redshift_data import RedshiftDataAPIServiceClient
    from mypy_boto3_s3 import S3Client

OUTPUTS_VARIABLE = "QUERYCAST_OUTPUTS"
OUTPUTS_FILE = Path(".querycast") / "outputs.json"
FUNCTION_SECONDS = 15 * 60  # the longest that one runs
START = "start the stack with: make up"


@dataclass(frozen=True)
class Stack:
    """`outputs` as the deployment wrote them into `file`, camelCase."""

    file: Path
    outputs: Mapping[str, Any]

    @property
    def catalogue_bucket(self) -> str:
        return self._output("catalogueBucket")

    @property
    def data_bucket(self) -> str:
        return self._output("dataBucket")

    @property
    def warehouse(self) -> dict[str, Any]:
        """The arguments by which the Data API finds the warehouse."""
        database = {"Database": self._output("warehouseDatabase")}
        if self.outputs.get("warehouseCluster"):
            return {"ClusterIdentifier": self._output("warehouseCluster"), **database}
        return {"WorkgroupName": self._output("warehouseWorkgroup"), **database}

    @property
    def copy_role(self) -> str | None:
        """The role by which Redshift reads S3; None where it is the warehouse's default one."""
        return self.outputs.get("warehouseCopyRole")

    @property
    def migrate_function(self) -> str:
        return self._output("migrateFunction")

    @property
    def pipeline_schedules(self) -> str | None:
        """The hash of what it runs pipelines by (sql/compile.py); None from before it had any."""
        return self.outputs.get("pipelineSchedules")

    @property
    def has_sample_data(self) -> bool:
        return self._output("sampleData") == "true"

    @cached_property
    def functions(self) -> "LambdaClient":
        """A call is answered when the function ends, and never made twice for want of patience."""
        patient = Config(read_timeout=FUNCTION_SECONDS, retries={"total_max_attempts": 1})
        return self._session.client(
            "lambda", endpoint_url=self.outputs.get("awsEndpointUrl"), config=patient
        )

    @cached_property
    def s3(self) -> "S3Client":
        local = (
            Config(s3={"addressing_style": "path"}) if "awsEndpointUrl" in self.outputs else None
        )
        return self._session.client(
            "s3", endpoint_url=self.outputs.get("awsEndpointUrl"), config=local
        )

    @cached_property
    def redshift_data(self) -> "RedshiftDataAPIServiceClient":
        return self._session.client(
            "redshift-data", endpoint_url=self.outputs.get("redshiftDataUrl")
        )

    @cached_property
    def _session(self) -> boto3.Session:
        """With the key of a local stack; in the cloud boto3 finds the operator's own."""
        region = self._output("region")
        if "credentialsFile" not in self.outputs:
            return boto3.Session(region_name=region)
        file = Path(self._output("credentialsFile"))
        profiles = ConfigParser()
        if not profiles.read(file) or "default" not in profiles:
            raise NoStack(f"{file}: no profile [default], though {self.file} names it; {START}")
        key = profiles["default"]
        return boto3.Session(
            aws_access_key_id=key.get("aws_access_key_id"),
            aws_secret_access_key=key.get("aws_secret_access_key"),
            region_name=region,
        )

    def _output(self, name: str) -> str:
        value = self.outputs.get(name)
        if not isinstance(value, str) or not value:
            raise NoStack(f"{self.file}: there is no output {name}; deploy the stack again")
        return value


def find_stack() -> Stack:
    """The stack of QUERYCAST_OUTPUTS, else of .querycast here or in a folder above.

    Raises:
        NoStack: there is none, or its file cannot be read.
    """
    file = _outputs_file()
    try:
        outputs = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NoStack(f"{file}: {error.strerror}; {START}") from None
    except ValueError as error:
        raise NoStack(f"{file}: not JSON ({error}); {START}") from None
    if not isinstance(outputs, dict):
        raise NoStack(f"{file}: not the outputs of a stack; {START}")
    return Stack(file, outputs)


def _outputs_file() -> Path:
    if os.environ.get(OUTPUTS_VARIABLE):
        return Path(os.environ[OUTPUTS_VARIABLE])
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / OUTPUTS_FILE).is_file():
            return folder / OUTPUTS_FILE
    raise NoStack(f"no {OUTPUTS_FILE} in {here} or above, and {OUTPUTS_VARIABLE} is unset; {START}")
