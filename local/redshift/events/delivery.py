"""Events to the targets of EventBridge rules, by public calls only, until they have arrived.

No event bus takes `aws.*` events from outside, so this does what the bus would: which rules match
(TestEventPattern), what their targets are, and an asynchronous Lambda invocation for each. An event
stays in the ledger until every target has it, with growing pauses between the attempts, for a day.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

import heapq
import itertools
import logging
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from local.redshift.events.bus import Bus
from local.redshift.running.ledger import Ledger, StoredEvent

GIVE_UP_S = 24 * 3600
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 30.0

_WORKERS = 4

_log = logging.getLogger(__name__)


class Delivery:
    """Delivers in threads of its own; without a bus it keeps nothing and says so once."""

    def __init__(self, ledger: Ledger, bus: Bus | None) -> None:
        self._ledger = ledger
        self._bus = bus
        self._due: list[tuple[float, int, int, str]] = []  # when, order, attempt, statement id
        self._order = itertools.count()
        self._condition = threading.Condition()
        self._is_stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"delivery-{number}", daemon=True)
            for number in range(_WORKERS)
        ]

    def start(self) -> None:
        """Begin with what an earlier process left undelivered."""
        if self._bus is None:
            _log.info("No --events-endpoint: completion events are not delivered")
        for stored in self._ledger.undelivered():
            self.deliver(stored.statement_id)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._condition:
            self._is_stopping = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def deliver(self, statement_id: str) -> None:
        """Deliver the event that the ledger has for this statement."""
        self._plan(statement_id, attempt=0, pause=0)

    def _plan(self, statement_id: str, attempt: int, pause: float) -> None:
        with self._condition:
            entry = (time.monotonic() + pause, next(self._order), attempt, statement_id)
            heapq.heappush(self._due, entry)
            self._condition.notify()

    def _work(self) -> None:
        while (planned := self._next()) is not None:
            attempt, statement_id = planned
            stored = self._ledger.get_event(statement_id)
            if stored is None:
                continue
            try:
                self._attempt(stored, attempt)
            except Exception:
                _log.exception("The event of statement %s cannot be delivered", statement_id)

    def _next(self) -> tuple[int, str] | None:
        """The next event that is due; None when stopping."""
        with self._condition:
            while not self._is_stopping:
                now = time.monotonic()
                if self._due and self._due[0][0] <= now:
                    _, _, attempt, statement_id = heapq.heappop(self._due)
                    return attempt, statement_id
                self._condition.wait(self._due[0][0] - now if self._due else None)
        return None

    def _attempt(self, stored: StoredEvent, attempt: int) -> None:
        if self._bus is None or time.time() - stored.created_at > GIVE_UP_S:
            self._ledger.forget_event(stored.statement_id)
            return
        delivered = list(stored.delivered)
        try:
            for target in self._bus.targets(stored.event):
                if target.name not in delivered:
                    self._bus.invoke(target, stored.event)
                    delivered.append(target.name)
        except (BotoCoreError, ClientError) as error:
            pause = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
            _log.warning(
                "Event of %s: %s; next attempt in %.1f s", stored.statement_id, error, pause
            )
            self._ledger.put_delivered(stored.statement_id, delivered)
            self._plan(stored.statement_id, attempt + 1, pause)
        else:
            self._ledger.forget_event(stored.statement_id)
