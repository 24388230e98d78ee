"""The password's proof, by the test vector that the web client has."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from querycast.errors import NotSignedIn
from querycast.srp import Ephemeral, N, PasswordChallenge, password_claim, timestamp

CLIENTS = Path(__file__).parents[2] / "clients"
VECTOR = json.loads((CLIENTS / "web/src/shared/cognito/srp-vector.json").read_text("utf-8"))
OURS = Ephemeral(int.from_bytes(range(1, 129)))
CHALLENGE = PasswordChallenge.from_json(VECTOR["challenge"])
WHEN = datetime(2026, 11, 6, 6, 7, 8, tzinfo=UTC)


def claim(
    password: str = VECTOR["password"], challenge: PasswordChallenge = CHALLENGE
) -> dict[str, str]:
    return password_claim(VECTOR["poolId"], password, OURS, challenge, WHEN)


def test_our_half_is_the_groups_raised_to_our_secret() -> None:
    digest = hashlib.sha256(f"{OURS.public_value:x}".encode()).hexdigest()

    assert digest == VECTOR["publicValueSha256"]


def test_the_claim_is_the_one_that_the_service_computes() -> None:
    assert claim() == {
        "USERNAME": VECTOR["challenge"]["USER_ID_FOR_SRP"],
        "PASSWORD_CLAIM_SECRET_BLOCK": VECTOR["challenge"]["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": VECTOR["signature"],
        "TIMESTAMP": VECTOR["timestamp"],
    }


def test_another_password_makes_another_claim() -> None:
    another = claim("Correct-horse-8")

    assert another["PASSWORD_CLAIM_SIGNATURE"] != VECTOR["signature"]


@pytest.mark.parametrize("half", [0, N, 2 * N])
def test_a_half_with_which_any_password_would_do_is_refused(half: int) -> None:
    with pytest.raises(NotSignedIn, match="half of the exchange is not valid"):
        claim(challenge=replace(CHALLENGE, public_value=half))


def test_secrets_differ_each_time_and_are_not_printed() -> None:
    ours = Ephemeral()

    assert ours.public_value != Ephemeral().public_value
    assert str(ours.secret) not in repr(ours)


def test_the_day_of_a_timestamp_has_no_leading_zero() -> None:
    assert timestamp(WHEN) == "Fri Nov 6 06:07:08 UTC 2026"
