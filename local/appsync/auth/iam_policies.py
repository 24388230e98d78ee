"""Which fields an IAM user may ask for: what the endpoint's IAM says of `appsync:GraphQL`.

The policy simulator answers, so no policy is read here. Who is no user of that IAM (the account
itself, or a role's session, whose secrets cannot be known here) may ask for every field.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-iam-authorization
"""

import asyncio
import logging
import time
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ACTION = "appsync:GraphQL"
KEPT_SECONDS = 5.0  # a change of a policy holds after this
MAX_KEPT = 10_000

log = logging.getLogger(__name__)


class IamPolicies:
    """Asks IAM, and remembers for a moment."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._kept: OrderedDict[tuple[str, str], tuple[float, bool]] = OrderedDict()
        self._is_unknown = False  # whether it was said that IAM does not answer

    async def allows(self, access_key: str, resource: str) -> bool:
        """Whether the key's user may do `appsync:GraphQL` on a field's ARN."""
        until, allowed = self._kept.get((access_key, resource), (0.0, False))
        if until > time.monotonic():
            return allowed
        allowed = await asyncio.to_thread(self._ask, access_key, resource)
        self._kept[access_key, resource] = time.monotonic() + KEPT_SECONDS, allowed
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return allowed

    @cached_property
    def _client(self) -> "IAMClient":
        config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
        session = boto3.Session()
        region = session.region_name or "us-east-1"
        client: IAMClient = session.client(
            "iam", region_name=region, endpoint_url=self._endpoint_url, config=config
        )
        return client

    def _ask(self, access_key: str, resource: str) -> bool:
        try:
            name = self._client.get_access_key_last_used(AccessKeyId=access_key)["UserName"]
            arn = self._client.get_user(UserName=name)["User"]["Arn"]
            answer = self._client.simulate_principal_policy(
                PolicySourceArn=arn, ActionNames=[ACTION], ResourceArns=[resource]
            )
            decisions = [each["EvalDecision"] for each in answer["EvaluationResults"]]
            return bool(decisions) and all(decision == "allowed" for decision in decisions)
        except (BotoCoreError, ClientError, KeyError) as error:
            if not self._is_unknown:
                log.info("IAM does not tell what a key may do; every field is allowed: %s", error)
            self._is_unknown = True
            return True
