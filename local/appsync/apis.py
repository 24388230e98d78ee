"""The APIs that are served: read again and again, kept as they are while nothing changed.

While the control plane cannot be asked, what is known is served on.
"""

import asyncio
import logging
import re
import time
from collections.abc import Iterable, Mapping

from botocore.exceptions import BotoCoreError, ClientError

from local.appsync.api import Api
from local.appsync.auth.authorization import Authorities
from local.appsync.control_plane import ControlPlane
from local.appsync.definition import ApiDefinition, UnreadableApi
from local.appsync.errors import DefinitionError, RequestError
from local.appsync.realtime.registry import Counts, Registry

POLL_SECONDS = 1.0
POLL_SHARE = 100  # reading takes at most one part in this many of the time, but for
LONGEST_POLL_SECONDS = 15.0  # after which a slow machine, too, is to know a new API
_API_HOST = re.compile(r"([a-z0-9]+)\.appsync(?:-realtime)?-api\.", re.IGNORECASE)
_HOW = (
    "There are several: name one in the path (/{apiId}/graphql) or in the host "
    "({apiId}.localhost), or send the key of one."
)

log = logging.getLogger(__name__)


def pause(reading: float, *, is_changing: bool) -> float:
    """Seconds until the control plane is read again, which took `reading` seconds.

    is_changing: it told something new, so that there may be more in a moment.
    """
    if is_changing:
        return POLL_SECONDS
    return min(max(POLL_SECONDS, reading * POLL_SHARE), LONGEST_POLL_SECONDS)


class Apis:
    """Every served API by its id."""

    def __init__(self, control_plane: ControlPlane, authorities: Authorities) -> None:
        self._control_plane = control_plane
        self._authorities = authorities
        self._apis: dict[str, Api] = {}
        self._registries: dict[str, Registry] = {}  # kept for an API that comes back
        self._complaint: str | None = None
        # What cannot be served as it is defined, and why.
        self._refused: dict[str, tuple[ApiDefinition | UnreadableApi, str]] = {}
        self.requests = 0
        self._is_read = False  # whether the control plane has ever answered
        self.asked = asyncio.Event()  # whether it has been asked once, whatever came of it
        self.read_at = 0.0  # seconds since 1970: when the reading began that is served
        self.counts = Counts()

    @property
    def problem(self) -> str | None:
        """Why no request can be answered; None when one can."""
        if any(api.has_schema for api in self._apis.values()):
            return None
        reasons = [str(reason) for _, reason in self._refused.values()]
        return "; ".join([self._complaint or "", *reasons]).strip("; ") or (
            "The control plane has no API with a schema yet."
        )

    @property
    def states(self) -> dict[str, str]:
        """Each known API: "ok", or why it is not served as it is defined now."""
        states = {
            api_id: "ok" if api.has_schema else "It has no schema yet."
            for api_id, api in self._apis.items()
        }
        return states | {api_id: reason for api_id, (_, reason) in self._refused.items()}

    def choose(
        self, headers: Mapping[str, str], api_id: str | None = None, dialled_host: str = ""
    ) -> Api:
        """The API of a request: of its path, of its host, of its key, or the only one.

        Raises:
            RequestError: 404; there is no such API, or nothing tells which.
                502; it cannot be served as it is defined, for the reason that is told.
                503; the control plane has not told yet which there are.
        """
        if not self._is_read:
            text = f"No API is known yet; try again in a moment. {self._complaint or ''}".strip()
            raise RequestError(503, "ServiceUnavailableException", text)
        hosts = (headers.get("host", ""), dialled_host)
        found = api_id or self._of_hosts(hosts) or self._of_key(headers.get("x-api-key"))
        known = self._apis or self._refused  # one that is broken does not make another ambiguous
        if found is None and len(known) == 1:
            [found] = known
        if found is None:
            raise _not_found(_HOW if known else "There is none yet.")
        return self.current(found)

    def current(self, api_id: str) -> Api:
        """An API as it is defined now.

        Raises:
            RequestError: 404; it is gone. 502; it cannot be served.
        """
        if api_id in self._apis:
            return self._apis[api_id]
        if api_id in self._refused:
            text = f"API {api_id} cannot be served: {self._refused[api_id][1]}"
            raise RequestError(502, "GraphQLSchemaException", text)
        raise _not_found(f"'{api_id[:100]}' is not the id of one.")

    async def watch(self) -> None:
        """Follow the control plane until cancelled."""
        while True:
            started, before = time.monotonic(), self._served()
            try:
                await self.refresh()
            except Exception:  # whatever a control plane answers, what is known is served
                self._complaint = "The control plane answers what cannot be understood."
                log.exception("%s", self._complaint)
            self.asked.set()
            is_changing = self._served() != before
            await asyncio.sleep(pause(time.monotonic() - started, is_changing=is_changing))

    async def refresh(self) -> None:
        """Read every definition once, and serve what changed."""
        began = time.time()
        try:
            definitions = await asyncio.to_thread(self._control_plane.read)
        except (BotoCoreError, ClientError, DefinitionError, OSError) as error:
            self._complain(f"The control plane cannot be read: {error}")
            return
        for gone in self._known() - {definition.api_id for definition in definitions}:
            log.info("API %s is gone.", gone)
            self._apis.pop(gone, None)
            self._refused.pop(gone, None)
        for definition in definitions:
            self._serve(definition)
        self._complaint = None
        self._is_read = True
        self.read_at = began

    def close(self) -> None:
        """Close the connections to the endpoint."""
        self._authorities.http.close()

    def _serve(self, definition: ApiDefinition | UnreadableApi) -> None:
        """Serve an API as it is defined now or, when that cannot be, as it was."""
        api_id = definition.api_id
        current = self._apis.get(api_id)
        refused = self._refused.get(api_id)
        if refused is not None and refused[0] == definition:
            return
        if current is not None and current.definition == definition:
            self._refused.pop(api_id, None)
            return
        try:
            self._apis[api_id] = self._made(definition)
            self._refused.pop(api_id, None)
            log.info("API %s is served as it is defined now.", api_id)
        except DefinitionError as error:
            log.warning("API %s: %s", api_id, error)
            self._refused[api_id] = definition, str(error)
        except Exception as error:  # whatever one definition provokes, the others are served
            log.exception("API %s cannot be served.", api_id)
            self._refused[api_id] = definition, f"{type(error).__name__}: {error}"

    def _made(self, definition: ApiDefinition | UnreadableApi) -> Api:
        if isinstance(definition, UnreadableApi):
            raise DefinitionError(definition.reason)
        return Api(definition, self._authorities, self._registry(definition.api_id))

    def _served(self) -> dict[str, ApiDefinition | UnreadableApi]:
        """Of each known API the definition that was told last."""
        served = {api_id: api.definition for api_id, api in self._apis.items()}
        return served | {api_id: definition for api_id, (definition, _) in self._refused.items()}

    def _known(self) -> set[str]:
        return self._apis.keys() | self._refused.keys()

    def _of_hosts(self, hosts: Iterable[str]) -> str | None:
        """The id in front of a host, if it is one of AppSync's or of an API that is known."""
        for host in filter(None, hosts):
            if match := _API_HOST.match(host):
                return match[1]
            label = host.partition(".")[0]
            if label in self._known():
                return label
        return None

    def _of_key(self, key: str | None) -> str | None:
        """The API whose key it is; None if it is of several or of none."""
        apis = self._apis.values() if key else ()
        found = [api for api in apis if any(key == known for known, _ in api.definition.keys)]
        return found[0].definition.api_id if len(found) == 1 else None

    def _registry(self, api_id: str) -> Registry:
        return self._registries.setdefault(api_id, Registry(self.counts))

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            log.warning("%s", complaint)
        self._complaint = complaint


def _not_found(more: str) -> RequestError:
    return RequestError(404, "ResourceNotFoundException", f"Unable to find the Api. {more}")
