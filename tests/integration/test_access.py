"""Nobody sees another's queries, results or pushes; test_matrix.py tries every field."""

import asyncio
import base64
import json
import uuid
from typing import Any

from tests.integration.api import LIST, RESULT, Api
from tests.integration.conftest import Person
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed
from tests.integration.test_lifecycle import ended

GET_RESULT = "query ($id: ID!) { getQueryResult(id: $id) { rows } }"


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


def test_a_token_of_anothers_list_leads_on_in_ones_own(ana: Person, ben: Person) -> None:
    for person in (ana, ben, ana, ben):
        person.api.submitted("taxi_by_day")
    token = ana.api.ask(LIST, limit=1).data["listQueries"]["nextToken"]
    document = "query ($token: String) { listQueries(nextToken: $token) { queries { owner } } }"
    listed = ben.api.ask(document, token=token).data["listQueries"]["queries"]
    assert {query["owner"] for query in listed} == {ben.id}


def test_a_token_of_anothers_result_leads_on_in_ones_own(ana: Person, ben: Person) -> None:
    anas = ended(ana, ana.api.submitted("taxi_by_day", month="2015-01"))["id"]
    bens = ended(ben, ben.api.submitted("taxi_by_day", month="2015-02"))
    token = ana.api.ask(RESULT, id=anas, limit=1).data["getQueryResult"]["nextToken"]
    read = ben.api.ask(RESULT, id=bens["id"], nextToken=token).data["getQueryResult"]
    assert json.loads(read["rows"]) == json.loads(bens["result"]["rows"])[1:]


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


def test_a_report_of_another_group_cannot_be_run(ana: Person, ada: Person) -> None:
    assert ana.api.submit("for_administrators").error["errorType"] == "ReportNotFound"
    assert ada.api.submit("for_administrators").errors == []
    named = "{ listReports { name } }"
    assert "for_administrators" not in str(ana.api.ask(named).data)
    assert "for_administrators" in str(ada.api.ask(named).data)


def test_a_token_changed_by_hand_is_refused(outputs: Any, ana: Person, ben: Person) -> None:
    head, claims, signature = ana.token.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(decoded | {"sub": ben.id}).encode()).decode()
    token = ".".join([head, forged.rstrip("="), signature])
    answer = Api(outputs["graphqlUrl"], {"authorization": token}).ask("{ listReports { name } }")
    assert answer.status == 401
