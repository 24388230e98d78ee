"""Many queries at once, over one connection."""

import asyncio

from querycast import AsyncClient

MONTHS = [f"2015-{month:02d}" for month in range(1, 13)]


async def main() -> None:
    """Prints how many days of each month of a year have trips."""
    async with AsyncClient.from_outputs() as client:
        runs = [client.run("taxi_by_day", month=month) for month in MONTHS]
        for month, result in zip(MONTHS, await asyncio.gather(*runs), strict=True):
            print(month, len([row async for row in result.rows()]))


if __name__ == "__main__":
    asyncio.run(main())
