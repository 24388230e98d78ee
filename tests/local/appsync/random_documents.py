"""Random documents for one schema, with a few faults or none: what validation must tell apart."""

from random import Random
from typing import Any

SDL = """
enum Colour { RED GREEN }
input Filter { text: String! = "t"  colour: Colour  many: [Int!]  inner: Filter  must: Int! }
interface Node { id: ID!  near: Node  size: Int  alike: String! }
type Post implements Node { id: ID!  near: Node  size: Int  alike: String!
  title(upper: Boolean! = false, size: Int): String
  author: Author!  tags: [String!]  same: [Node] }
type Author implements Node { id: ID!  near: Author  size: Int  alike: String!  title: Int
  posts: [Post!]!  author: Author!  same: [Author] }
union Thing = Post | Author
type Query { node(id: ID!): Node  thing: Thing  things(filter: Filter, ids: [ID]): [Thing!]
  post: Post  author(size: Int, colours: [Colour!]): Author  size: Int }
type Mutation { post(id: ID! = "1"): Post }
"""
_LEAVES: dict[str, dict[str, Any]] = {
    "Query": {"size": None, "__typename": None},
    "Mutation": {"__typename": None},
    "Node": {"id": None, "size": None, "alike": None, "__typename": None},
    "Post": {"id": None, "size": None, "alike": None, "title": "title", "tags": None},
    "Author": {"id": None, "size": None, "alike": None, "title": None},
    "Thing": {"__typename": None},
}
_OBJECTS: dict[str, dict[str, str]] = {
    "Query": {"node": "Node", "thing": "Thing", "things": "Thing", "post": "Post"}
    | {"author": "Author"},
    "Mutation": {"post": "Post"},
    "Node": {"near": "Node"},
    "Post": {"near": "Node", "author": "Author", "same": "Node"},
    "Author": {"near": "Author", "author": "Author", "posts": "Post", "same": "Author"},
    "Thing": {},
}
_ARGUMENTS: dict[str, dict[str, str]] = {
    "title": {"upper": "Boolean!", "size": "Int"},
    "node": {"id": "ID!"},
    "things": {"filter": "Filter", "ids": "[ID]"},
    "author": {"size": "Int", "colours": "[Colour!]"},
    "post": {"id": "ID!"},
}
_CONDITIONS = {
    "Query": ["Query"],
    "Mutation": ["Mutation"],
    "Node": ["Node", "Post", "Author", "Thing"],
    "Post": ["Post", "Node", "Thing"],
    "Author": ["Author", "Node", "Thing"],
    "Thing": ["Post", "Author", "Node", "Thing"],
}
_LITERALS = {
    "Boolean!": ["true", "false"],
    "Int": ["1", "2", "null"],
    "ID": ["1", '"x"', "null"],
    "ID!": ["1", '"x"'],
    "[ID]": ["[1]", '["x" 2]', "1", "[]", "[null]", "[$ids_1]"],
    "[Colour!]": ["[RED]", "RED", "[]", "[$colour]"],
    "Filter": [
        "{must:1}",
        "{many:[1 2],must:2}",
        "{must:1 inner:{must:2}}",
        "{must:$must}",
        "{inner:{must:1,colour:RED} must:1}",
    ],
}
_VARIABLES = {
    "ids_1": ["ID", "ID!", "ID=1"],
    "colour": ["Colour!", "Colour=RED", "Colour"],
    "must": ["Int!", "Int=1"],
    "v_Boolean": ["Boolean", "Boolean!"],
    "v_Int": ["Int", "Int!=3"],
    "v_ID": ["ID", "ID!"],
    "if": ["Boolean!", "Boolean=true"],
}
_WRONG = ["nope", "id", "size", "title", "near{id}", "near", "post{x}", "__schema", "alike(x:1)"]

_WRONG_ENDS = [
    " query R{size}",
    " {size}",
    " query Q{size}",
    " fragment Z on Post{id}",
    " subscription S{x}",
    " type X{id:ID}",
    "",
]
_WRONG_DIRECTIVES = [
    "@include",
    "@no",
    "@no(x:$v)",
    "@include(if:1)",
    "@deprecated",
    "@skip(if:true)@skip(if:true)",
    "@skip(if:true no:1)",
    "@skip(if:null)",
]


class RandomDocument:
    """One document; `faults` is how often something is done wrong."""

    def __init__(self, seed: int, faults: float, aliases: float = 0.15, breadth: int = 3) -> None:
        self.random = Random(seed)
        self.faults = faults
        self.aliases = aliases
        self.breadth = breadth
        self.variables: set[str] = set()
        self.fragments: dict[str, str] = {}
        self.parts: dict[str, str] = {}

    def text(self) -> str:
        """The document's source."""
        root, kind = ("Mutation", "mutation") if self._chance(0.1) else ("Query", "query")
        body = self._selection(root, 4)
        for name in list(self.fragments):
            condition = self.fragments[name]
            self.parts[name] = (
                f"fragment {name} on {condition}{self._selection(condition, 2, name)}"
            )
        head = f"{kind} Q{self._declared()}"
        text = " ".join([head + body, *self.parts.values()])
        if self._fault():
            text += self.random.choice(_WRONG_ENDS)
        return text

    def _declared(self) -> str:
        names = set(self.variables)
        if self._fault():
            names.add("unused")
        if self._fault() and names:
            names.pop()
        declared = []
        for name in sorted(names):
            types = _VARIABLES.get(name, ["Int"])
            wrong = ["String", "[Int]", "Post", "Nothing", "Int=RED", "Filter={}"]
            declared.append(f"${name}:{self.random.choice(wrong if self._fault() else types)}")
        return f"({' '.join(declared)})" if declared else ""

    def _selection(self, type_: str, depth: int, within: str = "") -> str:
        parts = []
        for _ in range(self.random.randint(1, self.breadth)):
            parts.append(self._part(type_, depth, within))
        return "{" + " ".join(parts) + "}"

    def _part(self, type_: str, depth: int, within: str) -> str:
        if self._fault():
            return self.random.choice(_WRONG)
        choice = self.random.random()
        if depth == 0 or choice < 0.3 or (choice < 0.6 and not _OBJECTS[type_]):
            name = self.random.choice(list(_LEAVES[type_]))
            # graphql-core does not know the type of an aliased __typename, so it sees no conflict.
            alias = "" if name == "__typename" else self._alias()
            return f"{alias}{name}{self._arguments(name, type_)}{self._directive()}"
        if choice < 0.6:
            name, inner = self.random.choice(list(_OBJECTS[type_].items()))
            head = f"{self._alias()}{name}{self._arguments(name, type_)}{self._directive()}"
            return head + self._selection(inner, depth - 1, within)
        conditions = list(_CONDITIONS) if self._fault() else _CONDITIONS[type_]
        condition = self.random.choice([*conditions, "Nothing"] if self._fault() else conditions)
        if choice < 0.8:
            on = f" on {condition}" if self._chance(0.9) else ""
            inner = condition if on and condition in _CONDITIONS else type_
            return f"...{on}{self._directive()}{self._selection(inner, depth - 1, within)}"
        return self._spread(condition, within)

    def _spread(self, condition: str, within: str) -> str:
        if within and not self._fault():
            return "__typename"
        name = f"F{condition}{self.random.randint(1, 2)}"
        if condition in _CONDITIONS and not self._fault():
            self.fragments.setdefault(name, condition)
        return f"...{name}{self._directive()}"

    def _alias(self) -> str:
        return self.random.choice(["a:", "b:"]) if self._chance(self.aliases) else ""

    def _arguments(self, name: str, type_: str) -> str:
        defined = _ARGUMENTS.get(name, {})
        if (name == "title" and type_ != "Post") or (name == "post" and type_ != "Mutation"):
            defined = {}
        if name == "author" and type_ != "Query":
            defined = {}
        given = []
        for argument, expected in defined.items():
            if (expected.endswith("!") and not self._fault()) or self._chance(0.3):
                given.append(f"{argument}:{self._value(expected)}")
        if self._fault():
            given.append(self.random.choice(["x:1", *given]))
        return f"({' '.join(given)})" if given else ""

    def _value(self, expected: str) -> str:
        if self._fault():
            return self.random.choice(["[[1]]", "RED", "{}", "1.5", '"s"', "null", "99999999999"])
        variable = f"v_{expected.removesuffix('!')}"
        if self._chance(0.3) and variable in _VARIABLES:
            return self._used(f"${variable}")
        return self._used(self.random.choice(_LITERALS[expected]))

    def _used(self, literal: str) -> str:
        self.variables |= {name for name in _VARIABLES if f"${name}" in literal}
        return literal

    def _directive(self) -> str:
        if self._fault():
            return self.random.choice(_WRONG_DIRECTIVES)
        literals = ["@include(if:true)", "@skip(if:$if)"]
        return self._used(self.random.choice(literals)) if self._chance(0.1) else ""

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _fault(self) -> bool:
        return self._chance(self.faults)
