"""Paths: which API a request asks for, and whether it is the real-time endpoint of it.

AWS has a host for each API and one path; on one machine the API's id stands in the path, before
`/graphql` as here, after it as with LocalStack, or behind `/v1/apis` as with MiniStack.
"""

from dataclasses import dataclass
from functools import lru_cache

_REALTIME = "/realtime"


@dataclass(frozen=True, slots=True)
class Route:
    """What a path says."""

    path: str  # of the GraphQL endpoint, as it was dialled: what clients sign
    api_id: str | None  # None: the path names no API
    is_realtime: bool

    @property
    def connect_path(self) -> str:
        """What IAM signs to connect in real time."""
        return f"{self.path}/connect"


@lru_cache(maxsize=256)
def route(path: str) -> Route | None:
    """The route of a path; None if no GraphQL is served there."""
    endpoint = path.removesuffix(_REALTIME)
    parts = endpoint.removeprefix("/v1/apis").removeprefix("/").split("/")
    if parts == ["graphql"]:
        api_id = None
    elif len(parts) == 2 and parts.count("graphql") == 1:
        api_id = next(part for part in parts if part != "graphql")
    else:
        return None
    return Route(endpoint, api_id, is_realtime=endpoint != path) if api_id != "" else None
