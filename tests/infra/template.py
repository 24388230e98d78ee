"""A synthesised template, read as the tests ask about it."""

import re
from collections.abc import Mapping
from typing import Any

HASH = re.compile(r"[0-9A-F]{8}$")

Resource = dict[str, Any]


class Template:
    """The resources, by type and by the path of their construct run together (`EventsSweep`)."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.outputs: dict[str, Any] = content["Outputs"]
        self.resources: dict[str, Resource] = {
            name(logical_id): resource for logical_id, resource in content["Resources"].items()
        }

    def of(self, kind: str) -> dict[str, Resource]:
        """The resources of a type, such as `SQS::Queue`."""
        return {
            key: resource
            for key, resource in self.resources.items()
            if resource["Type"] == f"AWS::{kind}"
        }

    def properties(self, kind: str) -> list[dict[str, Any]]:
        return [resource["Properties"] for resource in self.of(kind).values()]

    def mapping(self, function: str) -> dict[str, Any]:
        """The one event source mapping of a function."""
        [found] = [
            mapping
            for mapping in self.properties("Lambda::EventSourceMapping")
            if text(mapping["FunctionName"]) == function
        ]
        return found

    def permissions(self, role: str) -> set[tuple[str, str]]:
        """What a role may do: each action with each resource, written as `text` does."""
        return {
            (action, text(resource))
            for statement in self.statements(role)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }

    def statements(self, role: str) -> list[dict[str, Any]]:
        return [
            statement
            for policy in self.properties("IAM::Policy")
            if role in map(text, policy["Roles"])
            for statement in policy["PolicyDocument"]["Statement"]
        ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def name(logical_id: str) -> str:
    """A logical id without the hash that the CDK ends it with."""
    return HASH.sub("", logical_id)


def text(value: Any) -> str:
    """A value with its references by name: `QueriesTable.Arn/index/byOwner`."""
    match value:
        case {"Ref": target}:
            return name(target)
        case {"Fn::GetAtt": [target, attribute]}:
            return f"{name(target)}.{attribute}"
        case {"Fn::Sub": pattern}:
            return str(pattern)
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(text, parts))
        case _:
            return str(value)
