"""Invalidation: a mutation ends subscriptions whose filter its payload fulfils."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from local.appsync.errors import FieldError
from local.appsync.realtime.filters import argument_filter, enhanced_filter
from local.appsync.realtime.invalidation import Invalidations
from local.appsync.realtime.registry import Registry, Subscription
from tests.local.appsync.fakes import (
    RunningServer,
    Subscriber,
    api,
    subscriber,
    wait_until,
)
from tests.local.appsync.test_filters import StubProjection, one

SDL = """
type Member { user: ID! group: ID }
type Query { leave: String }
type Mutation { leave(user: ID!, group: ID, times: Int, broken: Boolean): Member }
type Subscription {
  onLeave(user: ID): Member @aws_subscribe(mutations: ["leave"])
  onAny: Member @aws_subscribe(mutations: ["leave"])
}
"""
FILTERED = """
import { util, extensions } from '@aws-appsync/utils';
export function request(ctx) { return { payload: null }; }
export function response(ctx) {
  const filter = util.transform.toSubscriptionFilter({ user: { eq: ctx.args.user } });
  extensions.setSubscriptionInvalidationFilter(filter);
  return null;
}
"""
LEAVE = """
import { util, extensions } from '@aws-appsync/utils';
export function request(ctx) { return { payload: ctx.args }; }
export function response(ctx) {
  const { user, broken } = ctx.args;
  for (const time of Array(ctx.args.times || 1).fill(0).map((_, i) => i)) {
    extensions.invalidateSubscriptions({
      subscriptionField: 'onLeave', payload: time ? { user, time } : { user } });
  }
  if (broken) util.error('broken');
  return ctx.result;
}
"""
LIMIT = "A request may invalidate subscriptions 5 times at most."


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    code: dict[str, str | None] = {
        "Mutation.leave": LEAVE,
        "Query.leave": LEAVE,
        "Subscription.onLeave": FILTERED,
    }
    return serve(api(SDL, code))


@pytest.fixture
def client(server: RunningServer) -> Iterator[Subscriber]:
    with subscriber(server) as client:
        yield client


@pytest.fixture
def leave(server: RunningServer, ask: Callable[..., Any]) -> Callable[[str], Any]:
    return lambda arguments: ask(server, f"mutation {{ leave({arguments}) {{ user group }} }}")


def test_a_matching_subscription_completes_and_its_connection_closes(
    client: Subscriber, leave: Callable[[str], Any], server: RunningServer
) -> None:
    client.subscribe('subscription { onLeave(user: "u") { user } }', id="a")
    client.subscribe('subscription { onLeave(user: "u") { group } }', id="b")
    leave('user: "u"')
    complete = {"type": "complete", "payload": {"message": "Subscription complete."}}
    assert [client.receive(), client.receive()] == [{"id": id, **complete} for id in "ab"]
    with pytest.raises(ConnectionClosed) as closed:
        client.receive()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1000, "Subscription complete.")
    wait_until(lambda: server.apis.counts.connections == 0)
    assert server.apis.counts.subscriptions == 0


def test_others_live_on_and_get_the_event(client: Subscriber, leave: Callable[[str], Any]) -> None:
    client.subscribe('subscription { onLeave(user: "other") { user } }', id="a")
    client.subscribe("subscription { onAny { user } }", id="b")
    leave('user: "u"')
    assert client.receive()["id"] == "b"
    assert client.is_quiet()


def test_a_stopped_subscription_is_not_invalidated(
    client: Subscriber, leave: Callable[[str], Any]
) -> None:
    client.subscribe('subscription { onLeave(user: "u") { user } }')
    client.send(type="stop", id="1")
    assert client.receive()["type"] == "complete"
    leave('user: "u"')
    assert client.is_quiet()


def test_a_failed_resolver_and_a_query_invalidate_nothing(
    client: Subscriber,
    leave: Callable[[str], Any],
    ask: Callable[..., Any],
    server: RunningServer,
) -> None:
    client.subscribe('subscription { onLeave(user: "u") { user } }')
    assert leave('user: "u", broken: true')["errors"]
    ask(server, "{ leave }")
    assert client.is_quiet()


def test_five_calls_in_a_request_are_carried_out_and_six_fail_the_field(
    leave: Callable[[str], Any],
) -> None:
    assert "errors" not in leave('user: "u", times: 5')
    answer = leave('user: "u", times: 6')
    assert answer["data"] == {"leave": None}
    assert answer["errors"][0]["message"] == LIMIT


def invalidation(user: str) -> dict[str, Any]:
    return {"subscriptionField": "onLeave", "payload": {"user": user}}


@pytest.fixture
def ended() -> list[str]:
    return []


@pytest.fixture
def registry(ended: list[str]) -> Registry:
    """Subscriptions of the users 0 to 9."""
    registry = Registry()
    for user in map(str, range(10)):
        subscription = Subscription(
            "onLeave",
            StubProjection(),
            argument_filter({}),
            lambda payload: None,
            enhanced_filter(one("user", "eq", user), "onLeave"),
            lambda user=user: ended.append(user),  # type: ignore[misc]  # mypy infers no default
        )
        registry.add(subscription)
    return registry


def test_the_limit_is_of_different_calls_of_all_fields(
    registry: Registry, ended: list[str]
) -> None:
    invalidations = Invalidations(registry)
    invalidations.carry_out([invalidation("1")] * 20)
    invalidations.carry_out([invalidation(user) for user in "12345"])
    with pytest.raises(FieldError, match=LIMIT):
        invalidations.carry_out([invalidation("6")])
    assert ended == list("12345")


@pytest.mark.parametrize(
    "asked",
    [None, {}, {"subscriptionField": "onLeave"}, {"subscriptionField": 1, "payload": {}}],
)
def test_an_invalidation_of_another_form_is_refused(registry: Registry, asked: Any) -> None:
    with pytest.raises(FieldError, match=r"needs \{subscriptionField, payload\}"):
        Invalidations(registry).carry_out([asked])
