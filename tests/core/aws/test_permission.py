"""Asking again while IAM has not told everyone yet."""

import pytest
from botocore.exceptions import ClientError

from core.aws.permission import TRIES, once_permitted


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetObject")


class Call:
    """Fails as it is told to, and then answers."""

    def __init__(self, *errors: ClientError) -> None:
        self.errors = list(errors)

    def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_what_is_denied_is_tried_again(code: str) -> None:
    pauses: list[float] = []
    assert once_permitted(Call(refusal(code), refusal(code)), pauses.append) == "done"
    assert len(pauses) == 2


def test_what_stays_denied_is_told() -> None:
    pauses: list[float] = []
    denied = Call(*[refusal("AccessDenied")] * 100)
    with pytest.raises(ClientError, match="AccessDenied"):
        once_permitted(denied, pauses.append)
    assert len(pauses) == TRIES


def test_another_error_is_told_at_once() -> None:
    pauses: list[float] = []
    with pytest.raises(ClientError, match="NoSuchKey"):
        once_permitted(Call(refusal("NoSuchKey")), pauses.append)
    assert pauses == []
