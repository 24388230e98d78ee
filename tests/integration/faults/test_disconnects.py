"""Clients that lose their connection, at every step: each learns the end of its query, once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config

from local.appsync.auth.tokens import CLOCK_SKEW_SECONDS
from tests.integration.conftest import PASSWORD, Person, aws_session, sign_in
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.proxy import Fate, Message, Rule, passing, proxied
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, Token, connected
from tests.integration.test_cancel import CANCEL
from tests.integration.wait import until
from tests.simulation.history import FINAL

QUERIES = sized(2, 200)
TOGETHER = 20  # clients connected at once
TOKENS = sized(1, 10)  # each with a statement that keeps the warehouse busy meanwhile
TOKEN_SECONDS = 2
SILENCE_MS = 500  # of the service's, until a client takes the connection for lost


def at(message_type: str, fate: Fate) -> Rule:
    """The first connection meets its fate at the first message of a type."""
    return lambda connection, message: (
        fate if connection == 0 and message["type"] == message_type else Fate.PASSED
    )


def silence(connection: int, message: Message) -> Fate:
    """From the acknowledgement on nothing comes any more, not even a keep-alive."""
    if connection == 0 and message["type"] == "connection_ack":
        message["payload"]["connectionTimeoutMs"] = SILENCE_MS
    is_silent = connection == 0 and message["type"] in ("data", "ka")
    return Fate.LOST if is_silent else Fate.PASSED


CASES: dict[str, Rule] = {
    "before it is accepted": at("connection_init", Fate.CUT_BEFORE),
    "before the ack of the connection": at("connection_ack", Fate.CUT_BEFORE),
    "before the ack of the subscription": at("start_ack", Fate.CUT_BEFORE),
    "between ack and submit": at("start_ack", Fate.CUT_AFTER),
    "while the end is pushed": at("data", Fate.CUT_BEFORE),
    "by a long silence": silence,
}


@pytest.mark.parametrize("case", CASES)
def test_a_lost_connection_loses_no_end(recorder: Recorder, ana: Person, case: str) -> None:
    async def one(number: int) -> None:
        async with (
            proxied(recorder.machinery.outputs["realtimeUrl"], CASES[case]) as proxy,
            connected(recorder, ana, proxy.url) as session,
        ):
            await Follows(session, "slow", rounds=20 + number % 80).run()

    recorder.fault(f"connections are lost {case}")
    asyncio.run(many(one))
    recorder.faults_ended()
    recorder.judge()


def test_a_connection_lost_between_store_and_push_loses_no_end(
    machinery: Machinery, recorder: Recorder, ana: Person
) -> None:
    """Cut as soon as the end is stored, each client connects again and reads."""

    async def one(number: int) -> None:
        async with (
            proxied(machinery.outputs["realtimeUrl"], passing) as proxy,
            connected(recorder, ana, proxy.url) as session,
        ):
            script = Follows(session, "instant", number=number)
            running = asyncio.create_task(script.run())
            await asyncio.to_thread(until, lambda: is_stored_as_ended(machinery, script.query_id))
            proxy.cut()
            await running

    recorder.fault("connections are lost when an end is stored")
    asyncio.run(many(one))
    recorder.faults_ended()
    recorder.judge()


def is_stored_as_ended(machinery: Machinery, query_id: str) -> bool:
    found = machinery.dynamodb.get_item(TableName=machinery.table, Key={"id": {"S": query_id}})
    return "Item" in found and found["Item"]["status"]["S"] in FINAL


@pytest.fixture
def briefly_signed_in(machinery: Machinery, ana: Person) -> Callable[[], Person]:
    """Signs ana in for a moment, through a client of the pool's that gives such tokens.

    AWS gives none for less than five minutes; the emulator gives even one that expired already,
    which AppSync takes for as long as clocks may differ.
    """
    cognito = aws_session(machinery.outputs).client(
        "cognito-idp",
        endpoint_url=machinery.outputs["awsEndpointUrl"],
        config=Config(parameter_validation=False),
    )
    made = cognito.create_user_pool_client(
        UserPoolId=machinery.outputs["userPoolId"],
        ClientName="brief",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        IdTokenValidity=TOKEN_SECONDS - int(CLOCK_SKEW_SECONDS),
        TokenValidityUnits={"IdToken": "seconds"},
    )
    client = {"userPoolClientId": made["UserPoolClient"]["ClientId"]}
    return lambda: sign_in(cognito, machinery.outputs | client, ana.email, PASSWORD)


def test_a_token_that_expires_meanwhile_is_renewed(
    recorder: Recorder, ana: Person, briefly_signed_in: Callable[[], Person]
) -> None:
    """The connection is cut as well, so that both reading and connecting need a new token."""
    renewals: list[Person] = []

    def renewed() -> Person:
        renewals.append(ana)
        return ana

    async def one(number: int) -> None:
        person = await asyncio.to_thread(briefly_signed_in)
        rule, url = at("data", Fate.CUT_BEFORE), recorder.machinery.outputs["realtimeUrl"]
        async with (
            proxied(url, rule) as proxy,
            connected(recorder, ana, proxy.url, Token(person, renewed)) as session,
        ):
            script = Follows(session, "endless")
            running = asyncio.create_task(script.run())
            await script.taken.wait()
            await asyncio.to_thread(until, lambda: is_refused(person))
            assert not ana.api.ask(CANCEL, id=script.query_id).errors
            await running

    recorder.fault("tokens expire")
    asyncio.run(many(one, TOKENS))
    assert len(renewals) >= TOKENS
    recorder.faults_ended()
    recorder.judge()


def is_refused(person: Person) -> bool:
    return person.api.ask("{ listReports { name } }").status == 401


async def many(one: Callable[[int], Any], count: int = QUERIES) -> None:
    """So many clients, some together.

    Each may have a thread that waits, while finding a host takes another.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * TOGETHER))
    room = asyncio.Semaphore(TOGETHER)

    async def in_turn(number: int) -> None:
        async with room:
            await one(number)

    await asyncio.gather(*map(in_turn, range(count)))
