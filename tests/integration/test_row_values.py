"""Everyone sees their own rows of one report, by an identity that nobody can give."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api import Api
from tests.integration.conftest import Person
from tests.integration.test_lifecycle import ended


def groups_of(rows: str) -> tuple[set[str], list[str]]:
    """Whose rows they are, and of which groups."""
    read = json.loads(rows)
    return {user_id for user_id, _ in read}, [group for _, group in read]


@pytest.mark.parametrize(
    "groups", [("analysts",), ("administrators",), ("administrators", "analysts")]
)
def test_a_member_of_groups_sees_the_rows_of_those(
    person: Callable[..., Person], groups: tuple[str, ...]
) -> None:
    someone = person(*groups)
    query = ended(someone, someone.api.submitted("of_mine"))
    assert query["error"] is None
    assert groups_of(query["result"]["rows"]) == ({someone.id}, list(groups))


def test_a_member_of_none_sees_no_row(person: Callable[..., Person], outputs: Any) -> None:
    apis = [person().api]
    if "apiKey" in outputs:
        apis.append(Api(outputs["graphqlUrl"], {"x-api-key": outputs["apiKey"]}))
    for api in apis:
        query = ended(Person("", "", "", api), api.submitted("of_mine"))
        assert (query["status"], query["result"]["rows"]) == ("FINISHED", "[]")


@pytest.mark.parametrize("name", ["user_id", "groups", "USER_ID", ":groups"])
def test_nobody_gives_them(ana: Person, name: str) -> None:
    refused = ana.api.submit("of_mine", **{name: " administrators "})
    assert refused.error["errorType"] == "InvalidParameter"
    declared = ana.api.ask('{ getReport(name: "of_mine") { parameters { name } } }')
    assert declared.data["getReport"]["parameters"] == []
