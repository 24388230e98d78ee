"""What is measured: from the question to its rows, and the requests that took, by each client."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sized
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.exports.rows import NAME, QUERY
from bench.stack import Stack
from querycast import BearerToken, Client
from querycast.appsync import AppSyncSession
from querycast.session import Data, Variables

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-redshift-clients" / "bin" / "python"
PEERS = ("awswrangler", "boto3 loop")
BUSY = "busy"
BUSY_SQL = f"""select sum(mod(a.i * b.i, 7)) as total
from {NAME} as a cross join (select i from {NAME} where i <= cast(:rounds as bigint)) as b"""
BUSY_REPORT = f"""/*
title: Takes as long as one wants
parameters:
  rounds: {{type: integer, min: 0, max: 1000000}}
*/
{BUSY_SQL}
"""


@dataclass(frozen=True)
class Taken:
    """Seconds from the question to its last row, and the requests of it."""

    seconds: float
    requests: int
    rows: int


class Counted:
    """A session whose requests are counted: of HTTP, and messages that begin a subscription."""

    def __init__(self, session: AppSyncSession) -> None:
        self._session = session
        self.requests = 0

    async def execute(self, document: str, variables: Variables) -> Data:
        self.requests += 1
        return await self._session.execute(document, variables)

    def subscribe(self, document: str, variables: Variables) -> AbstractAsyncContextManager[Any]:
        self.requests += 1
        return self._session.subscribe(document, variables)

    async def close(self) -> None:
        await self._session.close()


class Ours:
    """The Python client, connected."""

    def __init__(self, stack: Stack) -> None:
        auth = BearerToken(stack.token)
        self._session = Counted(AppSyncSession(stack.graphql_url, stack.realtime_url, auth))
        self.client = Client(self._session)

    def busy(self, rounds: int) -> Taken:
        return self._taken(lambda: self.client.run(BUSY, rounds=rounds, max_age=0).to_pandas())

    def paged(self) -> Taken:
        """All rows, page by page."""
        return self._taken(lambda: self.client.run(NAME, max_age=0).to_pandas(by="pages"))

    def exported(self) -> Taken:
        """All rows as a Parquet file, for which the report is run a second time."""
        taken = self._taken(lambda: self.client.run(NAME, max_age=0).to_pandas(by="export"))
        return replace(taken, requests=taken.requests + 1)  # the download itself

    def _taken(self, ask: Callable[[], Sized]) -> Taken:
        self._session.requests, began = 0, time.perf_counter()
        rows = len(ask())
        return Taken(time.perf_counter() - began, self._session.requests, rows)


class Peers:
    """awswrangler and a loop of boto3's, in a process of their own."""

    def __init__(self, stack: Stack, process: "subprocess.Popen[str]") -> None:
        self._target = stack.target
        self._process = process

    def busy(self, peer: str, rounds: int) -> Taken:
        return self._asked(peer, BUSY_SQL, [{"name": "rounds", "value": str(rounds)}])

    def paged(self, peer: str) -> Taken:
        return self._asked(peer, QUERY, None)

    def _asked(self, peer: str, sql: str, parameters: Any) -> Taken:
        asked = {"peer": peer, "target": self._target, "sql": sql, "parameters": parameters}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{peer} failed; its error is above.")
        return Taken(**json.loads(answer))


@contextmanager
def peers(stack: Stack) -> Iterator[Peers]:
    environment = os.environ | {
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": stack.redshift_data_url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": stack.credentials["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": stack.credentials["aws_secret_access_key"],
    }
    script = ROOT / "bench" / "client" / "peer.py"
    with subprocess.Popen(
        [str(PYTHON), str(script)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Peers(stack, process)
        assert process.stdin
        process.stdin.close()
