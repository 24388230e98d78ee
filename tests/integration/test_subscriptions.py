"""Who hears what: a subscription delivers its caller's own queries, whatever its arguments say."""

import asyncio
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration import callers
from tests.integration.callers import Caller
from tests.integration.conftest import Person
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"
OPTIONAL = "subscription ($id: ID) { onQueryComplete(id: $id) { id } }"
NULLED = "subscription { onQueryComplete(id: null) { id } }"
OMITTED = "subscription { onQueryComplete { id } }"
OTHER_OWNER = f'subscription {{ onQueryComplete(id: "{ID}", owner: "somebody") {{ id }} }}'
CHANGE_OF = 'subscription { onQueryChange(owner: "somebody") { id } }'
LISTED = f'subscription {{ onQueryComplete(id: ["{ID}"]) {{ id }} }}'

REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "an id that is null": (NULLED, {}),
    "no id": (OMITTED, {}),
    "a variable that may be null": (OPTIONAL, {"id": None}),
    "a variable that is left out": (COMPLETE, {}),
    "a variable that is null": (COMPLETE, {"id": None}),
    "a list of ids": (LISTED, {}),
    "another owner": (OTHER_OWNER, {}),
    "changes of another owner": (CHANGE_OF, {}),
    "an id for all": (COMPLETE, {"id": "*"}),
    "an id in upper case": (COMPLETE, {"id": ID.upper()}),
    "an id and more": (COMPLETE, {"id": f"{ID} "}),
    "an id on two lines": (COMPLETE, {"id": f"{ID}\nx"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_subscription_to_no_single_query_is_refused(outputs: Any, ben: Person, case: str) -> None:
    text, variables = REFUSED[case]
    outcome = callers.by_token(outputs, ben.token).outcome(text, **variables)
    assert re.search("Validation|InvalidId|NonNull", outcome), outcome


@pytest.mark.parametrize("kind", ["another", "outsider", "administrator", "key"])
def test_who_subscribes_to_anothers_id_hears_nothing_of_it(
    outputs: Any, ana: Person, ben: Person, ada: Person, person: Callable[..., Person], kind: str
) -> None:
    """What is pushed to them after it proves that it was not."""
    listener = listening(outputs, kind, {"another": ben, "administrator": ada}, person)

    async def heard() -> set[str]:
        async with (
            subscribed(outputs, listener.auth, COMPLETE, id=theirs) as stolen,
            subscribed(outputs, listener.auth, CHANGE) as changes,
            subscribed(outputs, listener.auth, COMPLETE, id=own) as end,
            subscribed(outputs, ana.token, COMPLETE, id=theirs) as real,
        ):
            ana.api.submit("taxi_by_day", theirs)
            await asyncio.wait_for(real.get(), 30)
            listener.api.submit("taxi_by_day", own)
            await asyncio.wait_for(end.get(), 30)
            queues = (stolen, changes)
            return {queue.get_nowait()["id"] for queue in queues for _ in range(queue.qsize())}

    theirs, own = str(uuid.uuid4()), str(uuid.uuid4())
    assert asyncio.run(heard()) == {own}


def listening(
    outputs: Any, kind: str, known: dict[str, Person], person: Callable[..., Person]
) -> Caller:
    if kind == "key" and "apiKey" not in outputs:
        pytest.skip("this stage has no API key")
    if kind == "key":
        return callers.by_key(outputs, outputs["apiKey"])
    return callers.by_token(outputs, (known.get(kind) or person()).token)
