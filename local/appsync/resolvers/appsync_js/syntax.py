"""The subset of JavaScript that APPSYNC_JS allows, checked when code is loaded.

Only what the syntax shows is refused here; methods that do not exist are missing at run time.
https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
"""

from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser, Tree

from local.appsync.errors import DefinitionError

_PARSER = Parser(Language(tree_sitter_javascript.language()))

_NODES = {
    "class_declaration": "Classes are not supported; use objects and functions.",
    "class": "Classes are not supported; use objects and functions.",
    "for_statement": "C-style for loops are not supported; use for-of or for-in.",
    "while_statement": "while loops are not supported; use for-of or for-in.",
    "do_statement": "do-while loops are not supported; use for-of or for-in.",
    "continue_statement": "continue is not supported; use if.",
    "labeled_statement": "Labels are not supported.",
    "try_statement": "try is not supported; look at ctx.error.",
    "throw_statement": "throw is not supported; use util.error().",
    "regex": "Regular expression literals are not supported; use util.matches().",
    "this": "this is not supported.",
    "await_expression": "await is not supported.",
    "yield_expression": "yield is not supported.",
    "generator_function": "Generators are not supported.",
    "generator_function_declaration": "Generators are not supported.",
    "update_expression": "++ and -- are not supported; use += 1 and -= 1.",
    "with_statement": "with is not supported.",
    "debugger_statement": "debugger is not supported.",
}
_OPERATORS = {
    ("unary_expression", "~"): "The operator ~ is not supported.",
    ("binary_expression", "instanceof"): "The operator instanceof is not supported.",
    ("binary_expression", "in"): "The operator in is not supported; use Object.hasOwn().",
}
_FUNCTIONS = ("function_declaration", "function_expression", "arrow_function", "method_definition")


def parse(code: str) -> Tree:
    """The syntax tree of a module; it may have errors."""
    return _PARSER.parse(code.encode())


def nodes(root: Node) -> Iterator[Node]:
    """Every node, parents first, without recursion: code may be deep."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def text(node: Node | None) -> str:
    """The source of a node."""
    return node.text.decode() if node is not None and node.text is not None else ""


def check_subset(root: Node) -> None:
    """Refuse what APPSYNC_JS does not support.

    Raises:
        DefinitionError: with the place of the first such construct, and what to use instead.
    """
    functions = _named_functions(root)
    for node in nodes(root):
        if reason := _refusal(node, functions):
            raise refused(node, reason)
    _check_recursion(functions)


def refused(node: Node, reason: str) -> DefinitionError:
    """The error of a construct, with its place as code errors have it."""
    root = node
    while root.parent is not None:
        root = root.parent
    before = (root.text or b"")[: node.start_byte - root.start_byte].decode()
    column = len(before) - before.rfind("\n")  # in characters, as the engine counts
    return DefinitionError(f"code.js:{node.start_point.row + 1}:{column}: {reason}")


def _refusal(node: Node, functions: dict[str, Node]) -> str | None:
    if not node.is_named:
        return None  # a keyword, whose construct has been looked at
    if reason := _NODES.get(node.type):
        return reason
    if reason := _OPERATORS.get((node.type, text(node.child_by_field_name("operator")))):
        return reason
    if node.type in _FUNCTIONS and node.children[0].type == "async":
        return "Async functions are not supported."
    if node.type == "method_definition" and node.children[0].type == "*":
        return "Generators are not supported."
    if node.type == "new_expression":
        constructor = text(node.child_by_field_name("constructor"))
        return "Promises are not supported." if constructor == "Promise" else None
    return _call_refusal(node, functions) if node.type == "call_expression" else None


def _call_refusal(node: Node, functions: dict[str, Node]) -> str | None:
    callee = text(node.child_by_field_name("function"))
    if callee in ("import", "eval"):
        return f"{callee}() is not supported."
    arguments = node.child_by_field_name("arguments")
    if callee not in functions or arguments is None:
        return None
    if any(a.type in _FUNCTIONS or text(a) in functions for a in arguments.named_children):
        return "Passing functions as arguments is not supported, except to methods of arrays."
    return None


def _named_functions(root: Node) -> dict[str, Node]:
    """Functions by the name that they are declared with; of a name that several have, none."""
    found: dict[str, Node] = {}
    several: set[str] = set()
    for node in nodes(root):
        name = text(node.child_by_field_name("name"))
        value = node.child_by_field_name("value")
        if node.type == "function_declaration":
            function = node
        elif node.type == "variable_declarator" and value is not None and value.type in _FUNCTIONS:
            function = value
        else:
            continue
        several |= {name} & found.keys()
        found[name] = function
    return {name: function for name, function in found.items() if name not in several}


def _check_recursion(functions: dict[str, Node]) -> None:
    calls = {name: _called(function, functions) for name, function in functions.items()}
    for name in functions:
        reached: set[str] = set()
        waiting = list(calls[name])
        while waiting:
            called = waiting.pop()
            if called == name:
                raise refused(functions[name], f"Recursion is not supported: {name} calls itself.")
            if called not in reached:
                reached.add(called)
                waiting.extend(calls[called])


def _called(function: Node, functions: dict[str, Node]) -> list[str]:
    callees = (
        text(node.child_by_field_name("function"))
        for node in nodes(function)
        if node.type == "call_expression"
    )
    return [callee for callee in callees if callee in functions]
