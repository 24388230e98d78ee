"""Ctrl-C while a query is waited for: once cancels it, twice leaves it alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from querycast.cli.cancel import outcome
from querycast.cli.terminal import say
from querycast.client import Client
from querycast.errors import QuerycastError


@contextmanager
def cancelled_by_ctrl_c(client: Client, query_id: str) -> Iterator[None]:
    """Around the waiting; the interrupt goes on once it is told what has become of the query."""
    try:
        yield
    except KeyboardInterrupt:
        try:
            _cancel(client, query_id)
        except KeyboardInterrupt:
            say(f"Detached from query {query_id}; take it up again: querycast attach {query_id}")
        raise


def _cancel(client: Client, query_id: str) -> None:
    say("Cancelling; Ctrl-C again leaves the query alone.")
    try:
        client.cancel(query_id)
        say(outcome(client.attach(query_id).wait()))
    except QuerycastError as error:  # it was not submitted yet, or the service does not answer
        say(f"Not cancelled: {error.line} It may still run: querycast show {query_id}")
