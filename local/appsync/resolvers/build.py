"""The resolvers of an API from their definitions; what is not served is refused by its name."""

from collections.abc import Mapping

from local.appsync.definition import ApiDefinition, DataSource, ResolverDefinition
from local.appsync.errors import DefinitionError
from local.appsync.http_client import HttpClient
from local.appsync.resolvers.data_source import LambdaSource, NoneSource, Source
from local.appsync.resolvers.javascript import Module
from local.appsync.resolvers.lambda_function import LambdaFunction, LambdaService
from local.appsync.resolvers.resolver import DirectLambdaResolver, JavaScriptResolver, Resolver


def build_resolvers(definition: ApiDefinition, http: HttpClient) -> dict[tuple[str, str], Resolver]:
    """Each field's resolver by type and field name.

    Raises:
        DefinitionError: a data source or a kind of resolver is not served.
    """
    service = LambdaService(http, definition.region)
    sources = {source.name: _source(source, service) for source in definition.data_sources}
    return {(r.type_name, r.field_name): _resolver(r, sources) for r in definition.resolvers}


def _source(source: DataSource, service: LambdaService) -> Source:
    if source.type == "NONE":
        return NoneSource()
    if source.type == "AWS_LAMBDA" and source.function_arn:
        return LambdaSource(LambdaFunction(service, source.function_arn))
    raise DefinitionError(
        f"Data source '{source.name}' is of type {source.type}; served are NONE and AWS_LAMBDA."
    )


def _resolver(resolver: ResolverDefinition, sources: Mapping[str, Source]) -> Resolver:
    name = f"{resolver.type_name}.{resolver.field_name}"
    if resolver.kind != "UNIT":
        raise DefinitionError(f"Resolver {name} is of kind {resolver.kind}; served is UNIT.")
    if resolver.has_templates:
        raise DefinitionError(f"Resolver {name} has VTL templates; served is APPSYNC_JS code.")
    source = sources.get(resolver.data_source or "")
    if source is None:
        raise DefinitionError(f"Resolver {name} names no data source of the API.")
    if resolver.code is not None:
        return JavaScriptResolver(Module(resolver.code, name), source)
    if isinstance(source, LambdaSource):
        return DirectLambdaResolver(source)
    raise DefinitionError(f"Resolver {name} has no code, and its data source is no Lambda.")
