"""uvicorn's WebSocket protocol, with a way for ready-made frames past its own send.

A send through ASGI takes a task, several copies and a write for each message. What is pushed to
many is written here as one block of frames for each connection. Everything that knows uvicorn's
inside is in this file; its version is pinned for that reason.
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from local.appsync.realtime.outbox import Outbox


class RealtimeProtocol(WebSocketsSansIOProtocol):
    """One client's socket: gives its application an outbox, and writes what the outbox holds."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.outbox = Outbox(self)

    async def run_asgi(self) -> None:
        """Let the application find the outbox in its scope."""
        cast(dict[str, object], self.scope["extensions"])["outbox"] = self.outbox
        await super().run_asgi()

    @property
    def takes_more(self) -> bool:
        """Whether the client keeps up: what was written before is not stuck in the buffers."""
        return self.writable.is_set()

    def write(self, frames: bytes) -> None:
        """Write whole frames."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    def close(self, code: int, reason: str) -> None:
        """Begin the closing handshake; a client that does not finish it is cut off."""
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def abort(self) -> None:
        """Cut the connection without a word."""
        self.transport.abort()

    def resume_writing(self) -> None:
        """The client has read on."""
        super().resume_writing()
        self.outbox.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing can be written any more."""
        super().connection_lost(exc)
        self.outbox.discard()
