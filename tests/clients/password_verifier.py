"""The service's side of a sign-in by SRP, as RFC 5054 has it: it knows a verifier, no password."""

import base64
import hashlib
import hmac

from querycast.srp import G, N, multiplier, private_key, scrambler, session_key

SALT = 0xF00DFEED1234567890ABCDEF12345678
SECRET = 0xC0FFEE
BLOCK = b"what only the service can read"
USER_ID = "0b5f6a3e-user"


class PasswordVerifier:
    """One sign-in of a user. public_value: SRP_A of the client, in hexadecimal."""

    def __init__(self, pool_id: str, password: str, public_value: str) -> None:
        self._pool = pool_id.partition("_")[2]
        x = private_key(SALT, f"{self._pool}{USER_ID}:{password}")
        self._verifier = pow(G, x, N)
        self._theirs = int(public_value, 16)
        self._ours = (multiplier() * self._verifier + pow(G, SECRET, N)) % N

    @property
    def parameters(self) -> dict[str, str]:
        """ChallengeParameters of PASSWORD_VERIFIER."""
        return {
            "SRP_B": f"{self._ours:x}",
            "SALT": f"{SALT:x}",
            "SECRET_BLOCK": base64.b64encode(BLOCK).decode(),
            "USER_ID_FOR_SRP": USER_ID,
        }

    def accepts(self, responses: dict[str, str]) -> bool:
        """Whether who responds knows the password."""
        assert "PASSWORD" not in responses
        u = scrambler(self._theirs, self._ours)
        shared = pow(self._theirs * pow(self._verifier, u, N), SECRET, N)
        words = (self._pool + USER_ID).encode() + BLOCK + responses["TIMESTAMP"].encode()
        expected = hmac.digest(session_key(u, shared), words, hashlib.sha256)
        return base64.b64decode(responses["PASSWORD_CLAIM_SIGNATURE"]) == expected
