"""Cancelling through the public API: one end, which all see alike, and no statement runs on."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api import FINAL, QUERY, Answer
from tests.integration.conftest import Person, aws_client
from tests.integration.functions import invoke
from tests.integration.stack import ROOT
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until

CANCEL = f"mutation ($id: ID!) {{ cancelQuery(id: $id) {{ {QUERY} cancelRequestedAt }} }}"
ENDLESS = (ROOT / "tests" / "integration" / "reports" / "endless.sql").read_text()
LONG_AGO = "2026-01-01T00:00:00.000Z"


def cancel(person: Person, query_id: str) -> Answer:
    return person.api.ask(CANCEL, id=query_id)


def cancelled(person: Person, query_id: str) -> Any:
    """The query as cancelling it answers."""
    answer = cancel(person, query_id)
    assert not answer.errors, answer.errors
    return answer.data["cancelQuery"]


class Backstage:
    """What no client sees: the record of a query, its statement, and the sweeper."""

    def __init__(self, outputs: Any, aws: Callable[[str], Any]) -> None:
        self._aws = aws
        self.outputs = outputs
        self.redshift = aws_client(outputs, "redshift-data", outputs.get("redshiftDataUrl"))

    def item(self, query_id: str) -> dict[str, Any]:
        key = {"TableName": self.outputs["queryTable"], "Key": {"id": {"S": query_id}}}
        return dict(self._aws("dynamodb").get_item(**key)["Item"])

    def put(self, item: dict[str, Any], **changes: str | None) -> None:
        """The item with these texts; without what is None."""
        changed = item | {name: {"S": text} for name, text in changes.items() if text}
        kept = {name: changed[name] for name in changed if changes.get(name, "") is not None}
        self._aws("dynamodb").put_item(TableName=self.outputs["queryTable"], Item=kept)

    def sweep(self) -> None:
        invoke(self._aws, self.outputs["sweepFunction"], {})

    def execute(self, query_id: str) -> str:
        """Start the endless statement as a query's, unseen by us; its id."""
        started = self.redshift.execute_statement(
            Sql=ENDLESS,
            StatementName=query_id,
            ClientToken=query_id,
            WithEvent=True,
            Database=self.outputs["warehouseDatabase"],
            WorkgroupName=self.outputs["warehouseWorkgroup"],
        )
        return str(started["Id"])

    def status(self, statement_id: str) -> str:
        return str(self.redshift.describe_statement(Id=statement_id)["Status"])


@pytest.fixture
def backstage(outputs: Any, aws: Callable[[str], Any]) -> Backstage:
    if "redshiftDataUrl" not in outputs:
        pytest.skip("statements of a real account belong to the stack's own role")
    return Backstage(outputs, aws)


@pytest.fixture
def endless(ana: Person) -> str:
    """The id of a query that runs."""
    return ana.api.submitted("endless")


@pytest.fixture
def waiting(ana: Person, backstage: Backstage, endless: str) -> str:
    """The id of a query that Redshift has not been given yet, as one that found no room."""
    query_id = str(uuid.uuid4())
    item = backstage.item(endless)
    backstage.put(item, id=query_id, status="QUEUED", statementId=None, startedAt=None)
    cancelled(ana, endless)
    return query_id


def test_a_running_query_is_stopped_and_its_end_is_pushed(
    outputs: Any, ana: Person, backstage: Backstage
) -> None:
    async def pushed() -> Any:
        query_id = str(uuid.uuid4())
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as delivered:
            assert not ana.api.submit("endless", query_id).errors
            marked = cancelled(ana, query_id)
            assert marked["cancelRequestedAt"]
            return await asyncio.wait_for(delivered.get(), 30)

    query = asyncio.run(pushed())
    assert query["status"] == "ABORTED"
    assert query["error"] == {"type": "QueryCancelled", "message": "Cancelled by its owner."}
    statement_id = backstage.item(query["id"])["statementId"]["S"]
    assert backstage.status(statement_id) == "ABORTED"


def test_an_administrator_cancels_and_is_named(ana: Person, ada: Person, endless: str) -> None:
    assert cancelled(ada, endless)["owner"] == ana.id
    message = ended(ana, endless)["error"]["message"]
    assert message == f"Cancelled by administrator {ada.id}."


def test_a_stranger_is_refused_as_if_there_were_no_such_query(
    ana: Person, ben: Person, endless: str
) -> None:
    for query_id in (endless, str(uuid.uuid4())):
        refused = cancel(ben, query_id).error
        assert refused["errorType"] == "QueryNotFound"
        assert refused["message"] == f"You have no query {query_id}; listQueries names yours."
    assert ana.api.get(endless)["status"] not in FINAL
    cancelled(ana, endless)


def test_cancelling_again_and_too_late_answers_the_query(ana: Person, endless: str) -> None:
    first = cancelled(ana, endless)
    query = ended(ana, endless)
    again = cancelled(ana, endless)
    assert (again["status"], again["version"]) == ("ABORTED", query["version"])
    assert again["cancelRequestedAt"] == first["cancelRequestedAt"]
    finished = ended(ana, ana.api.submitted("taxi_by_day"))
    late = cancelled(ana, finished["id"])
    assert (late["status"], late["version"]) == ("FINISHED", finished["version"])
    assert late["cancelRequestedAt"] is None


def test_a_waiting_query_ends_at_once_and_never_starts(
    ana: Person, backstage: Backstage, waiting: str
) -> None:
    query = cancelled(ana, waiting)
    assert (query["status"], query["error"]["type"]) == ("ABORTED", "QueryCancelled")
    again = ana.api.submit("endless", waiting).data["submitQuery"]
    assert (again["status"], again["version"]) == ("ABORTED", query["version"])
    assert (
        backstage.redshift.list_statements(StatementName=waiting, Status="ALL")["Statements"] == []
    )


def test_a_statement_that_nobody_knows_of_is_found_and_stopped(
    ana: Person, backstage: Backstage, waiting: str
) -> None:
    """Started by a Lambda that was killed before it could write so."""
    statement_id = backstage.execute(waiting)
    query = cancelled(ana, waiting)
    assert query["status"] == "ABORTED"
    backstage.put(backstage.item(waiting), updatedAt=LONG_AGO)
    backstage.sweep()
    until(lambda: backstage.status(statement_id) == "ABORTED")
    backstage.sweep()
    until(lambda: "unfinished" not in backstage.item(waiting))
    assert ana.api.get(waiting)["version"] == query["version"]


def test_a_cancel_that_redshift_never_got_is_repeated_by_the_sweeper(
    ana: Person, backstage: Backstage, endless: str
) -> None:
    item = backstage.item(endless)
    backstage.put(item, cancelledBy=ana.id, cancelRequestedAt=LONG_AGO, updatedAt=LONG_AGO)
    backstage.sweep()
    assert ended(ana, endless)["error"]["message"] == "Cancelled by its owner."


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_of_a_cancel_and_an_end_at_the_same_time_one_wins_for_all(
    outputs: Any, person: Callable[..., Person], ada: Person, who: str
) -> None:
    """Cancels from the start until after the end, each 20 ms later than the one before."""
    dan = person("analysts")

    async def race(moment: float) -> str:
        query_id = await asyncio.to_thread(dan.api.submitted, "taxi_by_hour")
        await asyncio.sleep(moment)
        await asyncio.to_thread(cancelled, dan if who == "owner" else ada, query_id)
        return query_id

    async def races() -> tuple[list[str], list[Any]]:
        async with subscribed(outputs, dan.token, CHANGE) as delivered:
            ids = await asyncio.gather(*(race(number * 0.02) for number in range(25)))
            pushed: list[Any] = []
            while {push["id"] for push in pushed if push["status"] in FINAL} != set(ids):
                pushed.append(await asyncio.wait_for(delivered.get(), 60))
            return ids, pushed

    ids, pushed = asyncio.run(races())
    ends = {(push["id"], push["status"]) for push in pushed if push["status"] in FINAL}
    assert ends == {(query_id, dan.api.get(query_id)["status"]) for query_id in ids}
    assert {status for _, status in ends} <= {"FINISHED", "ABORTED"}
