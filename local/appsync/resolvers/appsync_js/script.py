"""APPSYNC_JS modules as scripts: imports and exports at the top level, and loops, differ.

The engine loads no modules, so `import ... from '@aws-appsync/utils'` becomes local names and
`export` becomes blanks. What is looped over goes through a function that counts. Everything else
stays where it is, so that errors name the user's own lines and columns.
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-bundling.html
"""

from dataclasses import dataclass, field

from tree_sitter import Node

from local.appsync.errors import DefinitionError
from local.appsync.resolvers.appsync_js.prelude import modules
from local.appsync.resolvers.appsync_js.syntax import check_subset, nodes, parse, refused, text

HANDLERS = ("request", "response")

_OURS = "appsync$modules, appsync$of, appsync$in"  # names that code of others will not have
_LIMIT = {"of": "appsync$of(", "in": "appsync$in("}


@dataclass(slots=True)
class Script:
    """A module made ready for the engine."""

    lines_before: int
    lines: list[bytes]  # of the module, as the engine counts columns in bytes
    imported: frozenset[str]  # the modules that it names
    text: str = ""
    _inserted: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # by row

    def place(self, line: int, column: int) -> tuple[int, int] | None:
        """The line and column in the module of a place in the script; None: in no user's code."""
        row = line - self.lines_before - 1
        if row < 0:
            return None
        if row >= len(self.lines):  # in our tail, when the end of the code is not its end
            return len(self.lines), len(self.lines[-1].decode()) + 1
        before = sum(length for at, length in self._inserted.get(row, ()) if at < column)
        return row + 1, len(self.lines[row][: column - before - 1].decode(errors="ignore")) + 1

    def insert(self, row: int, column: int, length: int) -> None:
        """Remember that text was inserted before a column (from 1) of the script."""
        self._inserted.setdefault(row, []).append((column, length))


def script_of(code: str, lines_before: int) -> Script:
    """A script whose value is `{request, response}`; its errors count from `lines_before`.

    Raises:
        DefinitionError: it imports what is not provided, exports no handler, or uses what
            APPSYNC_JS does not support. Syntax errors are left to the engine.
    """
    root = parse(code).root_node
    module = _Module(code)
    for node in root.children:
        module.take(node)
    if not root.has_error:
        check_subset(root)
        for node in nodes(root):
            module.limit_loop(node)
    return module.script(lines_before, check_exports=not root.has_error)


class _Module:
    """What becomes of a module: edits of its text, local names, exported names."""

    def __init__(self, code: str) -> None:
        self._code = code.encode()
        self._edits: list[tuple[int, int, bytes]] = []  # start, end, replacement
        self._constants: list[str] = []
        self._imported: set[str] = set()
        self._exported: dict[str, str] = {}  # public name: local name

    def take(self, node: Node) -> None:
        """Look at one statement of the top level."""
        if node.type == "import_statement":
            self._import(node)
            self._blank(node.start_byte, node.end_byte)
        elif node.type == "export_statement":
            self._export(node)

    def limit_loop(self, node: Node) -> None:
        """Count what a for-of or for-in loop goes through."""
        right = node.child_by_field_name("right")
        if node.type != "for_in_statement" or right is None:
            return
        opening = _LIMIT[text(node.child_by_field_name("operator"))].encode()
        self._edits.append((right.start_byte, right.start_byte, opening))
        self._edits.append((right.end_byte, right.end_byte, b")"))

    def script(self, lines_before: int, check_exports: bool) -> Script:
        """The edited text between a head and an end of ours."""
        for name in HANDLERS:
            if check_exports and name not in self._exported:
                raise DefinitionError(f"code.js: It exports no function '{name}'.")
        lines = self._code.rstrip().split(b"\n")
        script = Script(lines_before, lines, frozenset(self._imported))
        body = self._edited(script)
        head = f'(({_OURS}) => {{ "use strict"; {"".join(self._constants)}'
        tail = "})(appsync.modules, appsync.limited, appsync.limitedKeys)"
        handlers = ", ".join(
            f"{name}: {self._exported.get(name, 'undefined')}" for name in HANDLERS
        )
        script.text = "\n" * (lines_before - 1) + f"{head}\n{body}\nreturn {{{handlers}}};\n{tail}"
        return script

    def _edited(self, script: Script) -> str:
        parts, at = [], 0
        shifts: dict[int, int] = {}  # by row: how much was inserted so far
        for start, end, replacement in sorted(self._edits):
            parts += [self._code[at:start], replacement]
            at = end
            if start == end:
                row = self._code.count(b"\n", 0, start)
                column = start - self._code.rfind(b"\n", 0, start)
                script.insert(row, column + shifts.get(row, 0), len(replacement))
                shifts[row] = shifts.get(row, 0) + len(replacement)
        return b"".join([*parts, self._code[at:]]).decode()

    def _blank(self, start: int, end: int) -> None:
        """Leave nothing but the lines: what stands behind it keeps its column too."""
        removed = self._code[start:end]
        blanks = b"".join(b"\n" if byte == 10 else b" " for byte in removed)
        self._edits.append((start, end, blanks))

    def _import(self, node: Node) -> None:
        if node.has_error:
            raise refused(node, "This import is no JavaScript; compile TypeScript first.")
        module = text(node.child_by_field_name("source")).strip("'\"")
        if module not in modules():
            served = ", ".join(f"'{name}'" for name in modules())
            raise refused(node, f"It imports '{module}'; served are {served}.")
        self._imported.add(module)
        clauses = [child for child in node.children if child.type == "import_clause"]
        for specifier in (child for clause in clauses for child in clause.named_children):
            if specifier.type == "identifier":
                name = text(specifier)
                reason = f"'{module}' has no default export; write {{ {name} }} or * as {name}."
                raise refused(specifier, reason)
            if specifier.type == "namespace_import":
                local = text(specifier.named_children[0])
                self._constants.append(f"const {local} = appsync$modules['{module}']; ")
            if specifier.type == "named_imports":
                names = (n for n in specifier.named_children if n.type == "import_specifier")
                for named in names:
                    self._import_name(named, module)

    def _import_name(self, specifier: Node, module: str) -> None:
        name = text(specifier.child_by_field_name("name"))
        local = text(specifier.child_by_field_name("alias")) or name
        if name in modules()[module]:
            self._constants.append(f"const {local} = appsync$modules['{module}'].{name}; ")
        elif not name[:1].isupper():  # else a type, left over from TypeScript
            served = ", ".join(modules()[module])
            raise refused(specifier, f"It imports '{name}' from '{module}'; served are {served}.")

    def _export(self, node: Node) -> None:
        declaration = node.child_by_field_name("declaration")
        if declaration is None:
            self._export_list(node)
            self._blank(node.start_byte, node.end_byte)
            return
        if any(child.type == "default" for child in node.children):
            raise refused(node, "Default exports are not supported; export request and response.")
        self._blank(node.start_byte, declaration.start_byte)
        for named in (declaration, *declaration.named_children):
            name = text(named.child_by_field_name("name"))
            if name:
                self._exported[name] = name

    def _export_list(self, node: Node) -> None:
        if not any(child.type == "export_clause" for child in node.children):
            raise refused(node, "Export request and response by name.")
        for specifier in nodes(node):
            if specifier.type == "export_specifier":
                local = text(specifier.child_by_field_name("name"))
                public = text(specifier.child_by_field_name("alias")) or local
                self._exported[public] = local
