"""TLS for clients that insist on it: the files of a local authority, and the server's context.

The authority stays the same for years, so that whoever trusts it need not do so again; the server's
certificate is renewed under it. Amplify dials `wss:` even for an `http:` endpoint.
https://docs.python.org/3/library/ssl.html#ssl.SSLContext
"""

import fcntl
import logging
import os
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.appsync.certificates import (
    KeyPair,
    NotUsable,
    check_server,
    new_authority,
    new_server,
    read_pair,
)
from local.appsync.errors import AppSyncError

AUTHORITY_FILE = "ca.pem"  # what clients trust
AUTHORITY_KEY_FILE = "ca-key.pem"
SERVER_FILE = "server.pem"  # key and certificate in one file: they change at once

log = logging.getLogger(__name__)


class NoCertificates(AppSyncError):
    """They can be neither read nor made there, or others could exchange them."""


def server_context(directory: Path) -> ssl.SSLContext:
    """What the server speaks TLS with; makes or renews what is missing in the directory.

    Raises:
        NoCertificates: the directory cannot be used, or others can write to it too.
    """
    try:
        _ensure_certificates(directory)
    except OSError as error:
        text = f"Certificates cannot be kept in {directory}: {error}. Give another --tls-directory."
        raise NoCertificates(text) from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / SERVER_FILE)
    context.set_alpn_protocols(["http/1.1"])  # WebSockets upgrade from nothing newer here
    return context


def _ensure_certificates(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if directory.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NoCertificates(f"Others can write to {directory}; give another --tls-directory.")
    with _alone_in(directory):
        _ensure_server(directory, _ensure_authority(directory))


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Two servers that start at once make one authority."""
    with (directory / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ensure_authority(directory: Path) -> KeyPair:
    certificate, key = directory / AUTHORITY_FILE, directory / AUTHORITY_KEY_FILE
    try:
        return read_pair(certificate.read_bytes(), key.read_bytes())
    except FileNotFoundError:
        log.info("Made a certificate authority; clients can be told to trust %s", certificate)
    except NotUsable as error:
        log.warning("A new authority replaces %s, because %s; trust it anew.", certificate, error)
    authority = new_authority()
    _write(key, authority.key_pem())  # first: a certificate in place always had its key
    _write(certificate, authority.certificate_pem())
    return authority


def _ensure_server(directory: Path, authority: KeyPair) -> None:
    path = directory / SERVER_FILE
    try:
        pem = path.read_bytes()
        check_server(read_pair(pem, pem), authority)
        return
    except FileNotFoundError:
        pass
    except NotUsable as error:
        log.info("A new certificate replaces %s, because %s.", path, error)
    server = new_server(authority)
    _write(path, server.key_pem() + server.certificate_pem())


def _write(path: Path, content: bytes) -> None:
    """Replace a file at once, for its owner only."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
