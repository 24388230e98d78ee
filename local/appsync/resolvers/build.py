"""The resolvers of an API from their definitions; what is not served is refused by its name."""

from collections.abc import Mapping

from graphql import GraphQLObjectType, GraphQLSchema

from local.appsync.definition import (
    ApiDefinition,
    DataSource,
    FunctionDefinition,
    ResolverDefinition,
)
from local.appsync.errors import DefinitionError
from local.appsync.resolvers.appsync_js.module import Module
from local.appsync.resolvers.batch import MAX_BATCH_SIZE
from local.appsync.resolvers.call import Resolver
from local.appsync.resolvers.lambda_function import LambdaFunction, LambdaService
from local.appsync.resolvers.lambda_source import LambdaSource
from local.appsync.resolvers.resolver import PipelineResolver, UnitResolver
from local.appsync.resolvers.step import (
    CodeStep,
    DirectBatchStep,
    DirectLambdaStep,
    LocalStep,
    Step,
)
from local.aws_http.http_client import HttpClient

MAX_FUNCTIONS = 10  # of one pipeline


def build_resolvers(
    definition: ApiDefinition, schema: GraphQLSchema, http: HttpClient
) -> dict[tuple[str, str], Resolver]:
    """Each field's resolver by type and field name.

    A resolver outlives its field where a schema changes; it is left out.

    Raises:
        DefinitionError: a data source or a kind of resolver is not served.
    """
    builder = _Builder(definition, LambdaService(http, definition.region))
    return {
        (each.type_name, each.field_name): builder.resolver(each)
        for each in definition.resolvers
        if _has_field(schema, each)
    }


class _Builder:
    """Makes resolvers of what one API's definition names."""

    def __init__(self, definition: ApiDefinition, service: LambdaService) -> None:
        self._service = service
        self._functions = {function.id: function for function in definition.functions}
        self._sources = {source.name: source for source in definition.data_sources}
        for source in definition.data_sources:
            _check_source(source)

    def resolver(self, definition: ResolverDefinition) -> Resolver:
        """A unit resolver or a pipeline."""
        name = f"Resolver {definition.type_name}.{definition.field_name}"
        if definition.kind == "UNIT":
            return UnitResolver(self._step(definition, name))
        if definition.kind != "PIPELINE":
            raise DefinitionError(f"{name} is of kind {definition.kind}; give UNIT or PIPELINE.")
        _check_code(definition, name)
        if definition.code is None:
            raise DefinitionError(f"{name} is a pipeline without APPSYNC_JS code.")
        if len(definition.functions) > MAX_FUNCTIONS:
            count = len(definition.functions)
            raise DefinitionError(f"{name} has {count} functions; at most {MAX_FUNCTIONS}.")
        module = Module(definition.code, name)
        return PipelineResolver(module, [self._function(id, name) for id in definition.functions])

    def _function(self, id: str, pipeline: str) -> Step:
        function = self._functions.get(id)
        if function is None:
            raise DefinitionError(f"{pipeline} names the function '{id}', which does not exist.")
        return self._step(function, f"Function {function.name}")

    def _step(self, definition: ResolverDefinition | FunctionDefinition, name: str) -> Step:
        _check_code(definition, name)
        source = _named(self._sources, definition.data_source, name)
        if not 0 <= definition.max_batch_size <= MAX_BATCH_SIZE:
            size = definition.max_batch_size
            raise DefinitionError(f"{name} has maxBatchSize {size}; give 0 to {MAX_BATCH_SIZE}.")
        if source.function_arn is None:
            if definition.max_batch_size:
                raise DefinitionError(
                    f"{name} has a maxBatchSize, and its data source is no Lambda."
                )
            if definition.code is None:
                raise DefinitionError(f"{name} has no code, and its data source is no Lambda.")
            return LocalStep(Module(definition.code, name))
        function = LambdaFunction(self._service, source.function_arn)
        if definition.code is not None:
            source_ = LambdaSource(function, definition.max_batch_size)
            return CodeStep(Module(definition.code, name), source_)
        if definition.max_batch_size:
            return DirectBatchStep(function, definition.max_batch_size)
        return DirectLambdaStep(function)


def _has_field(schema: GraphQLSchema, resolver: ResolverDefinition) -> bool:
    type_ = schema.type_map.get(resolver.type_name)
    return isinstance(type_, GraphQLObjectType) and resolver.field_name in type_.fields


def _check_source(source: DataSource) -> None:
    if source.type == "NONE" or (source.type == "AWS_LAMBDA" and source.function_arn):
        return
    raise DefinitionError(
        f"Data source '{source.name}' is of type {source.type}; served are NONE and AWS_LAMBDA."
    )


def _named(sources: Mapping[str, DataSource], given: str | None, name: str) -> DataSource:
    source = sources.get(given or "")
    if source is None:
        raise DefinitionError(f"{name} names no data source of the API.")
    return source


def _check_code(definition: ResolverDefinition | FunctionDefinition, name: str) -> None:
    if definition.has_templates:
        raise DefinitionError(f"{name} has VTL templates; served is APPSYNC_JS code.")
