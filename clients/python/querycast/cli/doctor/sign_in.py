"""Whether somebody is signed in, and what they may: run reports, and be pushed what ends."""

import time

from querycast import documents
from querycast.cli.doctor.finding import Failed
from querycast.cli.doctor.patient import Patient
from querycast.errors import NotSignedIn, Unavailable
from querycast.operations import list_reports
from querycast.tokens import TokenStore

LOG_IN = "Sign in: querycast login"


async def look_at_sign_in(patient: Patient) -> str:
    """An expired sign-in is renewed, as every command does."""
    before = TokenStore(patient.outputs.user_pool_client_id).read()
    try:
        await patient.auth.tokens()
    except NotSignedIn as error:
        raise Failed(str(error), LOG_IN) from None
    except Unavailable as error:
        raise Failed(str(error), "Look at the network; signing in goes to Cognito.") from None
    if before is None:
        return f"nobody; {_demo_user(patient)} asks, for the stack is a local one"
    if before.expires_at < time.time():
        return f"{before.email}; it had expired and has been renewed"
    return f"{before.email}, renewed in {(before.expires_at - time.time()) / 60:.0f} min"


async def look_at_reports(patient: Patient) -> str:
    try:
        reports = await list_reports(patient.session)
    except NotSignedIn as error:
        raise Failed(str(error), LOG_IN) from None
    if not reports:
        raise Failed(
            "there is none that you may run", "Ask its operator for a group that has reports."
        )
    return f"{len(reports)} may be run, {reports[0].name} for one"


async def look_at_push(patient: Patient) -> str:
    """A WebSocket that connects, and a subscription that the service acknowledges."""
    url, began = patient.outputs.realtime_url, time.monotonic()
    try:
        async with patient.session.subscribe(documents.ON_QUERY_CHANGE, {}):
            taken = time.monotonic() - began
    except (Unavailable, NotSignedIn) as error:
        raise Failed(
            str(error), f"Let WebSockets to {url} through proxies and firewalls; results need them."
        ) from None
    return f"{url} acknowledges a subscription in {taken * 1000:.0f} ms"


def _demo_user(patient: Patient) -> str:
    user = patient.outputs.demo_user
    return user.email if user else "nobody"
