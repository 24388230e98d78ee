"""Where mails of the local stack end: each becomes a file that any mail program opens.

The emulator hands what SES sends to an SMTP server; this is that server. The supervisor opens its
socket, so that the port stays the same when this process is started again.
"""

import argparse
import asyncio
import contextlib
import itertools
import signal
import socket
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.files import write_private
from local.settings import HOST


class Mailbox:
    """One file per mail, named by the moment it came: `20260102-150405-1.eml`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.numbers = itertools.count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self.numbers)}.eml"
        write_private(self.directory / name, with_recipients(envelope))
        return "250 OK"


def with_recipients(envelope: Envelope) -> bytes:
    """The mail, after whom it was for: Bcc stands in no header of its own."""
    content = envelope.original_content or b""
    recipients = ", ".join(envelope.rcpt_tos)
    headers = f"X-Envelope-From: {envelope.mail_from}\nX-Envelope-To: {recipients}\n"
    return headers.encode() + content.replace(b"\r\n", b"\n")


async def serve(listening: socket.socket, directory: Path) -> None:
    """Until SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    mailbox = Mailbox(directory)
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname=HOST, enable_SMTPUTF8=True, loop=loop), sock=listening
    )
    async with contextlib.AsyncExitStack() as closing:
        await closing.enter_async_context(server)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.mail", description=__doc__)
    parser.add_argument("--socket", type=int, required=True, help="descriptor of a bound socket")
    parser.add_argument("--directory", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    asyncio.run(serve(socket.socket(fileno=arguments.socket), arguments.directory))


if __name__ == "__main__":
    main()
