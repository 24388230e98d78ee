"""The APIs under test as their files describe them: api/apis.yaml and what it names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILES = Path(__file__).parent / "api"


@dataclass(frozen=True)
class FunctionDescription:
    """One function of a pipeline: its code, and the Lambda it calls (None: a NONE data source)."""

    name: str
    code: str
    lambda_name: str | None


@dataclass(frozen=True)
class ResolverDescription:
    """What answers one field."""

    type_name: str
    field_name: str
    code: str | None  # None: direct Lambda
    lambda_name: str | None  # None: a NONE data source
    max_batch_size: int
    pipeline: tuple[FunctionDescription, ...]


@dataclass(frozen=True)
class ApiDescription:
    """One API."""

    name: str
    schema: str | None
    auth: list[dict[str, Any]]
    resolvers: list[ResolverDescription]
    settings: dict[str, Any]  # further arguments of CreateGraphqlApi
    environment: dict[str, str]

    def lambda_names(self) -> set[str]:
        """The Lambda functions that its resolvers call."""
        called = {r.lambda_name for r in self.resolvers}
        called |= {f.lambda_name for r in self.resolvers for f in r.pipeline}
        return {name for name in called if name}


def descriptions() -> list[ApiDescription]:
    given = yaml.safe_load((FILES / "apis.yaml").read_text())
    return [_api(name, api) for name, api in given.items()]


def lambda_source(name: str) -> str:
    return (FILES / "lambdas" / f"{name}.py").read_text()


def _api(name: str, given: dict[str, Any]) -> ApiDescription:
    settings = {
        "introspectionConfig": given.get("introspection", "ENABLED"),
        "queryDepthLimit": given.get("depthLimit", 0),
        "resolverCountLimit": given.get("resolverCountLimit", 0),
    }
    return ApiDescription(
        name=name,
        schema=_text("", f"{given['schema']}.graphql") if "schema" in given else None,
        auth=given["auth"],
        resolvers=[_resolver(*item) for item in given.get("resolvers", {}).items()],
        settings=settings,
        environment=given.get("environment", {}),
    )


def _resolver(coordinate: str, given: Any) -> ResolverDescription:
    described: dict[str, Any] = {"code": given} if isinstance(given, str) else given
    type_name, _, field_name = coordinate.partition(".")
    return ResolverDescription(
        type_name=type_name,
        field_name=field_name,
        code=_text("resolvers", f"{described['code']}.js") if "code" in described else None,
        lambda_name=described.get("lambda"),
        max_batch_size=described.get("maxBatchSize", 0),
        pipeline=tuple(_function(name) for name in described.get("pipeline", ())),
    )


def _function(given: str) -> FunctionDescription:
    name, _, lambda_name = given.partition("@")
    return FunctionDescription(name, _text("functions", f"{name}.js"), lambda_name or None)


def _text(folder: str, name: str) -> str:
    return (FILES / folder / name).read_text()
