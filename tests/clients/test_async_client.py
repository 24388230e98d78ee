"""The client for coroutines: what Client does through it is tested there."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from datetime import date
from typing import Any, TypeVar

import pytest

from querycast import AsyncClient, QueryStatus
from querycast.errors import InvalidArgument, QueryTimedOut
from querycast.follow import Pace
from tests.clients.service import READ_ROWS, ROWS, FakeService, page, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"

T = TypeVar("T")
Act = Callable[[AsyncClient], Coroutine[Any, Any, T]]


def with_client(service: FakeService, act: Act[T]) -> T:
    async def run() -> T:
        async with AsyncClient(service, Pace(resubmits=(0,))) as client:
            return await act(client)

    return asyncio.run(run())


def test_rows_come_page_by_page_with_one_fetched_ahead(service: FakeService) -> None:
    service.pages = {None: page(ROWS[:1], "1"), "1": page(ROWS[1:2], "2"), "2": page(ROWS[2:])}
    service.on_submit = service.finish

    async def act(client: AsyncClient) -> tuple[int, list[Any]]:
        result = await client.run("taxi_by_day", month="2015-06")
        async with aclosing(result.rows()) as rows:
            await anext(rows)
            await asyncio.sleep(0.01)  # time enough for more than one
        pages, tasks = service.operations.count("getQueryResult"), len(asyncio.all_tasks())
        assert tasks == 1  # nothing is left running
        return pages, [row async for row in result.rows()]

    assert with_client(service, act) == (2, READ_ROWS)


def test_rows_are_dicts_unless_columns_have_one_name(service: FakeService) -> None:
    service.on_submit = service.finish

    async def act(client: AsyncClient) -> dict[str, Any]:
        result = await client.run("taxi_by_day")
        service.pages = {None: {**page(ROWS), "columns": [{"name": "n", "type": "varchar"}] * 2}}
        with pytest.raises(InvalidArgument, match="several columns named 'n'"):
            await anext((await client.run("taxi_by_day")).dicts())
        return await anext(result.dicts())

    assert with_client(service, act) == {"trip_date": date(2015, 6, 1), "trips": 410}


def test_frames_are_made_while_the_loop_goes_on(service: FakeService) -> None:
    service.pages = {None: page(ROWS[:2], "more"), "more": page(ROWS[2:])}
    service.on_submit = service.finish

    async def act(client: AsyncClient) -> list[Any]:
        result = await client.run("taxi_by_day")
        table, pandas, polars = await asyncio.gather(
            result.to_arrow(), result.to_pandas(), result.to_polars()
        )
        return [table.num_rows, len(pandas), polars.height]

    assert with_client(service, act) == [3, 3, 3]


def test_a_frame_that_nobody_waits_for_is_not_read_on(service: FakeService) -> None:
    service.on_submit = service.finish

    async def act(client: AsyncClient) -> int:
        service.pages = {None: page(ROWS, "more"), "more": page(ROWS, "more")}  # without end
        result = await client.run("taxi_by_day")
        reading = asyncio.create_task(result.to_arrow())
        while service.operations.count("getQueryResult") < 3:
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()  # the thread has ended
        return threading.active_count()

    assert with_client(service, act) == threading.active_count()


def test_changes_are_told_in_the_loop(service: FakeService) -> None:
    service.on_submit = service.finish
    told: list[tuple[str, int]] = []

    async def act(client: AsyncClient) -> None:
        await client.run(
            "taxi_by_day", on_change=lambda it: told.append((it.status, threading.get_ident()))
        )

    with_client(service, act)

    assert told == [("QUEUED", threading.get_ident()), ("FINISHED", threading.get_ident())]


def test_a_handle_watches_waits_and_reads(service: FakeService) -> None:
    async def act(client: AsyncClient) -> tuple[list[QueryStatus], int]:
        handle = await client.submit("taxi_by_day", month="2015-06")
        assert await handle.status() is QueryStatus.QUEUED
        with pytest.raises(QueryTimedOut):
            await handle.wait(timeout=0.001)
        statuses: list[QueryStatus] = []
        async for state in handle.updates():
            if not statuses:
                service.finish(handle.id)
            statuses.append(state.status)
        return statuses, len([row async for row in (await handle.result()).rows()])

    assert with_client(service, act) == ([QueryStatus.QUEUED, QueryStatus.FINISHED], 3)


def test_cancelling_the_waiting_leaves_the_query_alone(service: FakeService) -> None:
    service.queries[ID] = query(ID, "STARTED", 3)

    async def act(client: AsyncClient) -> None:
        waiting = asyncio.create_task(client.attach(ID).wait())
        while not service.subscribers:
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    with_client(service, act)

    assert (service.subscribers, "cancelQuery" in service.operations) == ([], False)


def test_lists_are_read_with_async_for(service: FakeService) -> None:
    service.queries = {str(number): query(str(number)) for number in range(5)}

    async def act(client: AsyncClient) -> tuple[list[str], list[str], list[str]]:
        reports = [report.name for report in await client.reports()]
        pipelines = [pipeline.name for pipeline in await client.pipelines.list()]
        return [each.id async for each in client.queries(limit=3)], reports, pipelines

    assert with_client(service, act) == (["0", "1", "2"], ["taxi_by_day"], ["load"])


def test_it_is_closed_at_the_end(service: FakeService) -> None:
    async def act(client: AsyncClient) -> None:
        pass

    with_client(service, act)

    assert service.is_closed
