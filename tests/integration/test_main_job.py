"""Submit a report, get its result pushed: the trip of a query, through public interfaces only."""

import asyncio
import json
import subprocess
import uuid
from typing import Any

from tests.integration.conftest import Person
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed

SECONDS = 30  # until a test gives up waiting for an event


def test_a_subscriber_gets_the_result_pushed(outputs: Any, ana: Person) -> None:
    async def trip() -> Any:
        query_id = str(uuid.uuid4())
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as delivered:
            answer = ana.api.submit("taxi_by_day", query_id, month="2015-06")
            assert answer.data["submitQuery"]["id"] == query_id
            return await asyncio.wait_for(delivered.get(), SECONDS)

    query = asyncio.run(trip())
    assert query["status"] == "FINISHED"
    assert query["resultRows"] == 30
    rows = json.loads(query["result"]["rows"])
    assert [row[0] for row in rows] == [f"2015-06-{day:02}" for day in range(1, 31)]
    assert [column["name"] for column in query["result"]["columns"]] == [
        "trip_date",
        "total_hours",
        "total_distance",
        "total_fare",
    ]


def test_every_change_of_ones_queries_is_pushed_in_order(outputs: Any, ana: Person) -> None:
    async def changes() -> list[Any]:
        async with subscribed(outputs, ana.token, CHANGE) as delivered:
            query_id = ana.api.submitted("taxi_by_day", month="2015-02")
            seen = []
            while True:
                change = await asyncio.wait_for(delivered.get(), SECONDS)
                if change["id"] == query_id:
                    seen.append(change)
                    if change["status"] == "FINISHED":
                        return seen

    seen = asyncio.run(changes())
    assert seen[0]["status"] == "QUEUED"
    versions = [change["version"] for change in seen]
    assert versions == sorted(set(versions))


def test_curl_asks_for_the_reports(outputs: Any, ana: Person) -> None:
    document = json.dumps({"query": "{ listReports { name title } }"})
    done = subprocess.run(
        ["curl", "-sS", "--config", "-", "--data-binary", document, outputs["graphqlUrl"]],
        input=f'header = "authorization: {ana.token}"\nheader = "content-type: application/json"',
        capture_output=True,
        text=True,
        check=True,
    )
    reports = json.loads(done.stdout)["data"]["listReports"]
    assert {"name": "taxi_by_day", "title": "Taxi trips by day"} in reports


def test_an_api_key_may_ask_where_the_stage_allows_it(outputs: Any, ana: Person) -> None:
    keyed = type(ana.api)(outputs["graphqlUrl"], {"x-api-key": outputs["apiKey"]})
    assert keyed.ask("{ listReports { name } }").errors == []
    query_id = keyed.submitted("taxi_by_day")
    assert ana.api.get(query_id) is None
