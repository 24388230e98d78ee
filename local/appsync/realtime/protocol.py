"""uvicorn's WebSocket protocol, with a way for ready-made frames past its own send.

A send through ASGI takes a task, several copies and a write for each message. What is pushed to
many is written here as one block of frames for each connection. Everything that knows uvicorn's
inside is in this file; its version is pinned for that reason. uvicorn pings every 20 seconds, so
a client that is gone without a word is found within 40; clients answer pings by themselves.
https://www.rfc-editor.org/rfc/rfc6455#section-7.4
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from local.appsync.realtime.outbox import Outbox

MAX_FRAGMENTS = 1_000  # of one message
CLOSE_SECONDS = 10.0  # how long a client may take to close its side


class RealtimeProtocol(WebSocketsSansIOProtocol):
    """One client's socket: gives its application an outbox, and writes what the outbox holds."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.outbox = Outbox(self)

    async def run_asgi(self) -> None:
        """Let the application find the outbox in its scope."""
        cast(dict[str, object], self.scope["extensions"])["outbox"] = self.outbox
        await super().run_asgi()
        self._cut_off_later()

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
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def abort(self) -> None:
        """Cut the connection without a word."""
        self.transport.abort()

    def resume_writing(self) -> None:
        """The client has read on."""
        super().resume_writing()
        self.outbox.flush()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; refuse a request line or headers that are too long."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_close(self, event: Frame) -> None:
        """Take the client's close."""
        super().handle_close(event)
        self._cut_off_later()

    def handle_ping(self) -> None:
        """Answer, unless the client reads nothing: its pings shall not fill the memory."""
        pong = b"".join(self.conn.data_to_send())
        if self.takes_more:
            self.transport.write(pong)

    def handle_cont(self, event: Frame) -> None:
        """Take a further piece of a message; their bytes are counted by `websockets`."""
        if len(self.frames) < MAX_FRAGMENTS:
            super().handle_cont(event)
        else:
            self.frames = []
            self.close(1009, f"A message is in more than {MAX_FRAGMENTS:,} fragments.")

    def send_receive_event_to_app(self) -> None:
        """Hand on a message; a text that is none ends the connection."""
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self.frames = []
            self.close(1007, "A text frame is not UTF-8.")
        else:
            super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        """Close a connection whose client answers no ping."""
        self.pong_timer = None
        self.close(1011, "The client does not answer pings.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing can be written any more."""
        super().connection_lost(exc)
        self.outbox.discard()

    def _cut_off_later(self) -> None:
        """Bound the end: a socket closes when all is taken, which a stalled client never does."""
        if not self.disconnected and self.close_timer is None:
            self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)
