"""Validation of a document, with the wordings of graphql-java, which the service runs.

graphql-core's rules decide; a table says how the service words what they find. Two rules are our
own, because their wording needs more than graphql-core's message tells.
https://spec.graphql.org/October2021/#sec-Validation
"""

import re
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    validate,
    visit,
)
from graphql.language import SKIP, ArgumentNode, Node, Visitor, VisitorAction
from graphql.validation import (
    ASTValidationRule,
    SingleFieldSubscriptionsRule,
    ValidationRule,
    ValuesOfCorrectTypeRule,
    specified_rules,
)

from local.appsync.graphql.literals import problem_with_literal, render
from local.appsync.graphql.selection import location

MAX_ERRORS = 100


class _Wording(NamedTuple):
    pattern: str  # of graphql-core's message
    kind: str  # graphql-java's ValidationErrorType
    text: str  # graphql-java's message


_WORDINGS = [
    _Wording(
        r"Cannot query field '(.+?)' on type '(.+?)'",
        "FieldUndefined",
        r"Field '\1' in type '\2' is undefined",
    ),
    _Wording(
        r"Unknown argument '(.+?)' on field",
        "UnknownArgument",
        r"Unknown field argument \1",
    ),
    _Wording(
        r"Argument '\w+\.\w+\((\w+):\)' of type .+ is required",
        "MissingFieldArgument",
        r"Missing field argument \1",
    ),
    _Wording(
        r"Field '(.+?)' of type '(.+?)' must have a selection",
        "SubSelectionRequired",
        r"Sub selection required for type \2 of field \1",
    ),
    _Wording(
        r"Field '(.+?)' must not have a selection since type '(.+?)'",
        "SubSelectionNotAllowed",
        r"Sub selection not allowed on leaf type \2 of field \1",
    ),
    _Wording(
        r"Variable .+ of type '(.+?)' used in position expecting type '(.+?)'",
        "VariableTypeMismatch",
        r"Variable type '\1' doesn't match expected type '\2'",
    ),
    _Wording(r"Unknown type '(.+?)'", "UnknownType", r"Unknown type \1"),
    _Wording(r"Variable '\$(.+?)' is not defined", "UndefinedVariable", r"Undefined variable \1"),
    _Wording(r"Variable '\$(.+?)' is never used", "UnusedVariable", r"Unused variable \1"),
    _Wording(r"Unknown fragment '(.+?)'", "UndefinedFragment", r"Undefined fragment \1"),
    _Wording(r"Fragment '(.+?)' is never used", "UnusedFragment", r"Unused fragment \1"),
    _Wording(
        r"Cannot spread fragment .+ within itself", "FragmentCycle", "Fragment cycles not allowed"
    ),
    _Wording(r"Unknown directive '@(.+?)'", "UnknownDirective", r"Unknown directive \1"),
    _Wording(
        r"Directive '@(.+?)' may not be used",
        "MisplacedDirective",
        r"Directive \1 not allowed here",
    ),
    _Wording(
        r"This anonymous operation must be the only",
        "LoneAnonymousOperationViolation",
        "Anonymous operation with other operations.",
    ),
    _Wording(
        r"There can be only one operation named '(.+?)'",
        "DuplicateOperationName",
        r"There can be only one operation named '\1'",
    ),
    _Wording(r"Fields '(.+?)' conflict because (.+?)\. Use", "FieldsConflict", r"\1: \2"),
    _Wording(
        r"Fragment .*cannot be spread here as objects of type '(.+?)' can never be of type '(.+?)'",
        "InvalidFragmentType",
        r"Fragment cannot be spread here as objects of type \1 can never be of type \2",
    ),
    _Wording(
        r"Fragment .*cannot condition on non composite type",
        "InlineFragmentTypeConditionInvalid",
        r"Inline fragment type condition is invalid, must be on Object/Interface/Union",
    ),
    _Wording(
        r"Variable '\$(.+?)' cannot be non-input type '(.+?)'",
        "NonInputTypeOnVariable",
        r"Input variable \1 type \2 is not an input type",
    ),
]
_OTHER = _Wording(r"(.+)", "InvalidSyntax", r"\1")


def violations(
    schema: GraphQLSchema, document: DocumentNode, introspection: bool
) -> list[dict[str, Any]]:
    """What is wrong with a document, as entries of `errors`; empty when it is valid."""
    rules = _RULES if introspection else [*_RULES, _NoIntrospection]
    found = validate(schema, document, rules, max_errors=MAX_ERRORS)
    if not found:
        return []
    paths = _Paths()
    visit(document, paths)
    return [_entry(error, paths) for error in found]


class _Violation(GraphQLError):
    """What our own rules find; it knows its kind in graphql-java."""

    def __init__(self, kind: str, text: str, node: Node) -> None:
        super().__init__(text, node)
        self.kind = kind


def _entry(error: GraphQLError, paths: "_Paths") -> dict[str, Any]:
    kind, text = _worded(error)
    entry: dict[str, Any] = {
        "path": None,
        "locations": None,
        "message": f"Validation error of type {kind}: {text}",
    }
    if error.nodes:  # none: validation gave up
        node = max(error.nodes, key=paths.depth)  # of two places, the more exact one
        entry |= {"locations": [location(node)], "message": entry["message"] + paths.suffix(node)}
    return entry


def _worded(error: GraphQLError) -> tuple[str, str]:
    """The kind and the text that the service has for an error."""
    if isinstance(error, _Violation):
        return error.kind, error.message
    for wording in (*_WORDINGS, _OTHER):
        if match := re.match(wording.pattern, error.message):
            return wording.kind, match.expand(wording.text)
    raise AssertionError(error)  # the last pattern matches everything


class _Paths(Visitor):
    """The field names that lead to each node of a document."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._of: dict[int, str] = {}

    def enter(self, node: Any, *_: Any) -> None:
        if isinstance(node, FieldNode | FragmentDefinitionNode):
            self._names.append(node.name.value)
        self._of[id(node)] = "/".join(self._names)

    def leave(self, node: Any, *_: Any) -> None:
        if isinstance(node, FieldNode | FragmentDefinitionNode):
            self._names.pop()

    def depth(self, node: Node) -> int:
        """How many fields lead to a node."""
        path = self._of.get(id(node), "")
        return path.count("/") + 1 if path else 0

    def suffix(self, node: Node) -> str:
        """Where a node stands, as the end of a message."""
        path = self._of.get(id(node), "")
        return f" @ '{path}'" if path else ""


class _ValuesOfCorrectType(ValidationRule):
    """Arguments whose literals their types refuse: `WrongType`."""

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        argument = self.context.get_argument()
        if argument is None:
            return
        problem = problem_with_literal(argument.type, node.value, node.name.value)
        if problem is not None:
            text = f"argument '{problem.path}' with value '{render(problem.node)}' {problem.text}"
            self.report_error(_Violation("WrongType", text, node))


class _NoIntrospection(ValidationRule):
    """With introspection disabled the meta types have no fields."""

    def enter_field(self, node: FieldNode, *_: Any) -> VisitorAction:
        parent = self.context.get_parent_type()
        if parent is None or parent.name not in ("__Schema", "__Type"):
            return None
        text = f"Field '{node.name.value}' in type '{parent.name}' is undefined"
        self.report_error(_Violation("FieldUndefined", text, node))
        return SKIP


# The number of a subscription's fields is checked at its start, which has its own error.
_REPLACED = {ValuesOfCorrectTypeRule, SingleFieldSubscriptionsRule}
_RULES: list[type[ASTValidationRule]] = [
    *(rule for rule in specified_rules if rule not in _REPLACED),
    _ValuesOfCorrectType,
]
