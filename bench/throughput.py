"""GraphQL requests a second, from connections that each send one after another."""

import asyncio
import time

from aiohttp import ClientSession

from bench.stack import Stack

DOCUMENTS = {
    "no resolver": "{ __typename }",
    "a Lambda": "{ listReports { name title } }",
}
SECONDS = 4.0


async def requests_per_second(stack: Stack, document: str, connections: int) -> float:
    """Requests answered in a second while `connections` are asking."""
    ends = time.monotonic() + SECONDS

    async def ask(http: ClientSession) -> int:
        answered = 0
        while time.monotonic() < ends:
            await stack.ask(http, document)
            answered += 1
        return answered

    async with ClientSession() as http:
        await stack.ask(http, document)
        counts = await asyncio.gather(*(ask(http) for _ in range(connections)))
    return sum(counts) / SECONDS
