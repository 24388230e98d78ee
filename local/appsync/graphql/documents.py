"""Documents parsed and validated once: a bounded cache from text to operations.

Parsing and validating cost 18 times an execution, and clients send the same few texts.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    VariableNode,
    parse,
    type_from_ast,
    visit,
)
from graphql.language import DirectiveNode, Visitor

from local.appsync.errors import BadRequest, DocumentError, MalformedRequest, RequestError
from local.appsync.graphql.coercion import MISSING, VariableDefinition, Variables, coerce_literal
from local.appsync.graphql.selection import Fields, SelectedField, Selector, location
from local.appsync.graphql.validation import violations

MAX_TOKENS = 15_000  # AppSync's limit of a query
MAX_DOCUMENTS = 1_000
MAX_CACHED_CHARACTERS = 100_000  # a longer text is not worth its memory


class Operation:
    """One operation of a valid document, ready to be executed."""

    def __init__(
        self,
        fields: Fields,
        node: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
    ) -> None:
        root = fields.schema.get_root_type(node.operation)
        assert root is not None  # the document was validated
        self.kind: str = node.operation.value
        self.name = node.name.value if node.name else None
        self.schema = fields.schema
        self.root: GraphQLObjectType = root
        self.node = node
        self.fragments = fragments
        self.variables = [
            _variable_definition(fields, definition)
            for definition in node.variable_definitions or ()
        ]
        self._fields = fields
        self._is_static = not _has_conditions(node, fragments)
        self._selection: list[SelectedField] | None = None

    @property
    def root_fields(self) -> list[str]:
        """The names of the fields in the operation's own braces, for the log."""
        selections = self.node.selection_set.selections
        return [node.name.value for node in selections if isinstance(node, FieldNode)]

    def selection(self, variables: Variables) -> list[SelectedField]:
        """The root fields; made once unless `@skip` or `@include` ask the variables."""
        if self._selection is not None:
            return self._selection
        selector = Selector(self._fields, self.fragments, variables)
        selection = selector.collect(self.root, [self.node.selection_set], depth=1)
        if self._is_static:
            self._selection = selection
        return selection


@dataclass(slots=True)
class Document:
    """A parsed text: its operations, or what validation found."""

    operations: list[Operation] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def operation(self, name: str | None) -> Operation:
        """The operation asked for.

        Raises:
            BadRequest: several operations and no name, or a name that none has.
            DocumentError: the document is not valid.
        """
        if (name is None and len(self.names) != 1) or (name is not None and name not in self.names):
            raise BadRequest("Missing operation name.")
        if self.errors:
            raise DocumentError(self.errors)
        return self.operations[0 if name is None else self.names.index(name)]


class Documents:
    """The documents of one API's schema, the most recently used kept."""

    def __init__(self, fields: Fields, introspection: bool) -> None:
        self._fields = fields
        self._introspection = introspection
        self._kept: OrderedDict[str, Document | RequestError] = OrderedDict()

    def get(self, text: str) -> Document:
        """The document of a text.

        Raises:
            MalformedRequest: it is no GraphQL document.
            BadRequest: it is too long.
        """
        found = self._kept.get(text)
        if found is None:
            found = self._keep(text, self._read(text))
        else:
            self._kept.move_to_end(text)
        if isinstance(found, RequestError):
            raise found.with_traceback(None)
        return found

    def _keep(self, text: str, read: Document | RequestError) -> Document | RequestError:
        if len(text) <= MAX_CACHED_CHARACTERS:
            self._kept[text] = read
            if len(self._kept) > MAX_DOCUMENTS:
                self._kept.popitem(last=False)
        return read

    def _read(self, text: str) -> Document | RequestError:
        try:
            node = parse(text, max_tokens=MAX_TOKENS, allow_empty_selection_sets=False)
            errors = violations(self._fields.schema, node, self._introspection)
        except GraphQLError as error:
            if "token" in error.message and str(MAX_TOKENS) in error.message:
                return BadRequest("Maximum char length exceeded.")
            return MalformedRequest()
        except RecursionError:
            return MalformedRequest()
        return self._document(node, errors)

    def _document(
        self, document: DocumentNode, errors: list[dict[str, Any]]
    ) -> Document | RequestError:
        nodes = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not nodes:
            return MalformedRequest()
        names = [node.name.value if node.name else None for node in nodes]
        if errors:
            return Document(names=names, errors=errors)
        fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        operations = [Operation(self._fields, node, fragments) for node in nodes]
        return Document(operations, names)


def _variable_definition(fields: Fields, node: Any) -> VariableDefinition:
    type_: Any = type_from_ast(fields.schema, node.type)
    default = MISSING
    if node.default_value is not None:
        default = coerce_literal(type_, node.default_value, {})
    return VariableDefinition(node.variable.name.value, type_, default, location(node))


def _has_conditions(
    node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> bool:
    """Whether what is selected depends on a variable."""
    search = _ConditionSearch()
    for definition in (node, *fragments.values()):
        visit(definition, search)
    return search.found


class _ConditionSearch(Visitor):
    found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        values = (argument.value for argument in node.arguments or ())
        if any(isinstance(value, VariableNode) for value in values):
            self.found = True
