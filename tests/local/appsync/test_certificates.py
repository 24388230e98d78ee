"""The local authority: what it signs, what it cannot sign, and when its files are made anew."""

import socket
import ssl
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.appsync import certificates
from local.appsync.certificates import KeyPair, new_authority, read_pair
from local.appsync.tls import (
    AUTHORITY_FILE,
    AUTHORITY_KEY_FILE,
    SERVER_FILE,
    NoCertificates,
    server_context,
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """What a first start makes."""
    server_context(tmp_path / "tls")
    return tmp_path / "tls"


def handshake(server: ssl.SSLContext, authority: Path, host: str) -> None:
    """A client that trusts the authority alone asks for a host.

    Raises:
        SSLCertVerificationError: it does not believe the answer.
    """
    client = ssl.create_default_context(cafile=authority)
    here, there = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(there, server_side=True).close()
        except (ssl.SSLError, OSError):
            there.close()  # the client has hung up

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client.wrap_socket(here, server_hostname=host).close()
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "::1", "abc.appsync-api.localhost"],
)
def test_a_client_that_trusts_the_authority_believes_this_machine(
    directory: Path, host: str
) -> None:
    handshake(server_context(directory), directory / AUTHORITY_FILE, host)


@pytest.mark.parametrize("host", ["example.com", "127.0.0.2"])
def test_it_is_no_proof_of_another_host(directory: Path, host: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(server_context(directory), directory / AUTHORITY_FILE, host)


def test_a_stolen_authority_key_cannot_prove_another_host(directory: Path) -> None:
    stolen = read_pair(
        (directory / AUTHORITY_FILE).read_bytes(), (directory / AUTHORITY_KEY_FILE).read_bytes()
    )
    forged = sign_for("example.com", stolen)
    (directory / "forged.pem").write_bytes(forged.key_pem() + forged.certificate_pem())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "forged.pem")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(context, directory / AUTHORITY_FILE, "example.com")


def sign_for(host: str, authority: KeyPair) -> KeyPair:
    key = ec.generate_private_key(ec.SECP256R1())
    of_server = authority.certificate
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
        .issuer_name(of_server.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(of_server.not_valid_before_utc)
        .not_valid_after(of_server.not_valid_before_utc + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return KeyPair(certificate, key)


def test_only_the_owner_can_read_what_is_secret(directory: Path) -> None:
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for name in (AUTHORITY_KEY_FILE, SERVER_FILE):
        assert stat.S_IMODE((directory / name).stat().st_mode) == 0o600


def test_a_directory_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(NoCertificates, match=r"Others can write to .*--tls-directory"):
        server_context(tmp_path)


def test_a_directory_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoCertificates, match=r"cannot be kept in .*file.*--tls-directory"):
        server_context(tmp_path / "file")


def test_a_second_start_changes_nothing(directory: Path) -> None:
    before = contents(directory)
    server_context(directory)
    assert contents(directory) == before


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def truncate(directory: Path) -> None:
    path = directory / SERVER_FILE
    path.write_bytes(path.read_bytes()[:100])


def remove(directory: Path) -> None:
    (directory / SERVER_FILE).unlink()


def of_another_authority(directory: Path) -> None:
    other = certificates.new_server(new_authority())
    (directory / SERVER_FILE).write_bytes(other.key_pem() + other.certificate_pem())


@pytest.mark.parametrize("spoil", [truncate, remove, of_another_authority])
def test_a_spoilt_certificate_is_made_anew_under_the_same_authority(
    directory: Path, spoil: Callable[[Path], None]
) -> None:
    trusted = (directory / AUTHORITY_FILE).read_bytes()
    spoil(directory)
    handshake(server_context(directory), directory / AUTHORITY_FILE, "localhost")
    assert (directory / AUTHORITY_FILE).read_bytes() == trusted


def test_a_certificate_is_renewed_before_it_ends(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "SERVER_LIFE", timedelta(days=29))
    remove(directory)
    server_context(directory)
    monkeypatch.undo()
    of_29_days = (directory / SERVER_FILE).read_bytes()
    server_context(directory)
    assert (directory / SERVER_FILE).read_bytes() != of_29_days


def test_an_authority_that_ends_soon_is_replaced_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(certificates, "AUTHORITY_LIFE", timedelta(days=29))
    server_context(tmp_path / "tls")
    monkeypatch.undo()
    handshake(server_context(tmp_path / "tls"), tmp_path / "tls" / AUTHORITY_FILE, "localhost")
    assert "because it ends at" in caplog.text
    assert "trust it anew" in caplog.text


@pytest.mark.parametrize("name", [AUTHORITY_FILE, AUTHORITY_KEY_FILE])
@pytest.mark.parametrize("content", [b"", b"-----BEGIN nothing", None])
def test_a_spoilt_authority_is_replaced_with_a_warning(
    directory: Path, name: str, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = directory / name
    if content is None:
        other = new_authority()  # a key and a certificate that do not belong together
        content = other.certificate_pem() if name == AUTHORITY_FILE else other.key_pem()
    path.write_bytes(content)
    handshake(server_context(directory), directory / AUTHORITY_FILE, "localhost")
    assert "trust it anew" in caplog.text


def test_servers_that_start_at_once_make_one_authority(tmp_path: Path) -> None:
    made: list[ssl.SSLContext] = []
    threads = [
        threading.Thread(target=lambda: made.append(server_context(tmp_path / "tls")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for context in made:
        handshake(context, tmp_path / "tls" / AUTHORITY_FILE, "localhost")
    assert len(made) == 4


def test_a_start_that_is_cut_off_leaves_nothing_half_written(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(directory)
    monkeypatch.setattr(Path, "replace", cut_off)
    with pytest.raises(KeyboardInterrupt):
        server_context(directory)
    assert not (directory / SERVER_FILE).exists()


def cut_off(*_: object) -> None:
    raise KeyboardInterrupt
