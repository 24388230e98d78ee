"""`__schema` and `__type`: the only fields that graphql-core itself executes.

https://spec.graphql.org/October2021/#sec-Introspection
"""

from typing import Any

from graphql import (
    DocumentNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
)

from local.appsync.graphql.coercion import Variables
from local.appsync.graphql.documents import Operation
from local.appsync.graphql.selection import SelectedField


def introspect(operation: Operation, field: SelectedField, variables: Variables) -> Any:
    """The value of one introspection field of an operation."""
    alone = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=NameNode(value="Introspection"),
        variable_definitions=operation.node.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=field.nodes),
    )
    document = DocumentNode(definitions=(alone, *operation.fragments.values()))
    result = execute_sync(operation.schema, document, variable_values=dict(variables))
    return (result.data or {}).get(field.key)
