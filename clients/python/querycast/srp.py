"""Secure Remote Password, as Cognito speaks it: the password proves itself and never travels.

https://datatracker.ietf.org/doc/html/rfc5054, group of 3072 bits; key derivation as in
https://github.com/aws-amplify/amplify-js/tree/main/packages/auth/src/foundation/srp
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from querycast.errors import NotSignedIn

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
SECRET_BITS = 1024
INFO = b"Caldera Derived Key"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


@dataclass(frozen=True)
class Ephemeral:
    """Our half of the exchange, for one sign-in."""

    secret: int = field(default_factory=lambda: secrets.randbits(SECRET_BITS), repr=False)

    @property
    def public_value(self) -> int:
        """SRP_A, which Cognito takes in hexadecimal."""
        return pow(G, self.secret, N)


@dataclass(frozen=True)
class PasswordChallenge:
    """ChallengeParameters of PASSWORD_VERIFIER. `secret_block`: in base64, as it came."""

    public_value: int
    salt: int
    secret_block: str
    user_id: str

    @classmethod
    def from_json(cls, parameters: dict[str, str]) -> "PasswordChallenge":
        return cls(
            public_value=int(parameters["SRP_B"], 16),
            salt=int(parameters["SALT"], 16),
            secret_block=parameters["SECRET_BLOCK"],
            user_id=parameters["USER_ID_FOR_SRP"],
        )


def password_claim(
    pool_id: str, password: str, ours: Ephemeral, challenge: PasswordChallenge, now: datetime
) -> dict[str, str]:
    """ChallengeResponses to PASSWORD_VERIFIER. now: in UTC.

    Raises:
        NotSignedIn: the service's half is one with which any password would do.
    """
    pool = pool_id.partition("_")[2]
    identity = f"{pool}{challenge.user_id}:{password}"
    key = derived_key(identity, ours, challenge)
    moment = timestamp(now)
    block = base64.b64decode(challenge.secret_block)
    signature = _hmac(key, pool.encode(), challenge.user_id.encode(), block, moment.encode())
    return {
        "USERNAME": challenge.user_id,
        "PASSWORD_CLAIM_SECRET_BLOCK": challenge.secret_block,
        "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signature).decode(),
        "TIMESTAMP": moment,
    }


def timestamp(now: datetime) -> str:
    """`Tue Nov 3 06:22:55 UTC 2026`: in English everywhere, the day without a leading zero."""
    day = f"{DAYS[now.weekday()]} {MONTHS[now.month - 1]} {now.day}"
    return f"{day} {now:%H:%M:%S} UTC {now.year}"


def private_key(salt: int, identity: str) -> int:
    """x of RFC 5054. identity: the pool's name, the user's id, a colon and the password."""
    return _hash(padded(salt), hashlib.sha256(identity.encode()).digest())


def scrambler(ours: int, theirs: int) -> int:
    """u of RFC 5054, of the client's and the service's public value."""
    return _hash(padded(ours), padded(theirs))


def multiplier() -> int:
    """k of RFC 5054."""
    return _hash(padded(N), padded(G))


def session_key(u: int, shared: int) -> bytes:
    """What both sides sign with, of the secret that they share."""
    return _hmac(_hmac(padded(u), padded(shared)), INFO, b"\x01")[:16]


def derived_key(identity: str, ours: Ephemeral, challenge: PasswordChallenge) -> bytes:
    """The session's key, from the client's side."""
    theirs = challenge.public_value
    u = scrambler(ours.public_value, theirs)
    if theirs % N == 0 or u == 0:
        raise NotSignedIn(
            "The sign-in service's half of the exchange is not valid; "
            "is it the user pool of your stack?"
        )
    x = private_key(challenge.salt, identity)
    base = (theirs - multiplier() * pow(G, x, N)) % N
    return session_key(u, pow(base, ours.secret + u * x, N))


def padded(value: int) -> bytes:
    """Big-endian, positive in two's complement: a zero byte before a first bit that is set."""
    return value.to_bytes(value.bit_length() // 8 + 1)


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest())


def _hmac(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, b"".join(parts), "sha256")
