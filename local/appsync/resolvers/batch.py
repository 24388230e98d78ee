"""BatchInvoke: one invocation for what a request asks of the same field for several parents.

All fields of one level start in the same turn of the event loop. The first of a batch lets the
others join, then invokes for all of them, so a batch needs no task and ends with its request.
https://docs.aws.amazon.com/appsync/latest/devguide/tutorial-lambda-resolvers-js.html#advanced-use-case-batching
"""

import asyncio
from typing import Any

from local.appsync.errors import FieldError
from local.appsync.resolvers.lambda_function import UNHANDLED, LambdaFunction

MAX_BATCH_SIZE = 2_000  # what AppSync takes as maxBatchSize


class Batch:
    """What is invoked together: an item for each parent, and their results when they come."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._results: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()

    def add(self, item: Any) -> int:
        """Join; the place of the item, and of its result."""
        self.items.append(item)
        return len(self.items) - 1

    async def invoke(self, function: LambdaFunction) -> None:
        """Settle the results of all items; whoever invokes waits for them like the others."""
        try:
            results = await function.invoke(self.items)
            self._check(results)
            self._results.set_result(results)
        except FieldError as error:
            self._results.set_exception(error)
        except BaseException:
            self._results.cancel()
            raise

    async def result(self, place: int) -> Any:
        """The result of one item; raises FieldError where the whole batch failed."""
        return (await asyncio.shield(self._results))[place]

    def _check(self, results: Any) -> None:
        if not isinstance(results, list) or len(results) != len(self.items):
            got = f"a list of {len(results)}" if isinstance(results, list) else "no list"
            raise FieldError(
                f"BatchInvoke needs a list of {len(self.items)} results, one for each item; "
                f"the function gave {got}.",
                UNHANDLED,
            )


class Batches:
    """The batches of one resolver, or of one function of a pipeline."""

    def __init__(self, function: LambdaFunction, max_size: int) -> None:
        self._function = function
        self._max_size = max_size

    async def ask(self, open_batches: dict[object, Batch], item: Any) -> Any:
        """The result for one item, invoked together with those of the same request."""
        batch = open_batches.get(self)
        if batch is None:
            batch = open_batches[self] = Batch()
        place = batch.add(item)
        if len(batch.items) >= self._max_size:
            self._close(open_batches, batch)
        if place == 0:
            await asyncio.sleep(0)  # the fields that started in this turn join
            self._close(open_batches, batch)
            await batch.invoke(self._function)
        return await batch.result(place)

    def _close(self, open_batches: dict[object, Batch], batch: Batch) -> None:
        if open_batches.get(self) is batch:
            del open_batches[self]
