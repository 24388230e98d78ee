"""The server's life: bind, follow the control plane, serve, close every connection.

uvicorn with its sans-I/O WebSockets and no compression: the cheapest fan-out of the mainstream
Python stacks.
"""

import asyncio
import contextlib
import gc
import logging
import socket
import ssl
from dataclasses import dataclass

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local.appsync.application import Application
from local.appsync.realtime.protocol import RealtimeProtocol

MAX_FRAME_BYTES = 256 * 1024  # of a client; larger ones close the connection with 1009
SHUTDOWN_SECONDS = 3
PATIENCE_SECONDS = 3  # for the control plane's first answer
KEEP_ALIVE_SECONDS = 75  # longer than clients keep an idle connection, as AWS's balancers do
TLS_HANDSHAKE = b"\x16"  # first byte of a record that opens TLS: RFC 8446, section 5.1

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TlsListener:
    """Where the server speaks TLS, and what with."""

    socket: socket.socket
    context: ssl.SSLContext


class Server(uvicorn.Server):
    """uvicorn, which says goodbye with 1001 and not with its own 1012."""

    def __init__(self, application: Application, tls: TlsListener | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                loop="uvloop",
                http=_HttpProtocol,
                ws=RealtimeProtocol,
                ws_max_size=MAX_FRAME_BYTES,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # not believed; ctx.identity.sourceIp has both
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
            )
        )
        self._application = application
        self._tls = tls

    def run_on(self, listener: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT."""
        with asyncio.Runner(loop_factory=self.config.get_loop_factory()) as runner:
            runner.run(self._run(listener))

    async def _run(self, listener: socket.socket) -> None:
        watching = asyncio.gather(self._application.apis.watch(), self._application.keep_alive())
        log.info("GraphQL on http://%s:%d/graphql", *listener.getsockname())
        gc.freeze()  # what start-up made stays; the collector need not look at it again
        try:
            await self._know_the_apis()
            await self.serve(sockets=[listener])
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            self._application.apis.close()

    async def _know_the_apis(self) -> None:
        """Every client tries again where nobody listens; a refusal ends some of them for good."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._application.apis.asked.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen over TLS, then for plain HTTP, of which uvicorn knows; then it has started."""
        over_tls = [] if self._tls is None else [await self._listen_over_tls(self._tls)]
        await super().startup(sockets)
        self.servers += over_tls

    async def _listen_over_tls(self, tls: TlsListener) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._protocol, sock=tls.socket, ssl=tls.context)
        log.info("GraphQL on https://%s:%d/graphql", *tls.socket.getsockname())
        return server

    def _protocol(self) -> asyncio.Protocol:
        return _HttpProtocol(self.config, self.server_state, self.lifespan.state)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections, then the server; cut off who does not answer in time."""
        self._application.close_connections()
        await asyncio.sleep(0)  # their writers run
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # a transport that outlives its loop complains of it


class _HttpProtocol(HttpToolsProtocol):
    """Says in the log why a client that speaks TLS to the plain port gets nowhere."""

    def data_received(self, data: bytes) -> None:
        if self.scope is None and self.scheme == "http" and data.startswith(TLS_HANDSHAKE):
            log.warning(
                "A client speaks TLS to the plain HTTP port, as Amplify does for an http: "
                "endpoint: give it the https: URL of --tls-port."
            )
        super().data_received(data)
