"""Nobody sees another's queries, results or pushes, and only the publisher publishes."""

import asyncio
import base64
import json
import uuid
from typing import Any

import pytest

from tests.integration.api import Api
from tests.integration.conftest import Person
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed
from tests.integration.test_lifecycle import ended

GET_RESULT = "query ($id: ID!) { getQueryResult(id: $id) { rows } }"
PUBLISH = """mutation ($input: PublishQueryInput!) {
  publishQuery(input: $input) { id owner status version kind parameters { name } submittedAt }
}"""


def test_another_persons_query_cannot_be_read(ana: Person, ben: Person) -> None:
    query_id = ended(ana, ana.api.submitted("taxi_by_day"))["id"]
    assert ben.api.get(query_id) is None
    assert ben.api.ask(GET_RESULT, id=query_id).error["errorType"] == "QueryNotFound"
    missing = ben.api.ask(GET_RESULT, id=str(uuid.uuid4()))
    assert missing.error["errorType"] == "QueryNotFound"


def test_another_persons_query_is_not_listed(ana: Person, ben: Person) -> None:
    query_id = ana.api.submitted("taxi_by_day")
    listed = ben.api.ask("{ listQueries(limit: 100) { queries { id owner } } }").data
    assert query_id not in [query["id"] for query in listed["listQueries"]["queries"]]
    assert {query["owner"] for query in listed["listQueries"]["queries"]} <= {ben.id}


def test_another_persons_id_is_refused(ana: Person, ben: Person) -> None:
    query_id = ana.api.submitted("taxi_by_day")
    assert ben.api.submit("taxi_by_day", query_id).error["errorType"] == "IdAlreadyUsed"


def test_another_persons_end_is_not_pushed(outputs: Any, ana: Person, ben: Person) -> None:
    async def overheard() -> list[Any]:
        query_id = str(uuid.uuid4())
        async with (
            subscribed(outputs, ben.token, COMPLETE, id=query_id) as stolen,
            subscribed(outputs, ben.token, CHANGE) as changes,
            subscribed(outputs, ana.token, COMPLETE, id=query_id) as own,
        ):
            ana.api.submit("taxi_by_day", query_id)
            await asyncio.wait_for(own.get(), 30)
            bens = ben.api.submitted("taxi_by_day")  # what is pushed after it proves what was not
            heard: list[Any] = []
            while not heard or heard[-1]["id"] != bens:
                heard.append(await asyncio.wait_for(changes.get(), 30))
            return heard + [stolen.get_nowait() for _ in range(stolen.qsize())]

    assert {push["owner"] for push in asyncio.run(overheard())} == {ben.id}


@pytest.mark.parametrize("who", ["ana", "key"])
def test_nobody_but_the_publisher_publishes(outputs: Any, ana: Person, who: str) -> None:
    key = Api(outputs["graphqlUrl"], {"x-api-key": outputs.get("apiKey", "none")})
    forged = {
        "id": str(uuid.uuid4()),
        "kind": "REPORT",
        "parameters": [],
        "owner": ana.id,
        "status": "FINISHED",
        "version": 9,
        "submittedAt": "2026-01-01T00:00:00.000Z",
    }
    answer = (ana.api if who == "ana" else key).ask(PUBLISH, input=forged)
    assert answer.error["errorType"] in ("Unauthorized", "UnauthorizedException")
    assert not (answer.data or {}).get("publishQuery")


def test_a_report_of_another_group_cannot_be_run(ana: Person, ada: Person) -> None:
    assert ana.api.submit("for_administrators").error["errorType"] == "ReportNotFound"
    assert ada.api.submit("for_administrators").errors == []
    named = "{ listReports { name } }"
    assert "for_administrators" not in str(ana.api.ask(named).data)
    assert "for_administrators" in str(ada.api.ask(named).data)


def test_without_credentials_nothing_is_answered(outputs: Any) -> None:
    answer = Api(outputs["graphqlUrl"], {}).ask("{ listReports { name } }")
    assert (answer.status, answer.error["errorType"]) == (401, "UnauthorizedException")


def test_a_token_changed_by_hand_is_refused(outputs: Any, ana: Person, ben: Person) -> None:
    head, claims, signature = ana.token.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(decoded | {"sub": ben.id}).encode()).decode()
    token = ".".join([head, forged.rstrip("="), signature])
    answer = Api(outputs["graphqlUrl"], {"authorization": token}).ask("{ listReports { name } }")
    assert answer.status == 401
