"""Which API a client talks to; what takes long to import is imported by who connects alone."""

from pathlib import Path

from querycast.auth import Auth
from querycast.outputs import read_outputs
from querycast.session import Session


def session_at(graphql_url: str, realtime_url: str, auth: Auth) -> Session:
    """A session with the API at these two addresses."""
    from querycast.appsync import AppSyncSession  # gql and aiohttp: 0.4 s

    return AppSyncSession(graphql_url, realtime_url, auth)


def session_of_stack(path: Path | None, auth: Auth | None) -> Session:
    """A session with a deployed stack, see querycast.outputs; auth: None is who has logged in.

    Raises:
        NotConfigured: no outputs file is found, or it is not one.
    """
    outputs = read_outputs(path)
    if auth is None:
        from querycast.cognito import CognitoAuth  # aiohttp again

        auth = CognitoAuth.from_outputs(outputs)
    return session_at(outputs.graphql_url, outputs.realtime_url, auth)
