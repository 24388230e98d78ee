"""Every field of the schema, asked by every kind of caller: what is not granted here is refused.

The owner is an analyst with a query of a report for analysts, whose id is every id that is given.
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
from tests.integration.callers import Caller
from tests.integration.conftest import Person
from tests.integration.stack import ROOT
from tests.integration.test_lifecycle import ended

REPORT = "taxi_trips_search"  # for analysts
USERS = ("owner", "another", "outsider", "administrator", "key")
STRANGERS = ("nobody", "wrong key", "no token", "unsigned", "expired", "another pool")
SHOWN, NULL, NOT_FOUND, NO_REPORT = "data", "null", "QueryNotFound", "ReportNotFound"
REFUSED, NO_FILES = "Unauthorized", "NotAnExport"

EXPECTED = {
    "Query.listReports": [SHOWN] * 5,
    "Query.getReport": [SHOWN, SHOWN, NULL, NULL, NULL],
    "Query.getQuery": [SHOWN, NULL, NULL, NULL, NULL],
    "Query.listQueries": [SHOWN] * 5,  # their own, see test_access.py
    "Query.getQueryResult": [SHOWN, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND],
    "Query.getDownloads": [NO_FILES, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND],
    "Mutation.submitQuery": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Mutation.exportQuery": [SHOWN, SHOWN, NO_REPORT, NO_REPORT, NO_REPORT],
    "Mutation.cancelQuery": [SHOWN, NOT_FOUND, NOT_FOUND, SHOWN, NOT_FOUND],
    "Mutation.publishQuery": [REFUSED] * 5,
    "Subscription.onQueryComplete": [SHOWN] * 5,  # of their own, see test_subscriptions.py
    "Subscription.onQueryChange": [SHOWN] * 5,
}

# What a principal of IAM is answered: by its policy first, then by the schema.
PUBLISH = "Mutation.publishQuery"
IAM = {
    "publisher": (SHOWN, "UnauthorizedException"),  # publishQuery, and any other field
    "sweeper": ("UnauthorizedException", "UnauthorizedException"),
    "account": (SHOWN, REFUSED),
}
LOCAL = ("expired", "another pool", *IAM)  # kinds of callers made on a stack of our own
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
    return f"{head} {{ {name}{f'({passed})' if given else ''} {{ __typename }} }}"


def arguments(field: str) -> dict[str, InputValueDefinitionNode]:
    """A field's arguments by name."""
    return {each.name.value: each for each in FIELDS[field].arguments or ()}


def operation(field: str, query_id: str, **instead: Any) -> tuple[str, dict[str, Any]]:
    """The field asked about a query, with its variables."""
    values: dict[str, dict[str, Any]] = {
        "ID": {"id": query_id, "name": REPORT},
        "SubmitQueryInput": {"input": {"report": REPORT, "id": str(uuid.uuid4())}},
        "ExportQueryInput": {"input": {"report": REPORT, "format": "CSV"}},
        "PublishQueryInput": {"input": forged(query_id)},
    }
    given = {
        name: values[print_ast(declared.type).rstrip("!")][name]
        for name, declared in arguments(field).items()
        if isinstance(declared.type, NonNullTypeNode)
    } | instead
    return document(field, given), given


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


@pytest.fixture(scope="module")
def query_id(ana: Person) -> str:
    return str(ended(ana, ana.api.submitted(REPORT))["id"])


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
    assert caller(kind).outcome(text, **variables) == (publishing if field == PUBLISH else other)


@pytest.mark.parametrize("kind", USERS[1:])
@pytest.mark.parametrize("field", [field for field in FIELDS if "id" in arguments(field)])
def test_anothers_id_and_no_id_at_all_look_alike(
    caller: Callable[[str], Caller], query_id: str, field: str, kind: str
) -> None:
    if (field, kind) == ("Mutation.cancelQuery", "administrator"):
        return  # may cancel what is another's
    theirs, missing = (told(caller(kind), field, each) for each in (query_id, str(uuid.uuid4())))
    assert theirs == missing


def told(caller: Caller, field: str, query_id: str) -> Any:
    """All that a caller gets, but for the id."""
    text, variables = operation(field, query_id)
    if field.startswith("Subscription"):
        return caller.outcome(text, **variables)
    answer = caller.api.ask(text, **variables)
    errors = [
        (error["errorType"], error["message"].replace(query_id, "ID")) for error in answer.errors
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
