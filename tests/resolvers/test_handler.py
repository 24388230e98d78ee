"""The Lambda behind the fields: from AppSync's event to its answer."""

from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from resolvers import handler
from resolvers.routes import ROUTES
from tests.fakes import FakeServices

ANA = {"sub": "ana", "groups": ["analysts"], "claims": {}}
INVOCATION = SimpleNamespace(
    function_name="resolvers",
    function_version="$LATEST",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:resolvers",
    aws_request_id="1",
)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    services = FakeServices()
    monkeypatch.setattr(handler, "context", lambda: services.context)
    return services


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the Lambda logs."""
    lines = StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", lines)
    return lines


def ask(field: str, identity: Any = ANA, selection: Any = (), **arguments: Any) -> Any:
    event = {
        "field": field,
        "arguments": arguments,
        "identity": identity,
        "selection": list(selection),
    }
    return handler.handler(event, INVOCATION)


def submit(**input: Any) -> Any:
    month = {"name": "month", "value": "2015-06"}
    return ask(
        "Mutation.submitQuery", input={"report": "taxi_by_day", "parameters": [month]} | input
    )


def test_an_answer_is_in_the_words_of_the_schema(services: FakeServices) -> None:
    query = submit()["data"]
    assert (query["status"], query["kind"], query["owner"]) == ("SUBMITTED", "REPORT", "ana")
    assert query["submittedAt"] == "2026-11-20T12:00:00.000Z"
    assert query["parameters"] == [{"name": "month", "value": "2015-06"}]


def test_a_refusal_is_an_answer(services: FakeServices) -> None:
    assert submit(report="nope")["error"]["type"] == "ReportNotFound"


def test_a_null_argument_is_an_absent_one(services: FakeServices) -> None:
    page = ask("Query.listQueries", filter=None, limit=None, nextToken=None)
    assert page == {"data": {"queries": [], "nextToken": None}}


def test_a_filter_names_a_status(services: FakeServices) -> None:
    submit()
    page = ask("Query.listQueries", filter={"status": "FAILED"})
    assert page["data"]["queries"] == []


def test_a_filter_names_a_time_in_any_zone(services: FakeServices) -> None:
    query = submit()["data"]
    for text in ("2026-11-20T13:00:00+01:00", "2026-11-20T12:00Z", "2026-11-20T12:00:00"):
        since = ask("Query.listQueries", filter={"submittedAfter": text})
        until = ask("Query.listQueries", filter={"submittedBefore": text})
        assert (since["data"]["queries"], until["data"]["queries"]) == ([query], [])


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_time_beyond_the_calendar_is_refused(services: FakeServices, text: str) -> None:
    refused = ask("Query.listQueries", filter={"submittedAfter": text})
    assert refused["error"]["type"] == "InvalidTime"
    assert text in refused["error"]["message"]


def test_a_cancelled_query_says_when_it_was_asked_for(services: FakeServices) -> None:
    query = submit()["data"]
    cancelled = ask("Mutation.cancelQuery", id=query["id"])["data"]
    assert cancelled["cancelRequestedAt"] == "2026-11-20T12:00:00.000Z"
    assert cancelled["version"] == query["version"] + 1


def test_a_stranger_cannot_cancel(services: FakeServices) -> None:
    query = submit()["data"]
    ben = {"sub": "ben", "groups": ["analysts"], "claims": {}}
    refused = ask("Mutation.cancelQuery", identity=ben, id=query["id"])
    assert refused["error"]["type"] == "QueryNotFound"


def test_an_administrator_can(services: FakeServices) -> None:
    query = submit()["data"]
    ada = {"sub": "ada", "groups": ["administrators"], "claims": {}}
    cancelled = ask("Mutation.cancelQuery", identity=ada, id=query["id"])["data"]
    assert (cancelled["owner"], cancelled["id"]) == ("ana", query["id"])


def test_holders_of_an_api_key_are_one_caller(services: FakeServices) -> None:
    assert [report["name"] for report in ask("Query.listReports", identity=None)["data"]] == [
        "taxi_by_day"
    ]


def test_an_iam_principal_owns_nothing(services: FakeServices) -> None:
    identity = {"userArn": "arn:aws:sts::000000000000:assumed-role/x/y", "accountId": "0"}
    assert ask("Query.listQueries", identity=identity)["error"]["type"] == "NotAuthorized"


def test_a_defect_fails_the_invocation(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.queries, "get", lambda query_id: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask("Query.getQuery", id="6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10")


def test_no_value_is_logged(
    services: FakeServices, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = {"name": "vendor", "value": "canary-7f3a"}
    month = {"name": "month", "value": "2015-06"}
    assert "data" in submit(parameters=[month, canary])
    assert "error" in submit(parameters=[{"name": "month", "value": "canary-7f3a"}])
    assert "Resolved Mutation.submitQuery" in log.getvalue()
    assert "canary-7f3a" not in log.getvalue() + capsys.readouterr().out


def test_a_log_line_carries_the_id_of_its_query(services: FakeServices, log: StringIO) -> None:
    query_id = submit()["data"]["id"]
    assert f'"correlation_id":"{query_id}"' in log.getvalue()


def test_every_route_takes_a_context_and_a_caller() -> None:
    assert all({"context", "caller"} <= set(f.__annotations__) for f in ROUTES.values())


def test_a_group_that_was_taken_counts_no_more_though_the_token_says_so(
    services: FakeServices,
) -> None:
    ada = {"sub": "ada", "groups": ["administrators"], "claims": {}}
    assert ask("Query.getReport", identity=ada, name="audit")["data"]
    services.groups["ada"] = frozenset()
    assert ask("Query.getReport", identity=ada, name="audit")["data"] is None


def test_a_group_that_the_token_does_not_say_counts_with_the_next_token(
    services: FakeServices,
) -> None:
    services.groups["ana"] = frozenset({"administrators"})
    assert ask("Query.getReport", name="audit")["data"] is None


@pytest.mark.parametrize("given", [{"id": "canary-7f3a"}, {"input": {"id": "canary-7f3a"}}])
def test_what_is_no_id_is_not_logged_as_one(
    services: FakeServices, log: StringIO, given: dict[str, Any]
) -> None:
    field = "Query.getQuery" if "id" in given else "Mutation.submitQuery"
    if "input" in given:
        given["input"]["report"] = "taxi_by_day"
    assert ask(field, **given)["error"]["type"] == "InvalidId"
    assert "canary-7f3a" not in log.getvalue()


def test_where_no_group_of_the_token_matters_nobody_asks_for_them(
    services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def groups(user_id: str) -> frozenset[str]:
        asked.append(user_id)
        return frozenset()

    context = replace(services.context, groups=groups)
    monkeypatch.setattr(handler, "context", lambda: context)
    query_id = submit()["data"]["id"]
    assert ask("Query.getQuery", id=query_id)["data"]["id"] == query_id
    assert ask("Query.getReport", name="audit")["data"] is None
    assert asked == []
    ask("Query.getReport", identity={"sub": "ada", "groups": ["administrators"]}, name="audit")
    assert asked == ["ada"]
