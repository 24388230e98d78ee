"""Cognito's side of an authenticator app, independent of the client's: secrets, codes, sessions."""

import base64
import secrets
from typing import Any

from tests.totp import code

ASSOCIATED, VERIFIED = "session-associated", "session-verified"
Answer = dict[str, Any]


class CodeRefused(Exception):
    """`args`: Cognito's exception, and its message."""


class SoftwareToken:
    """That of one account. is_on: whether signing in asks for a code."""

    def __init__(self) -> None:
        self.secret = ""  # none is confirmed yet
        self.pending = ""
        self.is_on = False
        self._used: set[str] = set()

    def associate(self, sent: Answer) -> Answer:
        self.pending = base64.b32encode(secrets.token_bytes(20)).decode()
        return {"SecretCode": self.pending, **_next(sent, "session", ASSOCIATED)}

    def verify(self, sent: Answer) -> Answer:
        if not _is_now(self.pending, sent["UserCode"]):
            raise CodeRefused("EnableSoftwareTokenMFAException", "Code mismatch and fail enable")
        self.secret, self._used = self.pending, {sent["UserCode"]}
        return {"Status": "SUCCESS", **_next(sent, ASSOCIATED, VERIFIED)}

    def prefer(self, sent: Answer) -> Answer:
        assert self.secret or not sent["SoftwareTokenMfaSettings"]["Enabled"]
        self.is_on = sent["SoftwareTokenMfaSettings"]["Enabled"]
        return {}

    def get_user(self, sent: Answer) -> Answer:
        return {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]} if self.is_on else {}

    def check(self, given: str) -> None:
        if given in self._used:
            words = "Your software token has already been used once."
            raise CodeRefused("ExpiredCodeException", words)
        if not _is_now(self.secret, given):
            raise CodeRefused("CodeMismatchException", "Invalid code received for user")
        self._used.add(given)


def _is_now(secret: str, given: str) -> bool:
    return given in [code(secret, step) for step in (-1, 0, 1)]


def _next(sent: Answer, expected: str, following: str) -> Answer:
    """The session, where one is signing in."""
    if "AccessToken" in sent:
        return {}
    assert sent["Session"] == expected
    return {"Session": following}
