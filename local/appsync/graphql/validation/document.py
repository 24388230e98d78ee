"""The violations of a document: every rule of the specification, each definition walked once.

graphql-core's rules are general visitors, of which some take quadratic time; these share one walk.
A test holds that both accept the same documents.
https://spec.graphql.org/October2021/#sec-Validation
"""

import contextlib
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
)

from local.appsync.graphql.validation.definitions import walk_fragment, walk_operation
from local.appsync.graphql.validation.fragments import Spreads, check_fragments
from local.appsync.graphql.validation.overlapping_fields import OverlappingFields
from local.appsync.graphql.validation.report import EnoughErrors, Report
from local.appsync.graphql.validation.variables import check_variables
from local.appsync.graphql.validation.walk import Walk


def violations(
    schema: GraphQLSchema, document: DocumentNode, introspection: bool
) -> list[dict[str, Any]]:
    """What is wrong with a document, as entries of `errors`; empty when it is valid.

    Raises:
        BadRequest: it is made to take too long, or to select too much.
    """
    report = Report()
    with contextlib.suppress(EnoughErrors):
        _check(schema, document, introspection, report)
    return report.entries


def _check(
    schema: GraphQLSchema, document: DocumentNode, introspection: bool, report: Report
) -> None:
    operations, fragments = _definitions(document, report)
    named = {node.name.value: node for node in fragments}
    walks = []
    for operation in operations:
        walks.append(Walk(schema, named, report, introspection))
        walk_operation(walks[-1], operation)
    walks_of_fragments = {}
    for fragment in fragments:
        walk = walks_of_fragments[fragment.name.value] = Walk(schema, named, report, introspection)
        walk_fragment(walk, fragment)
    spreads = Spreads(walks_of_fragments, report)
    is_finite = check_fragments(fragments, walks, spreads)
    for walk, operation in zip(walks, operations, strict=True):
        check_variables(schema, operation, walk, spreads, report)
    if is_finite:
        overlapping = OverlappingFields(schema, named, report)
        for operation in operations:
            overlapping.check(operation)


def _definitions(
    document: DocumentNode, report: Report
) -> tuple[list[OperationDefinitionNode], list[FragmentDefinitionNode]]:
    """Operations and fragments, their names unique; nothing else can be executed."""
    operations: list[OperationDefinitionNode] = []
    fragments: list[FragmentDefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            operations.append(node)
        elif isinstance(node, FragmentDefinitionNode):
            fragments.append(node)
        else:
            text = "Type definitions and extensions are not executable"
            report.add("NonExecutableDefinition", text, node)
    _check_names(operations, fragments, report)
    return operations, fragments


def _check_names(
    operations: list[OperationDefinitionNode],
    fragments: list[FragmentDefinitionNode],
    report: Report,
) -> None:
    seen: set[str] = set()
    for operation in operations:
        if operation.name is None:
            if len(operations) > 1:
                text = "Anonymous operation with other operations."
                report.add("LoneAnonymousOperationViolation", text, operation)
            continue
        name = operation.name.value
        if name in seen:
            text = f"There can be only one operation named '{name}'"
            report.add("DuplicateOperationName", text, operation)
        seen.add(name)
    seen = set()
    for fragment in fragments:
        name = fragment.name.value
        if name in seen:
            text = f"There can be only one fragment named '{name}'"
            report.add("DuplicateFragmentName", text, fragment, [name])
        seen.add(name)
