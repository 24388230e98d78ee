"""The server's life: serve until SIGTERM or SIGINT."""

import asyncio
import gc
import logging
import socket

import uvicorn

from local.function_urls.application import Application

SHUTDOWN_SECONDS = 3
KEEP_ALIVE_SECONDS = 75  # longer than clients keep an idle connection, as AWS's balancers do

log = logging.getLogger(__name__)


def serve(application: Application, listener: socket.socket) -> None:
    """Serve until stopped."""
    config = uvicorn.Config(
        application,
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # not believed: sourceIp is who connected
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    log.info("Function URLs on http://%s:%d/ID/", *listener.getsockname())
    gc.freeze()  # what start-up made stays; the collector need not look at it again
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))
