"""Who holds an access key, and what they may do: as the endpoint's IAM says.

The policy simulator answers, so no policy is read here. Who is no user of that IAM (the account
itself, or a role's session, whose secrets cannot be known here) may do everything.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

KEPT_SECONDS = 5.0  # a change of a policy holds after this
MAX_KEPT = 10_000

K = TypeVar("K")
V = TypeVar("V")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class User:
    """A user of IAM. `id`: what does not change with the name, such as AIDA..."""

    arn: str
    id: str


class IamPolicies:
    """Asks IAM, and remembers for a moment."""

    def __init__(self, endpoint_url: str, *actions: str) -> None:
        """actions: what is asked for, all of them together: `appsync:GraphQL`."""
        self._endpoint_url = endpoint_url
        self._actions = actions
        self._users = _Remembered[str, User | None](self._ask_user)
        self._decisions = _Remembered[tuple[str, str], bool](self._ask)
        self._is_unknown = False  # whether it was said that IAM does not answer

    async def user(self, access_key: str) -> User | None:
        """Who has the key; None where it is no user's of that IAM."""
        return await self._users.get(access_key)

    async def allows(self, access_key: str, resource: str) -> bool:
        """Whether the key's user may do all of the actions on a resource's ARN."""
        return await self._decisions.get((access_key, resource))

    @cached_property
    def _client(self) -> "IAMClient":
        config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
        session = boto3.Session()
        region = session.region_name or "us-east-1"
        client: IAMClient = session.client(
            "iam", region_name=region, endpoint_url=self._endpoint_url, config=config
        )
        return client

    def _ask_user(self, access_key: str) -> User | None:
        try:
            name = self._client.get_access_key_last_used(AccessKeyId=access_key)["UserName"]
            user = self._client.get_user(UserName=name)["User"]
            return User(user["Arn"], user["UserId"])
        except (BotoCoreError, ClientError, KeyError) as error:
            self._tell(error)
            return None

    def _ask(self, key_and_resource: tuple[str, str]) -> bool:
        access_key, resource = key_and_resource
        user = self._ask_user(access_key)
        if user is None:
            return True
        try:
            answer = self._client.simulate_principal_policy(
                PolicySourceArn=user.arn, ActionNames=self._actions, ResourceArns=[resource]
            )
            decisions = [each["EvalDecision"] for each in answer["EvaluationResults"]]
            return bool(decisions) and all(decision == "allowed" for decision in decisions)
        except (BotoCoreError, ClientError, KeyError) as error:
            self._tell(error)
            return True

    def _tell(self, error: Exception) -> None:
        """Once, for a log is not to be filled with it."""
        if not self._is_unknown:
            log.info("IAM does not tell what a key may do; everything is allowed: %s", error)
        self._is_unknown = True


class _Remembered(Generic[K, V]):
    """Answers of a function that blocks, for as long as they are believed."""

    def __init__(self, ask: Callable[[K], V]) -> None:
        self._ask = ask
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()

    async def get(self, key: K) -> V:
        kept = self._kept.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        answer = await asyncio.to_thread(self._ask, key)
        self._kept[key] = time.monotonic() + KEPT_SECONDS, answer
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return answer
