"""Whether the API is there: what can be told of it without signing in, by one request."""

import asyncio
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from querycast.cli.doctor.finding import Failed, Skipped
from querycast.cli.doctor.patient import Patient

CONNECT_SECONDS = 10
CLOCK_SECONDS = 60  # that a clock may be wrong: a token lasts minutes, and is renewed one before
QUESTION = b'{"query": "{ __typename }"}'


async def look_at_api(patient: Patient) -> str:
    """It refuses who shows nothing, and that is an answer."""
    url = patient.outputs.graphql_url
    try:
        status, patient.server_date = await asyncio.to_thread(_ask, url)
    except ssl.SSLError as error:
        raise Failed(f"{url}: {_reason(error)}", "See the check of tls.") from None
    except OSError as error:
        raise Failed(
            f"{url} does not answer: {_reason(error)}",
            "Start the local stack with `make up`."
            if patient.outputs.aws_endpoint_url
            else "Look at the network, a proxy (HTTPS_PROXY) and whether the outputs file is old.",
        ) from None
    if status not in (200, 400, 401, 403):
        raise Failed(f"{url} answers HTTP {status}", "Ask its operator; is it a GraphQL API?")
    return f"{url} answers"


async def look_at_tls(patient: Patient) -> str:
    url = patient.outputs.graphql_url
    if not url.startswith("https:"):
        raise Skipped(f"{url} has none")
    try:
        await asyncio.to_thread(_ask, url)
    except ssl.SSLError as error:
        raise Failed(
            f"the certificate is not trusted: {_reason(error)}",
            "Trust its authority: SSL_CERT_FILE=.querycast/tls/ca.pem for a local stack, that of "
            "your company's proxy elsewhere.",
        ) from None
    except OSError as error:
        raise Skipped(_reason(error)) from None
    return "the certificate is trusted"


async def look_at_clock(patient: Patient) -> str:
    if patient.server_date is None:
        raise Skipped("the API does not tell the time")
    ahead = (datetime.now(UTC) - parsedate_to_datetime(patient.server_date)).total_seconds()
    found = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the API's"
    if abs(ahead) > CLOCK_SECONDS:
        raise Failed(f"this machine's clock is {found}", "Set it: timedatectl set-ntp true")
    return "right" if abs(ahead) < 2 else found


def _ask(url: str) -> tuple[int, str | None]:
    """The status and the date of the answer."""
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(url, data=QUESTION, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=CONNECT_SECONDS) as response:
            return response.status, response.headers["Date"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Date"]
    except urllib.error.URLError as error:
        raise error.reason if isinstance(error.reason, OSError) else error from None


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return error.strerror or str(error) or type(error).__name__
