"""How a request shows who asks: one class for each of AppSync's ways that we speak.

Signing in with e-mail and password is in cognito.py.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

from typing import Protocol

from querycast.errors import NotSignedIn


class Auth(Protocol):
    """Asked before every request and every connection, so that nothing expired is sent."""

    async def headers(self) -> dict[str, str]:
        """The HTTP headers that authorise a request now.

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

    async def headers(self) -> dict[str, str]:
        return {"x-api-key": self._key}

    async def renew(self) -> None:
        raise NotSignedIn("The API refuses the API key; ask its operator for one that is valid.")
