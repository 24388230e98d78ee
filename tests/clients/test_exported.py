"""Frames by an export of the same report: when, with which types, and what if it fails."""

import asyncio
import io
from collections.abc import Iterator
from datetime import date

import pyarrow
import pyarrow.parquet
import pytest

from querycast.async_client import AsyncClient
from querycast.client import Client
from querycast.errors import BadDownload, InvalidArgument, QueryFailed, Refused
from querycast.follow import Pace
from querycast.result import Result
from tests.clients.service import COLUMNS, ROWS, FakeService, page
from tests.clients.store import Store

MANY = 200_001.0
NOW = [{"trip_date": date(2015, 6, 1), "trips": 500}]  # when the report is run again
FILE = pyarrow.table({"TRIP_DATE": [date(2015, 6, 1)], "trips": pyarrow.array([500], "int32")})


@pytest.fixture
def many(service: FakeService, store: Store) -> FakeService:
    """The service, whose report has many rows, and has changed when it is exported."""
    service.on_submit = lambda query_id: service.advance(query_id, "FINISHED", resultRows=MANY)
    store_file(service, store, FILE)
    return service


@pytest.fixture
def client(service: FakeService) -> Iterator[Client]:
    with Client(service, Pace(resubmits=(0,), backoff=0, longest_backoff=0)) as client:
        yield client


def store_file(service: FakeService, store: Store, table: pyarrow.Table) -> None:
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file)
    store.content = file.getvalue()
    service.downloads = [store.download("taxi_by_day.parquet")]


def run(client: Client) -> Result:
    return client.run("taxi_by_day", month="2015-06")


def test_many_rows_come_as_one_file_of_the_same_question(client: Client, many: FakeService) -> None:
    table = run(client).to_arrow()

    assert table.to_pylist() == NOW
    [asked] = many.exported
    assert asked["parameters"] == many.parameters[0]
    assert (asked["format"], asked["singleFile"]) == ("PARQUET", True)


def test_they_have_the_names_and_types_that_pages_have(client: Client, many: FakeService) -> None:
    result = run(client)
    assert result.to_arrow().schema == result.to_arrow(by="pages").schema


def test_decimals_have_the_scale_that_the_file_has(
    client: Client, many: FakeService, store: Store
) -> None:
    many.pages[None] = page(ROWS) | {"columns": [{"name": "fare", "type": "numeric"}]}
    fares = pyarrow.array(["12.50"]).cast(pyarrow.decimal128(18, 2))
    store_file(many, store, pyarrow.table({"fare": fares}))

    assert str(run(client).to_arrow().schema.field("fare").type) == "decimal128(38, 2)"


@pytest.mark.parametrize("rows", [3.0, 200_000.0, None])
def test_few_rows_come_by_pages_unless_told(
    client: Client, many: FakeService, rows: float | None
) -> None:
    many.on_submit = lambda query_id: many.advance(query_id, "FINISHED", resultRows=rows)
    result = run(client)

    assert len(result.to_pandas()) == len(ROWS)
    assert len(result.to_pandas(by="export")) == len(NOW)
    assert result.to_polars(by="export").height == len(NOW)


def test_what_takes_longer_to_run_again_comes_by_pages(client: Client, many: FakeService) -> None:
    many.on_submit = lambda query_id: many.advance(
        query_id, "FINISHED", resultRows=MANY, durationMs=15_000
    )

    assert len(run(client).to_pandas()) == len(ROWS)


def test_many_rows_come_by_pages_when_told(client: Client, many: FakeService) -> None:
    assert len(run(client).to_pandas(by="pages")) == len(ROWS)
    assert many.exported == []


def test_a_type_that_files_have_differently_comes_by_pages(
    client: Client, many: FakeService
) -> None:
    many.pages[None] = page(ROWS) | {"columns": [COLUMNS[0], {"name": "at", "type": "super"}]}

    assert run(client).to_arrow().num_rows == len(ROWS)
    assert many.exported == []


def test_an_api_that_refuses_exports_is_read_page_by_page(
    client: Client, many: FakeService
) -> None:
    result = run(client)
    many.outages.append(Refused("ValidationError", "There is no field exportQuery."))
    assert len(result.to_pandas()) == len(ROWS)

    many.outages.append(Refused("ValidationError", "There is no field exportQuery."))
    with pytest.raises(Refused, match="no field exportQuery"):
        result.to_pandas(by="export")


def test_an_export_that_fails_is_made_up_for_by_pages(client: Client, many: FakeService) -> None:
    result = run(client)
    error = {"type": "StatementFailed", "message": "Access Denied"}
    many.on_submit = lambda query_id: many.advance(query_id, "FAILED", error=error)

    assert len(result.to_pandas()) == len(ROWS)
    with pytest.raises(QueryFailed, match="Access Denied"):
        result.to_pandas(by="export")


def test_a_file_that_differs_from_its_sum_is_none(
    client: Client, many: FakeService, store: Store
) -> None:
    store.content = store.content[:-1] + b"!"

    with pytest.raises(BadDownload, match=r"taxi_by_day\.parquet came with"):
        run(client).to_arrow(by="export")


def test_a_report_that_has_other_columns_now_is_told(
    client: Client, many: FakeService, store: Store
) -> None:
    store_file(many, store, pyarrow.table({"trip_date": [1]}))

    with pytest.raises(BadDownload, match="1 columns, the result 2; the report has changed"):
        run(client).to_arrow(by="export")


def test_another_way_is_refused_by_name(client: Client, many: FakeService) -> None:
    with pytest.raises(InvalidArgument, match="'file' is no way to fetch rows; take 'pages' or"):
        run(client).to_arrow(by="file")  # type: ignore[arg-type] # that is the point


def test_an_export_that_nobody_waits_for_is_stopped(many: FakeService) -> None:
    async def act() -> None:
        async with AsyncClient(many) as client:
            result = await client.run("taxi_by_day")
            many.on_submit = lambda query_id: None  # the export never ends
            reading = asyncio.create_task(result.to_arrow())
            while not many.exported:
                await asyncio.sleep(0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    asyncio.run(act())
    assert many.queries[many.exported[0]["id"]]["cancelRequestedAt"]
