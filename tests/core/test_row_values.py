"""What the server binds of who asks: the same at every start, and only while it is still true."""

from dataclasses import replace

import pytest

from core.access import Caller
from core.catalogue import Catalogue
from core.context import QueryFilter
from core.errors import IdAlreadyUsed, InvalidParameter, QueryNotFound, WarehouseBusy
from core.line import start_in_turn
from core.parameters import Parameter, ParameterInput
from core.query import QueryExecution
from core.read import get_query, get_query_result, list_queries
from core.report import ID
from core.row_values import groups_text
from core.submit import SubmitQueryInput, submit_query
from tests.core.conftest import QUERY_ID
from tests.fakes import OF_GROUPS, FakeServices

OF_MINE = SubmitQueryInput(ID("of_groups"), QUERY_ID)
BOUND = [Parameter("user_id", "ana"), Parameter("groups", " analysts ")]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(catalogue=Catalogue({"of_groups": OF_GROUPS}))


@pytest.fixture
def query(services: FakeServices, ana: Caller) -> QueryExecution:
    return submit_query(services.context, ana, OF_MINE)


@pytest.fixture
def without(ana: Caller) -> Caller:
    """Ana, whose group was taken from her."""
    return replace(ana, groups=frozenset())


def test_the_callers_id_and_groups_are_bound(services: FakeServices, query: QueryExecution) -> None:
    ((_, _, bound),) = services.warehouse.started
    assert bound == BOUND


def test_the_owner_does_not_see_them_as_parameters(query: QueryExecution) -> None:
    assert query.parameters == []


@pytest.mark.parametrize("name", ["user_id", "groups"])
def test_a_caller_cannot_give_them(services: FakeServices, ana: Caller, name: str) -> None:
    forged = replace(OF_MINE, parameters=[ParameterInput(name, " administrators ")])
    with pytest.raises(InvalidParameter, match=f"'{name}' is unknown"):
        submit_query(services.context, ana, forged)


def test_a_later_start_binds_what_the_submission_would_have(
    services: FakeServices, ana: Caller
) -> None:
    services.warehouse.trouble = WarehouseBusy("no room")
    submit_query(services.context, ana, OF_MINE)
    services.warehouse.trouble = None
    start_in_turn(services.context)
    assert [bound for _, _, bound in services.warehouse.started] == [BOUND]


def test_what_was_bound_to_a_lost_group_is_not_found(
    services: FakeServices, query: QueryExecution, without: Caller
) -> None:
    assert get_query(services.context, without, frozenset({"id"}), query.id) is None
    assert list_queries(services.context, without, QueryFilter()).queries == []
    with pytest.raises(QueryNotFound):
        get_query_result(services.context, without, query.id)
    with pytest.raises(IdAlreadyUsed):
        submit_query(services.context, without, OF_MINE)


def test_a_further_group_changes_nothing(
    services: FakeServices, query: QueryExecution, ana: Caller
) -> None:
    promoted = replace(ana, groups=ana.groups | {"administrators"})
    assert submit_query(services.context, promoted, OF_MINE) == query
    assert len(services.warehouse.started) == 1


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        (set(), "none"),
        ({"analysts"}, " analysts "),
        ({"b", "a"}, " a b "),
        ({"a b"}, "none"),
        ({"a\u00a0b", "c"}, " c "),
    ],
)
def test_each_group_stands_between_blanks(groups: set[str], text: str) -> None:
    assert groups_text(groups) == text
