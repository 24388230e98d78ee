"""The server's life: open the data directory, serve, put everything down again."""

import asyncio
import contextlib
import fcntl
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from local.redshift.api.operations import Service
from local.redshift.api.service_model import service_model
from local.redshift.api.signature import Signatures
from local.redshift.api.wire import Application
from local.redshift.errors import StartError
from local.redshift.events.bus import Bus
from local.redshift.events.delivery import Delivery
from local.redshift.running import result_set
from local.redshift.running.ledger import Ledger
from local.redshift.running.runner import Runner
from local.redshift.running.sessions import Sessions
from local.redshift.running.statement import RETENTION_S
from local.redshift.transfer.s3 import ObjectStore
from local.redshift.warehouse.warehouse import Warehouse

SWEEP_S = 600  # how often what is older than a day is forgotten

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    data: Path
    port: int
    host: str = "127.0.0.1"
    events_endpoint: str | None = None
    s3_endpoint: str | None = None
    credentials: Path | None = None
    slots: int = 5
    memory: str = "50%"
    statement_timeout: float = 24 * 3600.0  # seconds


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        StartError: the port or the data directory is not free.
    """
    signatures = Signatures(settings.credentials) if settings.credentials else None
    listener = _listen(settings.host, settings.port)
    with contextlib.closing(listener), _owned(settings.data), _service(settings) as service:
        gc.freeze()  # what lives as long as the server need not be looked through again
        try:
            _run(listener, service, signatures)
        finally:
            gc.unfreeze()


@contextlib.contextmanager
def _service(settings: Settings) -> Iterator[Service]:
    ledger = Ledger(settings.data / "ledger.sqlite")
    warehouse = Warehouse(settings.data, settings.memory, ledger.history)
    bus = Bus(settings.events_endpoint) if settings.events_endpoint else None
    delivery = Delivery(ledger, bus)
    objects = ObjectStore(settings.s3_endpoint)
    sessions = Sessions(ledger, warehouse)
    slots, timeout = settings.slots, settings.statement_timeout
    runner = Runner(ledger, warehouse, objects, sessions, delivery, slots, timeout)
    service_model()  # read now rather than at the first call
    delivery.start()
    sessions.start()
    runner.start()
    stopping = threading.Event()
    threading.Thread(target=_sweep, args=(ledger, warehouse, stopping), daemon=True).start()
    try:
        yield Service(ledger, runner, sessions, warehouse)
    finally:
        stopping.set()
        runner.stop()
        sessions.stop()
        delivery.stop()
        warehouse.close()
        ledger.close()


def _run(listener: socket.socket, service: Service, signatures: Signatures | None) -> None:
    config = uvicorn.Config(
        Application(service, signatures),
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    host, port = listener.getsockname()[:2]
    # uvicorn stops at a signal and raises it again: then leave through every `finally`
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    print(f"Redshift Data API on http://{host}:{port}", flush=True)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))


def _sweep(ledger: Ledger, warehouse: Warehouse, stopping: threading.Event) -> None:
    """Forget statements and results after a day."""
    while True:
        for statement_id in ledger.forget(time.time() - RETENTION_S):
            result_set.forget(warehouse.results, statement_id)
        if stopping.wait(SWEEP_S):
            return


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise StartError(
            f"Port {port} on {host} cannot be used ({error.strerror}); "
            "stop what uses it or choose another one with --port"
        ) from None
    return listener


@contextlib.contextmanager
def _owned(directory: Path) -> Iterator[None]:
    """Only one server may own a data directory."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartError(
            f"The data directory {directory} cannot be used: {error.strerror}"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartError(
            f"The data directory {directory} is in use by another server; "
            "stop it or give another --data"
        ) from None
    try:
        yield
    finally:
        os.close(lock)
