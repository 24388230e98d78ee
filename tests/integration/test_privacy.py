"""What users ask for and are told stays with them: no log, metric or dead letter has a value."""

import asyncio
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api import LIST, RESULT
from tests.integration.conftest import Person
from tests.integration.subscriber import COMPLETE, subscribed
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until

CANARY = f"canary-{uuid.uuid4().hex}"


@pytest.fixture(scope="module")
def queries(outputs: Any, ana: Person) -> list[Any]:
    """The canary as a parameter, in rows, in a push, in Redshift's words, and wherever refused."""
    pushed = asyncio.run(run_subscribed(outputs, ana))
    assert CANARY in pushed["result"]["rows"]
    failed = ended(ana, ana.api.submitted("broken_by_value", a_text=CANARY))
    assert CANARY in failed["error"]["message"]
    assert CANARY in ana.api.ask(RESULT, id=pushed["id"]).data["getQueryResult"]["rows"]
    refused = [
        ana.api.submit("echo", a_number=CANARY),
        ana.api.submit("echo", **{CANARY: "1"}),
        ana.api.submit(CANARY),
        ana.api.submit("echo", CANARY),
        ana.api.ask(RESULT, id=CANARY),
        ana.api.ask(RESULT, id=pushed["id"], nextToken=CANARY),
        ana.api.ask(LIST, nextToken=CANARY),
        ana.api.ask(LIST, filter={"submittedAfter": CANARY}),
        ana.api.ask(f'{{ getReport(name: "{CANARY}") {{ {CANARY.replace("-", "_")} }} }}'),
    ]
    assert all(answer.errors for answer in refused)
    return [pushed, failed]


async def run_subscribed(outputs: Any, person: Person) -> Any:
    query_id = str(uuid.uuid4())
    async with subscribed(outputs, person.token, COMPLETE, id=query_id) as delivered:
        person.api.submit("echo", query_id, a_text=CANARY)
        return await asyncio.wait_for(delivered.get(), 30)


def test_no_function_logs_a_value(aws: Callable[[str], Any], queries: list[Any]) -> None:
    logged = until(lambda: logs_of_the_ends(aws("logs"), queries))
    assert all(query["id"] in logged for query in queries)
    assert CANARY not in logged


def test_no_server_of_the_local_stack_logs_a_value(outputs: Any, queries: list[Any]) -> None:
    if "credentialsFile" not in outputs:
        pytest.skip("AWS shows no logs of its own servers")
    files = list((Path(outputs["credentialsFile"]).parent / "logs").glob("*"))
    assert files
    assert [file.name for file in files if CANARY in file.read_text(errors="replace")] == []


def test_no_metric_has_a_value(aws: Callable[[str], Any], queries: list[Any]) -> None:
    pages = aws("cloudwatch").get_paginator("list_metrics").paginate()
    assert CANARY not in str([page["Metrics"] for page in pages])


def test_no_dead_letter_has_a_value(
    outputs: Any, aws: Callable[[str], Any], queries: list[Any]
) -> None:
    for url in (outputs["publishDeadLetterQueueUrl"], outputs["eventDeadLetterQueueUrl"]):
        received = aws("sqs").receive_message(QueueUrl=url, VisibilityTimeout=0)
        assert CANARY not in str(received.get("Messages"))


def logs_of_the_ends(logs: Any, queries: list[Any]) -> str:
    """All that was logged, once the pushes of all the ends were."""
    lines = [
        event["message"]
        for groups in logs.get_paginator("describe_log_groups").paginate()
        for group in groups["logGroups"]
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group["logGroupName"]
        )
        for event in page["events"]
    ]
    pushes = [line for line in lines if "Pushed a query" in line]
    is_complete = all(sum(query["id"] in line for line in pushes) >= 3 for query in queries)
    return "\n".join(lines) if is_complete else ""
