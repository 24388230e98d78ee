"""`python -m local.redshift` as a process that a test may kill, and boto3 clients for it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tests.local.redshift.sql_runner import value

if TYPE_CHECKING:
    from mypy_boto3_redshift_data import RedshiftDataAPIServiceClient

ACCOUNT, REGION = "123456789012", "eu-central-1"
WORKGROUP = "analytics"
DEADLINE_S = 20.0
ENDS = ("FINISHED", "FAILED", "ABORTED")

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": ACCOUNT,
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class ServerProcess:
    """A server on a free port with a data directory that outlives it."""

    def __init__(self, data: Path, aws_url: str | None = None) -> None:
        self.data = data
        self.aws_url = aws_url
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self, *options: str) -> None:
        self._process = self.launch("--port", "0", *options)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"the server did not start: {line!r}"
        self.url = found[0]

    def launch(self, *options: str) -> "subprocess.Popen[str]":
        """The process, whether or not it comes to serve."""
        endpoints = []
        if self.aws_url:
            endpoints = ["--events-endpoint", self.aws_url, "--s3-endpoint", self.aws_url]
        command = [sys.executable, "-m", "local.redshift", "--data", str(self.data)]
        with (self.data.parent / "server.log").open("a") as log:
            return subprocess.Popen(
                [*command, *endpoints, *options],
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | _ENVIRONMENT,
                text=True,
            )

    @property
    def pid(self) -> int | None:
        """The process's id; None if the server is not running."""
        return None if self._process is None else self._process.pid

    def kill(self, how: signal.Signals = signal.SIGKILL) -> int | None:
        """The exit status; None if the server was not running."""
        if self._process is None:
            return None
        self._process.send_signal(how)
        status = self._process.wait(DEADLINE_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return status

    def client(self, account: str = ACCOUNT) -> "RedshiftDataAPIServiceClient":
        return boto3.client(
            "redshift-data",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=account,
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": 1, "mode": "standard"}),
        )

    def submit(self, sql: str, **members: Any) -> str:
        """The id of a statement that has been submitted."""
        place = {"WorkgroupName": WORKGROUP, "Database": "dev"}
        return self.client().execute_statement(Sql=sql, **(place | members))["Id"]

    def ended(self, statement_id: str) -> dict[str, Any]:
        """The description of a statement that has ended."""
        end = time.monotonic() + DEADLINE_S
        while True:
            found = self.client().describe_statement(Id=statement_id, WaitTimeSeconds=5)
            if found["Status"] in ENDS:
                return dict(found)
            assert time.monotonic() < end, f"{statement_id} is still {found['Status']}"

    def has_started(self, statement_id: str) -> None:
        """Wait until the statement runs."""
        self.reaches(statement_id, "STARTED")

    def reaches(self, statement_id: str, status: str) -> None:
        """Wait until the statement, or one of a batch, has that status."""
        end = time.monotonic() + DEADLINE_S
        while self.client().describe_statement(Id=statement_id)["Status"] != status:
            assert time.monotonic() < end, f"{statement_id} is not {status}"

    def run(self, sql: str, **members: Any) -> dict[str, Any]:
        return self.ended(self.submit(sql, **members))

    def rows(self, sql: str, **members: Any) -> list[list[Any]]:
        """All rows of a query, read page by page."""
        described = self.run(sql, **members)
        assert described["Status"] == "FINISHED", described
        pages = self.client().get_paginator("get_statement_result").paginate(Id=described["Id"])
        return [[value(dict(field)) for field in row] for page in pages for row in page["Records"]]
