"""How a request shows who asks: one class for each of AppSync's ways that we speak.

Signing in with e-mail and password is in cognito.py, signatures of AWS are in iam.py.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from querycast.errors import NotSignedIn


@dataclass(frozen=True)
class Post:
    """What is to be authorised: a POST, or in real time what AppSync would have signed as one."""

    url: str
    body: str
    headers: Mapping[str, str]


class Auth(Protocol):
    """Asked before every request, every connection and every subscription, so that nothing expired
    is sent."""

    async def headers(self, post: Post) -> dict[str, str]:
        """The HTTP headers that authorise it now, besides its own; most are the same for all.

        Raises:
            NotSignedIn: there is nothing to show.
        """

    async def renew(self) -> None:
        """Get what is shown anew: the service has just refused it.

        Raises:
            NotSignedIn: that is not possible without the user.
        """


class ApiKey:
    """The key of an API that allows them; all its holders are one and the same caller."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def headers(self, post: Post) -> dict[str, str]:
        return {"x-api-key": self._key}

    async def renew(self) -> None:
        raise NotSignedIn("The API refuses the API key; ask its operator for one that is valid.")

    def __repr__(self) -> str:
        return "ApiKey(...)"


class BearerToken:
    """A token that was got elsewhere: of the user pool, say by a web application for its user."""

    def __init__(self, token: str | Callable[[], str | Awaitable[str]]) -> None:
        """`token`: itself, or what gives one that is good now. It is called before every request
        and every connection, a plain function in a thread: let it keep the token until it expires.
        """
        self._token = token

    async def headers(self, post: Post) -> dict[str, str]:
        return {"Authorization": await self._good_now()}

    async def renew(self) -> None:
        if isinstance(self._token, str):
            raise NotSignedIn("The API refuses the token; give one that is valid.")

    async def _good_now(self) -> str:
        if isinstance(self._token, str):
            return self._token
        if inspect.iscoroutinefunction(self._token):
            return str(await self._token())
        given = await asyncio.to_thread(self._token)
        return given if isinstance(given, str) else await given

    def __repr__(self) -> str:
        return "BearerToken(...)"
