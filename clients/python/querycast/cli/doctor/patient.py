"""The set-up that is examined: what the checks learn of it, for those that follow."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from querycast.outputs import Outputs, read_outputs

if TYPE_CHECKING:
    from querycast.appsync import AppSyncSession
    from querycast.cognito import CognitoAuth


@dataclass
class Patient:
    """path: as --outputs has it. server_date: of the API's answer; None where it has none."""

    path: Path | None
    server_date: str | None = field(default=None, init=False)

    @cached_property
    def outputs(self) -> Outputs:
        return read_outputs(self.path)

    @cached_property
    def auth(self) -> "CognitoAuth":
        from querycast.cognito import CognitoAuth

        return CognitoAuth.from_outputs(self.outputs)

    @cached_property
    def session(self) -> "AppSyncSession":
        from querycast.appsync import AppSyncSession

        return AppSyncSession(self.outputs.graphql_url, self.outputs.realtime_url, self.auth)

    async def close(self) -> None:
        if "session" in self.__dict__:  # it has been used
            await self.session.close()
