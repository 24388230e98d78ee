"""Certificates for this machine's own names: an authority, and what it signs for the server.

The authority can sign for nothing but this machine: its name constraints bind every client that
is told to trust it, so its key in the wrong hands impersonates no other host.
https://datatracker.ietf.org/doc/html/rfc5280#section-4.2.1.10
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_NAME = "AppSync on this machine"
AUTHORITY_LIFE = timedelta(days=3650)
SERVER_LIFE = timedelta(days=397)  # Apple takes 825 at most, and browsers 398 of a public one
RENEWAL = timedelta(days=30)  # before the end
CLOCK_SKEW = timedelta(hours=1)

ADDRESSES = ("127.0.0.1", "::1")
# OpenSSL, Node and Chromium take no `*` right before the last label, others do; the last two names
# are for hosts that choose an API, and everyone takes them.
NAMES = ("localhost", "*.localhost", "*.appsync-api.localhost", "*.appsync-realtime-api.localhost")


class NotUsable(ValueError):
    """A certificate or key that cannot be read, does not fit, or ends soon; make another."""


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_authority() -> KeyPair:
    """An authority that clients can be told to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME)])
    builder = _builder(name, key, AUTHORITY_LIFE).issuer_name(name)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    builder = builder.add_extension(_this_machine_only(), critical=True)
    return KeyPair(builder.sign(key, hashes.SHA256()), key)


def new_server(authority: KeyPair) -> KeyPair:
    """What the server shows, signed by the authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    issuer = authority.certificate
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = _builder(name, key, SERVER_LIFE).issuer_name(issuer.subject)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(purpose, critical=False)
    builder = builder.add_extension(authority_id, critical=False)
    builder = builder.add_extension(_alternative_names(), critical=False)
    return KeyPair(builder.sign(authority.key, hashes.SHA256()), key)


def read_pair(certificate_pem: bytes, key_pem: bytes) -> KeyPair:
    """A pair as it was written.

    Raises:
        NotUsable: it cannot be read, the two do not belong together, or it ends soon.
    """
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        key = load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError) as error:  # TypeError: the key has a password
        raise NotUsable(f"it cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotUsable("its key is not one of ours")
    if certificate.public_key() != key.public_key():
        raise NotUsable("its key is another's")
    if certificate.not_valid_after_utc - RENEWAL < datetime.now(UTC):
        raise NotUsable(f"it ends at {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
    return KeyPair(certificate, key)


def check_server(server: KeyPair, authority: KeyPair) -> None:
    """
    Raises:
        NotUsable: the authority has not signed it, or it lacks a name.
    """
    try:
        server.certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise NotUsable("another authority has signed it") from error
    names = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    if names.value != _alternative_names():
        raise NotUsable("it is for other names")


def _builder(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names() -> x509.SubjectAlternativeName:
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]
    return x509.SubjectAlternativeName([*map(x509.DNSName, NAMES), *addresses])


def _this_machine_only() -> x509.NameConstraints:
    networks = [x509.IPAddress(ipaddress.ip_network(address)) for address in ADDRESSES]
    permitted = [x509.DNSName("localhost"), *networks]  # a name stands for all below it too
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)
