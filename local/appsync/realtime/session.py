"""The subscriptions of one connection: what its messages start and stop.

Starts run as tasks, for a resolver may take its time. A subscription is registered before its
`start_ack` goes out, so nothing published after the ack is missed.
"""

import asyncio
from functools import partial
from typing import Any

from local.appsync.errors import InternalFailure
from local.appsync.realtime import messages
from local.appsync.realtime.log import log, record, record_refusal
from local.appsync.realtime.outbox import Outbox
from local.appsync.realtime.registry import Registry, Subscription
from local.appsync.realtime.start import (
    MAX_ID_LENGTH,
    Starter,
    StartRefused,
    duplicated,
    unsupported,
    unusable,
)

MAX_SUBSCRIPTIONS = 200


class Session:
    """What one authorized client asked for."""

    def __init__(self, registry: Registry, starter: Starter, outbox: Outbox) -> None:
        self._registry = registry
        self._starter = starter
        self._outbox = outbox
        self._live: dict[str, Subscription] = {}
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._acknowledging: asyncio.Task[None] | None = None

    def take(self, message: dict[str, Any]) -> None:
        """Act on one message of the client."""
        kind, id = message.get("type"), message.get("id")
        if kind == "connection_init":
            self._acknowledging = asyncio.create_task(self._acknowledge())
        elif self._acknowledging is not None and not self._acknowledging.done():
            return  # what comes before the ack is ignored
        elif kind not in ("start", "stop") or id is None:
            self._outbox.put(messages.error(None, unsupported("unknown").errors))
        elif not isinstance(id, str) or len(id) > MAX_ID_LENGTH:
            self._outbox.put(messages.error(None, unusable(id).errors))
        elif kind == "start":
            self._start(id, message.get("payload"))
        else:
            self._stop(id)

    def end(self) -> None:
        """The connection is over: nothing is delivered to it any more."""
        for task in (*self._starting.values(), self._acknowledging):
            if task is not None:
                task.cancel()
        while self._live:
            self._registry.remove(self._live.popitem()[1])

    async def _acknowledge(self) -> None:
        self._outbox.put(messages.CONNECTION_ACK)
        self._outbox.put(messages.KEEP_ALIVE)

    def _start(self, id: str, payload: Any) -> None:
        if id in self._live or id in self._starting:
            self._outbox.put(messages.error(id, duplicated(id).errors))
        elif len(self._live) + len(self._starting) >= MAX_SUBSCRIPTIONS:
            self._outbox.put(messages.too_many_subscriptions(id, MAX_SUBSCRIPTIONS))
        else:
            self._starting[id] = asyncio.create_task(self._started(id, payload))

    async def _started(self, id: str, payload: Any) -> None:
        deliver = partial(self._outbox.put_data, messages.data_prefix(id))
        put = self._outbox.put
        try:
            subscription = await self._starter.start(id, payload, deliver)
        except StartRefused as refused:
            put(messages.error(id, refused.errors))
            record_refusal("start", refused.errors)
        except Exception:
            log.exception("A start failed.")
            put(messages.error(id, InternalFailure().body()["errors"]))
        else:
            if subscription.invalidated_by is not None:
                subscription.invalidate = partial(self._invalidate, id)
            self._registry.add(subscription)
            self._live[id] = subscription
            put(messages.start_ack(id))
            record("start", field=subscription.field_name)
        finally:
            if self._starting.get(id) is asyncio.current_task():  # a stopped id may be reused
                del self._starting[id]

    def _invalidate(self, id: str) -> None:
        self._registry.remove(self._live.pop(id))
        self._outbox.put(messages.invalidated(id))
        close = partial(self._outbox.close, 1000, messages.SUBSCRIPTION_COMPLETE)
        asyncio.get_running_loop().call_soon(close)  # after those of the same mutation

    def _stop(self, id: str) -> None:
        if id in self._starting:
            self._starting.pop(id).cancel()
        if id in self._live:
            self._registry.remove(self._live.pop(id))
        self._outbox.put(messages.complete(id))
