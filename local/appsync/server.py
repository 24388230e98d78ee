"""The server's life: bind, follow the control plane, serve, close every connection.

uvicorn with its sans-I/O WebSockets and no compression: the cheapest fan-out of the mainstream
Python stacks.
"""

import asyncio
import contextlib
import errno
import gc
import ipaddress
import logging
import socket

import uvicorn

from local.appsync.application import Application
from local.appsync.errors import AppSyncError
from local.appsync.realtime.protocol import RealtimeProtocol

MAX_FRAME_BYTES = 256 * 1024  # of a client; larger ones close the connection with 1009
SHUTDOWN_SECONDS = 3
KEEP_ALIVE_SECONDS = 75  # longer than clients keep an idle connection, as AWS's balancers do

log = logging.getLogger(__name__)


class NotBound(AppSyncError):
    """The server may not, or cannot, listen there."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        NotBound: the port is taken, or the address is not this machine's own.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise NotBound(f"{host} is not a loopback address; use 127.0.0.1.")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        text = f"Port {port} of {host} is taken; stop what listens there, or give another --port."
        raise NotBound(text) from error
    return listener


class Server(uvicorn.Server):
    """uvicorn, which says goodbye with 1001 and not with its own 1012."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                loop="uvloop",
                http="httptools",
                ws=RealtimeProtocol,
                ws_max_size=MAX_FRAME_BYTES,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
            )
        )
        self._application = application

    def run_on(self, listener: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT."""
        with asyncio.Runner(loop_factory=self.config.get_loop_factory()) as runner:
            runner.run(self._run(listener))

    async def _run(self, listener: socket.socket) -> None:
        watching = asyncio.gather(self._application.apis.watch(), self._application.keep_alive())
        host, port = listener.getsockname()
        log.info("GraphQL on http://%s:%d/graphql", host, port)
        gc.freeze()  # what start-up made stays; the collector need not look at it again
        try:
            await self.serve(sockets=[listener])
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            self._application.apis.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections, then the server."""
        self._application.close_connections()
        await asyncio.sleep(0)  # their writers run
        await super().shutdown(sockets)
