"""The seam between the protocol and the wire: two methods, so that tests need no network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

Variables = Mapping[str, Any]
Data = dict[str, Any]  # the `data` of a GraphQL answer: a value for each root field


class Session(Protocol):
    """Where GraphQL operations go. AppSyncSession is the real one.

    Every method raises Unavailable, Refused or NotSignedIn as querycast.errors says.
    """

    async def execute(self, document: str, variables: Variables) -> Data:
        """The answer of a query or a mutation."""

    def subscribe(
        self, document: str, variables: Variables
    ) -> AbstractAsyncContextManager[AsyncIterator[Data]]:
        """The events of a subscription; entered once the service has acknowledged its start.

        The iterator ends or raises Unavailable when the connection is lost.
        """

    async def close(self) -> None:
        """Give the connections back."""
