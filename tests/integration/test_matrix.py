"""Every field of the schema, asked by every kind of caller: what is not granted here is refused.

The owner is an analyst with a query of a report for analysts, an event in their calendar, and a
schedule of that report, whose id is every id that is given.
Another analyst, a user without groups, an administrator and holders of the API key try it too.
"""

import uuid
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from graphql.language import (
    FieldDefinitionNode,
    InputValueDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)

from tests.integration import callers
from tests.integration.agenda import ANALYSTS, Agenda
from tests.integration.callers import Caller
from tests.integration.conftest import Person
from tests.integration.stack import ROOT
from tests.integration.test_lifecycle import ended

REPORT = "taxi_trips_search"  # for analysts
PIPELINE = "queueing"  # for analysts, too
NEVER = {"report": REPORT, "expression": "cron(0 0 1 1 ? 2199)"}
MONTH = {"start": "2027-05-01T00:00:00Z", "end": "2027-06-01T00:00:00Z"}
USERS = ("owner", "another", "outsider", "administrator", "key")
STRANGERS = ("nobody", "wrong key", "no token", "unsigned", "expired", "another pool")
SHOWN, NULL, NOT_FOUND, NO_REPORT = "data", "null", "QueryNotFound", "ReportNotFound"
NO_SCHEDULE = "ScheduleNotFound"
STALE, NO_EVENT, NO_CALENDAR = "StaleVersion", "EventNotFound", "CalendarNotFound"
REFUSED, NO_FILES, NO_PIPELINE = "Unauthorized", "NotAnExport", "PipelineNotFound"

EXPECTED = {
    "Query.listReports": [SHOWN] * 5,
    "Query.getReport": [SHOWN, SHOWN, NULL, NULL, NULL],
    "Query.getQuery": [SHOWN, NULL, NULL, NULL, NULL],
    "Query.listQueries": [SHOWN] * 5,  # their own, see test_access.py
    "Query.getQueryResult": [SHOWN, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND],
    "Query.listPipelines": [SHOWN] * 5,  # theirs, see test_pipelines.py
    "Query.getPipeline": [SHOWN, SHOWN, NULL, SHOWN, NULL],
    "Query.listHolidays": [SHOWN] * 5,  # of the world: the same for everyone
    "Query.getDownloads": [NO_FILES, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND],
    "Query.listCalendars": [SHOWN] * 5,  # theirs
    "Query.getEvent": [SHOWN, SHOWN, NULL, NULL, NULL],
    "Query.listEvents": [SHOWN, SHOWN, NO_CALENDAR, NO_CALENDAR, NO_CALENDAR],
    "Query.listSchedules": [SHOWN] * 5,  # theirs, see test_scheduled_reports.py
    "Query.getSchedule": [SHOWN, NULL, NULL, NULL, NULL],
    "Query.listOccurrences": [SHOWN] * 5,  # theirs
    "Mutation.scheduleReport": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Mutation.updateSchedule": [STALE, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE],
    "Mutation.pauseSchedule": [SHOWN, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE],
    "Mutation.resumeSchedule": [SHOWN, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE],
    "Mutation.deleteSchedule": [SHOWN, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE, NO_SCHEDULE],
    "Mutation.createEvent": [SHOWN, SHOWN, NO_CALENDAR, NO_CALENDAR, NO_CALENDAR],
    "Mutation.updateEvent": [STALE, STALE, NO_EVENT, NO_EVENT, NO_EVENT],
    "Mutation.deleteEvent": [STALE, STALE, NO_EVENT, NO_EVENT, NO_EVENT],
    "Mutation.submitQuery": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Mutation.exportQuery": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Mutation.runPipeline": [SHOWN, SHOWN, NO_PIPELINE, SHOWN, NO_PIPELINE],
    "Mutation.pausePipeline": [SHOWN, SHOWN, NO_PIPELINE, SHOWN, NO_PIPELINE],
    "Mutation.resumePipeline": [SHOWN, SHOWN, NO_PIPELINE, SHOWN, NO_PIPELINE],
    "Mutation.watchReport": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Mutation.cancelQuery": [SHOWN, NOT_FOUND, NOT_FOUND, SHOWN, NOT_FOUND],
    "Mutation.publishQuery": [REFUSED] * 5,
    "Mutation.publishEventChange": [REFUSED] * 5,
    "Mutation.publishScheduleChange": [REFUSED] * 5,
    "Mutation.keepCalendarMembers": [REFUSED] * 5,
    "Mutation.keepPipelineMembers": [REFUSED] * 5,
    "Subscription.onQueryComplete": [SHOWN] * 5,  # of their own, see test_subscriptions.py
    "Subscription.onQueryChange": [SHOWN] * 5,
    "Subscription.onScheduleChange": [SHOWN] * 5,  # of their own
    "Subscription.onPipelineRun": [SHOWN, SHOWN, NO_PIPELINE, SHOWN, NO_PIPELINE],
    "Subscription.onReportRefresh": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Subscription.onEventChange": [SHOWN, SHOWN, NO_CALENDAR, NO_CALENDAR, NO_CALENDAR],
}
NAMED = {  # what may be left out, and is asked about all the same
    "Query.listEvents": {"calendar": ANALYSTS},
    "Subscription.onEventChange": {"calendar": ANALYSTS},
}
THEIRS_TOO = {  # who may see, or steer, what is another's
    ("Mutation.cancelQuery", "administrator"),
    ("Query.getEvent", "another"),
    ("Mutation.deleteEvent", "another"),
}

# What a principal of IAM is answered: by its policy first, then by the schema.
OF_QUERIES = ("Mutation.publishQuery", "Mutation.keepPipelineMembers")
OF_AGENDA = (
    *("Mutation.publishEventChange", "Mutation.keepCalendarMembers"),
    "Mutation.publishScheduleChange",
)
IAM = {  # which fields it is shown, and what it is told of any other
    "publisher": (OF_QUERIES, "UnauthorizedException"),
    "agenda's publisher": (OF_AGENDA, "UnauthorizedException"),
    "sweeper": ((), "UnauthorizedException"),
    "account": ((*OF_QUERIES, *OF_AGENDA), REFUSED),
}
LOCAL = ("expired", "another pool", *IAM)  # kinds of callers made on a stack of our own
SCHEDULE = "mutation ($input: ScheduleReportInput!) { scheduleReport(input: $input) { id } }"
EVERY_FIELD = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": "*"}],
}


def fields() -> Iterator[tuple[str, FieldDefinitionNode]]:
    """The root fields of the schema: `Query.getQuery`, and how it is declared."""
    for definition in parse((ROOT / "schema" / "schema.graphql").read_text()).definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            root = definition.name.value
            if root in ("Query", "Mutation", "Subscription"):
                for field in definition.fields or ():
                    yield f"{root}.{field.name.value}", field


FIELDS = dict(fields())


def document(field: str, given: Collection[str]) -> str:
    """An operation that asks for the field alone, with those of its arguments."""
    kind, _, name = field.partition(".")
    types = {each: print_ast(arguments(field)[each].type) for each in given}
    variables = ", ".join(f"${each}: {declared}" for each, declared in types.items())
    passed = ", ".join(f"{each}: ${each}" for each in given)
    head = f"{kind.lower()} ({variables})" if given else kind.lower()
    selection = "" if print_ast(FIELDS[field].type) == "ID" else " { __typename }"
    return f"{head} {{ {name}{f'({passed})' if given else ''}{selection} }}"


def arguments(field: str) -> dict[str, InputValueDefinitionNode]:
    """A field's arguments by name."""
    return {each.name.value: each for each in FIELDS[field].arguments or ()}


def operation(field: str, query_id: str, **instead: Any) -> tuple[str, dict[str, Any]]:
    """The field asked about a query, with its variables."""
    values: dict[str, dict[str, Any]] = {
        "ID": {
            "id": of_field(field, query_id),
            "report": REPORT,
            "name": named(field),
            "calendar": "user:nobody",
            "pipeline": PIPELINE,
        },
        "[ID!]": {"members": []},
        "Int": {"version": 0, "year": 2026},
        "String": {"country": "DE"},
        "AWSDateTime": MONTH,
        "CreateEventInput": {"input": {"title": "t", "calendar": ANALYSTS, **MONTH}},
        "UpdateEventInput": {"input": {"id": query_id, "version": 0, "title": "t", **MONTH}},
        "ScheduleReportInput": {"input": NEVER},
        "UpdateScheduleInput": {"input": {"id": query_id, "version": 0, **NEVER}},
        "PublishScheduleChangeInput": {"input": forged_schedule(query_id)},
        "PublishEventChangeInput": {"input": forged_change(query_id)},
        "RunPipelineInput": {"input": {"name": PIPELINE}},
        "SubmitQueryInput": {"input": {"report": REPORT, "id": str(uuid.uuid4())}},
        "ExportQueryInput": {"input": {"report": REPORT, "format": "CSV"}},
        "PublishQueryInput": {"input": forged(query_id)},
    }
    given = {
        name: values[print_ast(declared.type).rstrip("!")][name]
        for name, declared in arguments(field).items()
        if isinstance(declared.type, NonNullTypeNode)
    }
    given |= NAMED.get(field, {}) | instead
    return document(field, given), given


def named(field: str) -> str:
    return PIPELINE if "Pipeline" in field else REPORT


def forged(query_id: str) -> dict[str, Any]:
    """A push that nobody waits for."""
    return {
        "id": query_id,
        "kind": "REPORT",
        "parameters": [],
        "owner": "nobody",
        "status": "FINISHED",
        "version": 9,
        "submittedAt": "2026-01-01T00:00:00.000Z",
    }


def of_field(field: str, query_id: str) -> str:
    """The id that the field is asked about: one deletes for good, so it has one of its own."""
    return doomed(query_id) if field == "Mutation.deleteSchedule" else query_id


def doomed(query_id: str) -> str:
    """The id of the owner's other schedule."""
    return str(uuid.uuid5(uuid.UUID(query_id), "doomed"))


def forged_schedule(schedule_id: str) -> dict[str, Any]:
    """A push that nobody waits for."""
    return {"id": schedule_id, "owner": "nobody", "version": 9, "kind": "DELETED"}


def forged_change(event_id: str) -> dict[str, Any]:
    """A push that nobody waits for."""
    return {"calendar": "user:nobody", "id": event_id, "version": 9, "kind": "DELETED"}


@pytest.fixture(scope="module")
def query_id(ana: Person) -> str:
    query_id = str(ended(ana, ana.api.submitted(REPORT))["id"])
    Agenda(ana).create(id=query_id, title="t", calendar=ANALYSTS)
    for schedule_id in (query_id, doomed(query_id)):
        answer = ana.api.ask(SCHEDULE, input={"id": schedule_id, **NEVER})
        assert not answer.errors, answer.errors
    return query_id


@pytest.fixture(scope="module")
def caller(
    outputs: Any,
    aws: Callable[[str], Any],
    person: Callable[..., Person],
    ana: Person,
    ben: Person,
    ada: Person,
) -> Callable[[str], Caller]:
    """The caller of a kind, made when first asked for."""
    makers: dict[str, Callable[[], Caller]] = {
        "owner": lambda: callers.by_token(outputs, ana.token),
        "another": lambda: callers.by_token(outputs, ben.token),
        "outsider": lambda: callers.by_token(outputs, person().token),
        "administrator": lambda: callers.by_token(outputs, ada.token),
        "key": lambda: callers.by_key(outputs, outputs["apiKey"]),
        "nobody": lambda: callers.nobody(outputs),
        "wrong key": lambda: callers.by_key(outputs, "da2-abcdefghijklmnopqrstuvwxyz"),
        "no token": lambda: callers.by_token(outputs, "ey.ey.ey"),
        "unsigned": lambda: callers.by_token(outputs, callers.unsigned(ada.token)),
        "expired": lambda: callers.by_token(outputs, callers.expired_token(outputs, ana)),
        "another pool": lambda: callers.by_token(
            outputs, callers.token_of_another_pool(aws, ana.email)
        ),
        "publisher": lambda: callers.by_iam(
            outputs, aws, callers.role_policies(aws, outputs["publishFunction"])
        ),
        "agenda's publisher": lambda: callers.by_iam(
            outputs, aws, callers.role_policies(aws, outputs["agendaChangedFunction"])
        ),
        "sweeper": lambda: callers.by_iam(
            outputs, aws, callers.role_policies(aws, outputs["sweepFunction"])
        ),
        "account": lambda: callers.by_iam(outputs, aws, [EVERY_FIELD]),
    }
    made: dict[str, Caller] = {}

    def of_kind(kind: str) -> Caller:
        if kind == "key" and "apiKey" not in outputs:
            pytest.skip("this stage has no API key")
        if kind in LOCAL and "awsEndpointUrl" not in outputs:
            pytest.skip("makes pools and users, which nobody would take away")
        if kind not in made:
            made[kind] = makers[kind]()
        return made[kind]

    return of_kind


def test_every_field_of_the_schema_is_expected_here() -> None:
    assert EXPECTED.keys() == FIELDS.keys()


@pytest.mark.parametrize("kind", USERS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_user_is_answered_as_expected(
    caller: Callable[[str], Caller], query_id: str, field: str, kind: str
) -> None:
    text, variables = operation(field, query_id)
    expected = EXPECTED[field][USERS.index(kind)]
    assert caller(kind).outcome(text, **variables) == expected


@pytest.mark.parametrize("kind", STRANGERS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_stranger_is_refused(
    caller: Callable[[str], Caller], query_id: str, field: str, kind: str
) -> None:
    text, variables = operation(field, query_id)
    assert caller(kind).outcome(text, **variables) == "UnauthorizedException"


@pytest.mark.parametrize("kind", IAM)
@pytest.mark.parametrize("field", FIELDS)
def test_iam_is_for_publishing_and_for_the_publisher(
    caller: Callable[[str], Caller], query_id: str, field: str, kind: str
) -> None:
    text, variables = operation(field, query_id)
    publishing, other = IAM[kind]
    assert caller(kind).outcome(text, **variables) == (SHOWN if field in publishing else other)


@pytest.mark.parametrize("kind", USERS[1:])
@pytest.mark.parametrize("field", [field for field in FIELDS if "id" in arguments(field)])
def test_anothers_id_and_no_id_at_all_look_alike(
    caller: Callable[[str], Caller], query_id: str, field: str, kind: str
) -> None:
    if (field, kind) in THEIRS_TOO:
        return
    theirs, missing = (told(caller(kind), field, each) for each in (query_id, str(uuid.uuid4())))
    assert theirs == missing


def told(caller: Caller, field: str, query_id: str) -> Any:
    """All that a caller gets, but for the id."""
    text, variables = operation(field, query_id)
    if field.startswith("Subscription"):
        return caller.outcome(text, **variables)
    answer = caller.api.ask(text, **variables)
    asked = of_field(field, query_id)
    errors = [
        (error["errorType"], error["message"].replace(asked, "ID")) for error in answer.errors
    ]
    return answer.status, answer.data, errors


@pytest.mark.parametrize("kind", USERS[1:])
def test_anothers_id_cannot_be_submitted(
    caller: Callable[[str], Caller], query_id: str, kind: str
) -> None:
    text, variables = operation(
        "Mutation.submitQuery", query_id, input={"report": "taxi_by_day", "id": query_id}
    )
    assert caller(kind).outcome(text, **variables) == "IdAlreadyUsed"
