"""One of the clients as a process: it is given commands, and what its user sees comes back."""

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DEADLINE = 100.0  # seconds; Amplify tries again 5 s after it lost a connection, then every 60 s


class Client:
    """Commands and events as in lines.mjs."""

    def __init__(self, command: list[str], environment: dict[str, str], **settings: str) -> None:
        self._process = subprocess.Popen(
            [*command, json.dumps(settings)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._events: queue.Queue[Any] = queue.Queue()
        self._earlier: list[Any] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def request(self, document: str, **variables: str) -> Any:
        """What becomes of a query or a mutation: an `answer`, or what was `refused`."""
        self._send(command="request", document=document, variables=variables)
        return self.next("answer", "refused")

    def follow(self, subscription: str, query: str, **variables: str) -> None:
        """Subscribe for good; the query is read whenever pushes may have been lost."""
        self._send(command="follow", subscription=subscription, query=query, variables=variables)

    def next(self, *names: str) -> Any:
        """The first of these events that was not taken yet; a refusal must be among them.

        A push may come before the answer to the mutation that made it.
        """
        for event in self._earlier:
            if event["event"] in names:
                self._earlier.remove(event)
                return event
        while (event := self._arrived())["event"] not in names:
            assert event["event"] != "refused", event
            self._earlier.append(event)
        return event

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._reader.join()

    def _arrived(self) -> Any:
        event = self._events.get(timeout=DEADLINE)
        assert event is not None, "the client has ended"
        return event

    def _send(self, **command: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._events.put(json.loads(line))
        self._events.put(None)
