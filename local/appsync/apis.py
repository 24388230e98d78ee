"""The APIs that are served: read again and again, kept as they are while nothing changed.

While the control plane cannot be asked, what is known is served on.
"""

import asyncio
import logging
import re
import time
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from local.appsync.api import Api
from local.appsync.auth.authorization import Authorities
from local.appsync.control_plane import ControlPlane
from local.appsync.definition import ApiDefinition
from local.appsync.errors import DefinitionError, RequestError
from local.appsync.realtime.registry import Counts, Registry

POLL_SECONDS = 1.0
POLL_SHARE = 20  # reading takes at most one part in this many of the time
_API_HOST = re.compile(r"([a-z0-9]+)\.appsync(?:-realtime)?-api\.", re.IGNORECASE)

log = logging.getLogger(__name__)


class Apis:
    """Every served API by its id."""

    def __init__(self, control_plane: ControlPlane, authorities: Authorities) -> None:
        self._control_plane = control_plane
        self._authorities = authorities
        self._apis: dict[str, Api] = {}
        self._registries: dict[str, Registry] = {}  # kept for an API that comes back
        self._complaint: object = None
        self._is_read = False  # whether the control plane has ever answered
        self.asked = asyncio.Event()  # whether it has been asked once, whatever came of it
        self.counts = Counts()

    @property
    def problem(self) -> str | None:
        """Why no request can be answered; None when one can."""
        if any(api.has_schema for api in self._apis.values()):
            return None
        return str(self._complaint or "The control plane has no API with a schema yet.")

    def choose(self, headers: Mapping[str, str]) -> Api:
        """The API of a request: that of its host, or of its key, or the only one.

        Raises:
            RequestError: 404; there is no such API, or nothing tells which.
                503; the control plane has not told yet which there are.
        """
        if not self._is_read:
            raise RequestError(
                503, "ServiceUnavailableException", "No API is known yet; try again in a moment."
            )
        host = _API_HOST.match(headers.get("host", ""))
        if host and host[1] in self._apis:
            return self._apis[host[1]]
        for api in self._apis.values():
            keys = (key for key, _ in api.definition.keys)
            if len(self._apis) == 1 or headers.get("x-api-key", "") in keys:
                return api
        raise RequestError(404, "ResourceNotFoundException", "Unable to find the Api.")

    def current(self, api_id: str) -> Api:
        """An API as it is defined now.

        Raises:
            RequestError: 404; it is gone.
        """
        if api_id not in self._apis:
            raise RequestError(404, "ResourceNotFoundException", "Unable to find the Api.")
        return self._apis[api_id]

    async def watch(self) -> None:
        """Follow the control plane until cancelled."""
        while True:
            started = time.monotonic()
            try:
                await self.refresh()
            except Exception:  # whatever a control plane answers, what is known is served
                log.exception("The control plane answers what cannot be understood.")
            self.asked.set()
            await asyncio.sleep(max(POLL_SECONDS, (time.monotonic() - started) * POLL_SHARE))

    async def refresh(self) -> None:
        """Read every definition once, and serve what changed."""
        try:
            definitions = await asyncio.to_thread(self._control_plane.read)
        except (BotoCoreError, ClientError, DefinitionError, OSError) as error:
            self._complain(f"The control plane cannot be read: {error}")
            return
        served: dict[str, Api] = {}
        self._serve(served, definitions)
        for gone in self._apis.keys() - served.keys():
            log.info("API %s is gone.", gone)
        self._apis = served
        self._is_read = True

    def close(self) -> None:
        """Close the connections to the endpoint."""
        self._authorities.http.close()

    def _serve(self, served: dict[str, Api], definitions: list[ApiDefinition]) -> None:
        complaint = None
        for definition in definitions:
            current = self._apis.get(definition.api_id)
            if current is None or current.definition != definition:
                try:
                    registry = self._registry(definition.api_id)
                    current = Api(definition, self._authorities, registry)
                    log.info("API %s is served as it is defined now.", definition.api_id)
                except DefinitionError as error:
                    complaint = str(error)
            if current is not None:
                served[definition.api_id] = current
        self._complain(complaint)

    def _registry(self, api_id: str) -> Registry:
        return self._registries.setdefault(api_id, Registry(self.counts))

    def _complain(self, complaint: str | None) -> None:
        if complaint is not None and complaint != self._complaint:
            log.warning("%s", complaint)
        self._complaint = complaint
