"""A deployed stack, as an operator reaches it: its outputs, and clients of the AWS that it is on.

The outputs are in the file that QUERYCAST_OUTPUTS names, or in .querycast/outputs.json. A local
stack says there where it answers, and with which key; in the cloud boto3 finds the operator's own.
"""

import json
import os
from collections.abc import Mapping
from configparser import ConfigParser
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import boto3

OUTPUTS = Path(".querycast") / "outputs.json"


class NoStack(Exception):
    """There are no outputs of a stack, or one is missing."""


@dataclass(frozen=True)
class Deployed:
    """A stack by its outputs, named in camelCase."""

    outputs: Mapping[str, Any]
    _making: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def output(self, name: str) -> str:
        if name not in self.outputs:
            raise NoStack(f"The stack has no output {name}; deploy it again.")
        return str(self.outputs[name])

    def client(self, service: str) -> Any:
        with self._making:  # clients may be shared between threads, but not a session
            session: Any = self._session
            return session.client(service, endpoint_url=self.outputs.get("awsEndpointUrl"))

    @cached_property
    def _session(self) -> boto3.Session:
        region = self.output("region")
        if "credentialsFile" not in self.outputs:
            return boto3.Session(region_name=region)
        profiles = ConfigParser(interpolation=None)
        profiles.read(self.output("credentialsFile"))
        key = profiles["default"]
        return boto3.Session(
            aws_access_key_id=key["aws_access_key_id"],
            aws_secret_access_key=key["aws_secret_access_key"],
            region_name=region,
        )


def find_deployed() -> Deployed:
    """
    Raises:
        NoStack: the file of outputs is not there, or is none.
    """
    file = Path(os.environ.get("QUERYCAST_OUTPUTS") or OUTPUTS)
    try:
        return Deployed(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise NoStack(f"{file} has no outputs of a stack ({error}); start it: make up") from None
