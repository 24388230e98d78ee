"""An authenticator app as second factor: codes of six digits by time (TOTP, RFC 6238).

The app and Cognito share a secret, which Cognito makes and shows once. A code proves that the app
has it, and from then on one is asked for after the password.
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from querycast.cognito_api import CognitoApi
from querycast.errors import Refused

ISSUER = "Querycast"  # what the app lists the secret under
FACTOR = "SOFTWARE_TOKEN_MFA"
WRONG_CODE = (
    "This is not the code that the app shows now. A code has six digits and is good once, for half "
    "a minute; try again with the next one, and see whether the clock of the app's device is right."
)
WRONG = (  # what Cognito calls a wrong code, the last one because it was used before
    *("CodeMismatchException", "EnableSoftwareTokenMFAException"),
    "ExpiredCodeException",
)
WORDS = {  # for what Cognito refuses
    **dict.fromkeys(WRONG, WRONG_CODE),
    "NotAuthorizedException": "The sign-in is no longer good; sign in with `querycast login`.",
    "SoftwareTokenMFANotFoundException": "The user pool takes no authenticator apps; its operator "
    "turns them on by the setting `mfa` of the stage.",
}
TOO_LATE = "Signing in has taken too long: a code is awaited for 10 minutes. Sign in again."


@dataclass(frozen=True)
class AuthenticatorSecret:
    """What the app is given. `text`: in base32, as people type it."""

    email: str
    text: str = field(repr=False)

    @property
    def address(self) -> str:
        """As apps read it: https://github.com/google/google-authenticator/wiki/Key-Uri-Format"""
        return f"otpauth://totp/{ISSUER}:{quote(self.email)}?secret={self.text}&issuer={ISSUER}"


class Authenticator:
    """The app of who has this access token, or is in the midst of signing in.

    proof: `{"AccessToken": ...}`, or `{"Session": ...}` of the challenge MFA_SETUP.
    """

    def __init__(self, api: CognitoApi, email: str, proof: Mapping[str, str]) -> None:
        self._api = api
        self._email = email
        self._proof = dict(proof)

    async def new_secret(self) -> AuthenticatorSecret:
        """One for the app, which counts once a code is confirmed.

        Raises:
            Refused: the user pool has no second factor, or the access token is no longer good.
            Unavailable: no answer.
        """
        answer = await self._call("AssociateSoftwareToken", {})
        self._next_session(answer)
        return AuthenticatorSecret(self._email, answer["SecretCode"])

    async def confirm(self, code: str) -> str | None:
        """Show that the app has the secret; the session to go on with, if one is signing in.

        Raises:
            Refused: a wrong code; another may be tried.
            Unavailable: no answer.
        """
        answer = await self._call("VerifySoftwareToken", {"UserCode": digits(code)})
        if answer.get("Status") != "SUCCESS":
            raise Refused("CodeMismatchException", WRONG_CODE)
        self._next_session(answer)
        return self._proof.get("Session")

    async def is_on(self) -> bool:
        """Whether a code is asked for after the password; errors as of `new_secret`."""
        answer = await self._call("GetUser", {})
        return FACTOR in (answer.get("UserMFASettingList") or ())

    async def turn_on(self) -> None:
        """Ask for a code from now on; errors as of `new_secret`."""
        await self._prefer({"Enabled": True, "PreferredMfa": True})

    async def turn_off(self) -> None:
        """Ask for none any more; errors as of `new_secret`."""
        await self._prefer({"Enabled": False, "PreferredMfa": False})

    async def _prefer(self, settings: Mapping[str, bool]) -> None:
        await self._call("SetUserMFAPreference", {"SoftwareTokenMfaSettings": settings})

    async def _call(self, action: str, given: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self._api.call(action, {**self._proof, **given})
        except Refused as error:
            raise in_our_words(error, is_signing_in="Session" in self._proof) from None

    def _next_session(self, answer: Mapping[str, str]) -> None:
        if "Session" in self._proof:
            self._proof["Session"] = answer["Session"]


def digits(code: str) -> str:
    """The code as Cognito takes it; apps show it in two halves.

    Raises:
        Refused: it is no code.
    """
    joined = "".join(code.split())
    if not re.fullmatch(r"[0-9]{6}", joined):
        raise Refused("CodeMismatchException", WRONG_CODE)
    return joined


def in_our_words(error: Refused, *, is_signing_in: bool) -> Refused:
    """The refusal, saying what to do next."""
    is_late = is_signing_in and error.type == "NotAuthorizedException"
    return Refused(error.type, TOO_LATE if is_late else WORDS.get(error.type, str(error)))
