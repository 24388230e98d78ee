"""Documents parsed and validated once: a bounded cache from text to operations.

Parsing and validating cost 18 times an execution, and clients send the same few texts.
"""

from collections import OrderedDict
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
)

from local.appsync.errors import BadRequest, DocumentError, MalformedRequest, RequestError
from local.appsync.graphql.coercion import MISSING, VariableDefinition, Variables, coerce_literal
from local.appsync.graphql.selection import Fields, SelectedField, Selector, location
from local.appsync.graphql.validation.document import violations

MAX_TOKENS = 15_000  # AppSync's limit of a query
MAX_CHARACTERS = 400_000  # AWS has a limit and does not tell it; 15,000 names are shorter
MAX_DOCUMENTS = 1_000
MAX_KEPT_TEXT = 100_000  # characters; a longer text is not worth its memory
MAX_KEPT_CHARACTERS = 500_000  # of all that is kept: about 50 MB of nodes
TOO_LONG = "Maximum char length exceeded."


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


class Document:
    """A parsed text: its operations, or what validation found."""

    def __init__(self, fields: Fields, node: DocumentNode, errors: list[dict[str, Any]]) -> None:
        """Raises MalformedRequest when there is no operation in it."""
        definitions = node.definitions
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        if not operations:
            raise MalformedRequest
        self.errors = errors
        self._names = [d.name.value if d.name else None for d in operations]
        self._fields = fields
        self._nodes = operations if not errors else []
        self._fragments = {
            d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)
        }
        self._operations: dict[int, Operation] = {}

    def operation(self, name: str | None) -> Operation:
        """The operation asked for, made when it is asked for first.

        Raises:
            BadRequest: several operations and no name, or a name that none has.
            DocumentError: the document is not valid.
        """
        names = self._names
        if (name is None and len(names) != 1) or (name is not None and name not in names):
            raise BadRequest("Missing operation name.")
        if self.errors:
            raise DocumentError(self.errors)
        index = 0 if name is None else names.index(name)
        if index not in self._operations:
            made = Operation(self._fields, self._nodes[index], self._fragments)
            self._operations[index] = made
        return self._operations[index]


class Documents:
    """The documents of one API's schema, the most recently used kept."""

    def __init__(self, fields: Fields, introspection: bool) -> None:
        self._fields = fields
        self._introspection = introspection
        self._kept: OrderedDict[str, Document | RequestError] = OrderedDict()
        self._kept_characters = 0

    def get(self, text: str) -> Document:
        """The document of a text.

        Raises:
            MalformedRequest: it is no GraphQL document.
            BadRequest: it is too long, or made to take too long.
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
        if len(text) <= MAX_KEPT_TEXT:
            self._kept[text] = read
            self._kept_characters += len(text)
        while len(self._kept) > MAX_DOCUMENTS or self._kept_characters > MAX_KEPT_CHARACTERS:
            self._kept_characters -= len(self._kept.popitem(last=False)[0])
        return read

    def _read(self, text: str) -> Document | RequestError:
        if len(text) > MAX_CHARACTERS:
            return BadRequest(TOO_LONG)
        try:
            node = parse(text, max_tokens=MAX_TOKENS, allow_empty_selection_sets=False)
            errors = violations(self._fields.schema, node, self._introspection)
            return Document(self._fields, node, errors)
        except RequestError as error:
            return error
        except GraphQLError as error:
            if "token" in error.message and str(MAX_TOKENS) in error.message:
                return BadRequest(TOO_LONG)
            return MalformedRequest()
        except RecursionError:
            return MalformedRequest()


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
    waiting: list[Any] = [node, *fragments.values()]
    while waiting:
        for selection in waiting.pop().selection_set.selections:
            for directive in selection.directives or ():
                if any(
                    isinstance(given.value, VariableNode) for given in directive.arguments or ()
                ):
                    return True
            if getattr(selection, "selection_set", None) is not None:
                waiting.append(selection)
    return False
