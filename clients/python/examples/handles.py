"""A query that is watched while it runs, and taken up again by its id."""

import asyncio
from typing import Any

from querycast import AsyncClient, Client, QueryExecution


def submitted(month: str) -> QueryExecution:
    """The query as it ended; each step on the way is printed."""
    with Client.from_outputs() as client:
        handle = client.submit("taxi_by_day", month=month)
        for query in handle.updates(timeout=60):
            print(query.status)
        return query


async def rows(query_id: str) -> list[dict[str, Any]]:
    """What it found: here or on another machine, now or while the result is kept."""
    async with AsyncClient.from_outputs() as client:
        result = await client.attach(query_id).result(timeout=60)
        return [row async for row in result.dicts()]


if __name__ == "__main__":
    ended = submitted("2015-06")
    for row in asyncio.run(rows(ended.id)):
        print(*row.values())
