"""The default event bus, asked through the public EventBridge and Lambda APIs.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
"""

import json
import logging
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import TargetOutputTypeDef
    from mypy_boto3_lambda import LambdaClient

RULES_ARE_FRESH_S = 1.0

_UNSUPPORTED = ("InputTransformer", "InputPath")

_log = logging.getLogger(__name__)

Event = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """One Lambda function that a rule names; `input` is constant where the rule says so."""

    name: str
    function_arn: str
    input: str | None


@dataclass(frozen=True)
class _Rule:
    pattern: str
    targets: list[Target]


class Bus:
    """The rules of the default bus and the functions behind them, region by region."""

    def __init__(self, endpoint: str) -> None:
        self._events = cache(lambda region: _events_client(endpoint, region))
        self._lambda = cache(lambda region: _lambda_client(endpoint, region))
        self._rules: dict[str, tuple[float, list[_Rule]]] = {}
        self._lock = threading.Lock()

    def targets(self, event: Event) -> list[Target]:
        """The targets of every enabled rule whose pattern the event matches."""
        region = event["region"]
        client = self._events(region)
        text = json.dumps(event)
        return [
            target
            for rule in self._fresh_rules(region)
            if client.test_event_pattern(EventPattern=rule.pattern, Event=text)["Result"]
            for target in rule.targets
        ]

    def invoke(self, target: Target, event: Event) -> None:
        """Hand the event to the function's queue of asynchronous invocations."""
        payload = target.input if target.input is not None else json.dumps(event)
        client = self._lambda(event["region"])
        client.invoke(FunctionName=target.function_arn, InvocationType="Event", Payload=payload)

    def _fresh_rules(self, region: str) -> list[_Rule]:
        with self._lock:
            read_at, rules = self._rules.get(region, (float("-inf"), []))
            if time.monotonic() - read_at > RULES_ARE_FRESH_S:
                rules = _rules(self._events(region))
                self._rules[region] = (time.monotonic(), rules)
            return rules


def _rules(client: "EventBridgeClient") -> list[_Rule]:
    found = []
    for page in client.get_paginator("list_rules").paginate():
        for rule in page["Rules"]:
            if rule.get("EventPattern") and rule.get("State") == "ENABLED":
                targets = _targets(client, rule["Name"])
                found.append(_Rule(rule["EventPattern"], targets))
    return found


def _targets(client: "EventBridgeClient", rule: str) -> list[Target]:
    pages = client.get_paginator("list_targets_by_rule").paginate(Rule=rule)
    targets = [_target(rule, target) for page in pages for target in page["Targets"]]
    return [target for target in targets if target is not None]


def _target(rule: str, target: "TargetOutputTypeDef") -> Target | None:
    """The target, if it is one that events can be brought to from here."""
    unsupported = [member for member in _UNSUPPORTED if target.get(member)]
    if unsupported or ":lambda:" not in target["Arn"]:
        _log.warning(
            "Rule %s, target %s: not delivered: %s",
            rule,
            target["Arn"],
            unsupported or "not a Lambda",
        )
        return None
    return Target(f"{rule}/{target['Id']}", target["Arn"], target.get("Input"))


def _events_client(endpoint: str, region: str) -> "EventBridgeClient":
    return boto3.client("events", endpoint_url=endpoint, region_name=region, config=_config())


def _lambda_client(endpoint: str, region: str) -> "LambdaClient":
    return boto3.client("lambda", endpoint_url=endpoint, region_name=region, config=_config())


def _config() -> Config:
    """Short, because retrying is done by the delivery, which does not forget."""
    return Config(
        connect_timeout=2, read_timeout=10, retries={"max_attempts": 1, "mode": "standard"}
    )
