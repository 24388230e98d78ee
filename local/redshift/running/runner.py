"""The queue of statements and the slots that run them.

A statement is in the ledger before it is queued, and PICKED there before it runs: after a crash,
what was only SUBMITTED runs, what was PICKED or STARTED has failed.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections import defaultdict
from functools import partial

from local.redshift.errors import Cancelled, SqlError
from local.redshift.events import event
from local.redshift.events.delivery import Delivery
from local.redshift.running import result_set
from local.redshift.running.execution import Execution
from local.redshift.running.ledger import Ledger
from local.redshift.running.sessions import Sessions
from local.redshift.running.statement import Part, Statement, Status
from local.redshift.transfer.s3 import ObjectStore
from local.redshift.warehouse.warehouse import Warehouse

RESTART_ERROR = "ERROR: The local Redshift stopped while the statement was running; run it again"
SESSION_ERROR = (
    "ERROR: The local Redshift stopped and closed the session; open another one and begin again"
)
CANCEL_ERROR = "ERROR: Query cancelled on user's request"
TIMEOUT_ERROR = "ERROR: canceling statement due to statement timeout"

_STORE_AGAIN_S = 1.0

_log = logging.getLogger(__name__)


class Runner:
    """Runs statements in `slots` threads, in the order they came."""

    def __init__(
        self,
        ledger: Ledger,
        warehouse: Warehouse,
        objects: ObjectStore,
        sessions: Sessions,
        delivery: Delivery,
        slots: int,
        timeout_s: float,
    ) -> None:
        self._ledger = ledger
        self._sessions = sessions
        self._warehouse = warehouse
        self._objects = objects
        self._delivery = delivery
        self._timeout_s = timeout_s
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._running: dict[str, Execution] = {}
        self._lock = threading.Lock()  # guards _running, and the step from SUBMITTED to PICKED
        self._is_stopping = False
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._threads = [
            threading.Thread(target=self._work, name=f"slot-{number}", args=(number,), daemon=True)
            for number in range(1, slots + 1)
        ]

    def start(self) -> None:
        """End what a crash interrupted, queue what it had not begun, and begin to work."""
        for statement in self._ledger.find_unfinished():
            if statement.session_id is not None:
                self._end(statement, Status.FAILED, SESSION_ERROR)
            elif statement.status is Status.SUBMITTED:
                self._queue.put(statement.id)
            else:
                self._recover(statement)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Interrupt what runs; what has not begun stays in the ledger for the next start."""
        with self._lock:
            self._is_stopping = True
            executions = list(self._running.values())
            for _ in self._threads:
                self._queue.put(None)
        for execution in executions:
            execution.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    def _recover(self, statement: Statement) -> None:
        """A statement that ran when the server died has finished if its changes are there."""
        try:
            finished = self._warehouse.finished(statement)
        except SqlError as error:
            self._end(statement, Status.FAILED, str(error))
            return
        if finished is None:
            self._end(statement, Status.FAILED, RESTART_ERROR)
        elif all(part.status is Status.FINISHED for part in finished.parts):
            self._end(finished, Status.FINISHED, None)
        else:  # of a batch that commits each part alone, some
            self._end(finished, Status.FAILED, RESTART_ERROR)

    def submit(self, statement: Statement) -> None:
        """Queue a statement that is in the ledger.

        What ends a session's transaction must not wait for statements that wait for this end.
        """
        if statement.session_id is not None and self._sessions.is_in_block(statement.session_id):
            name = f"session-{statement.session_id}"
            threading.Thread(
                target=self._do, args=(statement.id, 0), name=name, daemon=True
            ).start()
        else:
            self._queue.put(statement.id)

    def cancel(self, statement_id: str) -> bool:
        """Stop the statement, whether it waits or runs; False if it has ended already."""
        with self._lock:
            execution = self._running.get(statement_id)
            if execution is None:
                statement = self._ledger.get(statement_id)
                if statement is None or statement.status.is_end:
                    return False
                self._end(statement, Status.ABORTED, CANCEL_ERROR)
                return True
        execution.cancel()
        return True

    def parts(self, statement_id: str) -> list[Part] | None:
        """How far the parts of a running statement are; None if it does not run."""
        with self._lock:
            execution = self._running.get(statement_id)
            return None if execution is None else execution.parts()

    def count_waiting(self, statement_id: str) -> int:
        """How many calls wait for the end of a statement."""
        with self._lock:
            return len(self._waiting.get(statement_id, ()))

    async def wait(self, statement_id: str, seconds: float) -> None:
        """Wait until the statement has ended, but not longer than that."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._waiting[statement_id].add(future)
        statement = self._ledger.get(statement_id)
        if statement is not None and not statement.status.is_end:
            await asyncio.wait([future], timeout=seconds)
        with self._lock:
            self._waiting[statement_id].discard(future)
            if not self._waiting[statement_id]:
                del self._waiting[statement_id]

    def _work(self, number: int) -> None:
        while (statement_id := self._queue.get()) is not None:
            self._do(statement_id, number)

    def _do(self, statement_id: str, number: int) -> None:
        try:
            execution = self._pick(statement_id, number)
        except sqlite3.Error:
            _log.exception("Statement %s cannot be picked yet", statement_id)
            time.sleep(_STORE_AGAIN_S)
            self._queue.put(statement_id)
            return
        if execution is None:
            return
        try:
            self._run(execution)
        except Exception:
            _log.exception("Statement %s failed for a reason of ours", statement_id)
            self._close(execution, Status.FAILED, "ERROR: Internal error; see the server's log")

    def _pick(self, statement_id: str, number: int) -> Execution | None:
        """The execution of a statement that is still wanted."""
        with self._lock:
            statement = self._ledger.get(statement_id)
            is_wanted = statement is not None and statement.status is Status.SUBMITTED
            if statement is None or not is_wanted or self._is_stopping:
                return None
            statement.status = Status.PICKED
            statement.pid = 1_073_741_824 + number  # in the range of a Serverless workgroup's pids
            statement.updated_at = time.time()
            self._ledger.put(statement)
            session = statement.session_id
            connect = None if session is None else partial(self._sessions.connection, session)
            execution = Execution(statement, self._warehouse, self._objects, connect)
            self._running[statement_id] = execution
            return execution

    def _run(self, execution: Execution) -> None:
        statement = execution.statement
        statement.status = Status.STARTED
        statement.updated_at = time.time()
        self._ledger.put(statement)
        seconds = self._timeout_s
        if statement.session_id is not None:
            seconds = min(seconds, self._sessions.seconds_left(statement.session_id))
        timer = threading.Timer(seconds, execution.time_out)
        timer.daemon = True
        timer.start()
        try:
            execution.run()
        except Cancelled:
            if execution.is_stopped:
                self._close(execution, Status.FAILED, RESTART_ERROR)
            elif execution.is_timed_out:
                self._close(execution, Status.FAILED, TIMEOUT_ERROR)
            else:
                self._close(execution, Status.ABORTED, CANCEL_ERROR)
        except SqlError as error:
            self._close(execution, Status.FAILED, str(error))
        else:
            self._close(execution, Status.FINISHED, None)
        finally:
            timer.cancel()

    def _close(self, execution: Execution, status: Status, error: str | None) -> None:
        """Store the end, however long the disk refuses: every statement ends."""
        execution.ended.set()
        while True:
            try:
                self._end(execution.statement, status, error)
                break
            except sqlite3.Error:
                _log.exception("The end of %s cannot be stored yet", execution.statement.id)
                time.sleep(_STORE_AGAIN_S)
        with self._lock:
            self._running.pop(execution.statement.id, None)

    def _end(self, statement: Statement, status: Status, error: str | None) -> None:
        """Store the end and its event together, then tell whoever waits."""
        now = time.time()
        statement.status, statement.error, statement.updated_at = status, error, now
        _end_parts(statement.parts, status, error, now)
        if statement.session_id is not None:
            self._sessions.release(statement.session_id, statement.id)
        body = event.statement_status_change(statement) if statement.with_event else None
        self._ledger.put(statement, body)
        for index, part in enumerate(statement.parts):
            if not statement.counts(part):  # half a result, or one that was rolled back
                result_set.file(self._warehouse.results, statement.id, index).unlink(True)
        if body is not None:
            self._delivery.deliver(statement.id)
        for future in tuple(self._waiting.get(statement.id, ())):
            future.get_loop().call_soon_threadsafe(_wake, future)


def _end_parts(parts: list[Part], status: Status, error: str | None, now: float) -> None:
    """The part that ran ends as the statement does; the ones after it are never begun."""
    unfinished = [part for part in parts if not part.status.is_end]
    for index, part in enumerate(unfinished):
        part.status = status if index == 0 else Status.ABORTED
        part.error = error if index == 0 else None
        part.updated_at = now


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
