"""Prints the schema as AppSync takes it: `python -m schema.print` writes schema/schema.graphql.

AppSync knows its scalars and directives and refuses their definitions, and it reads descriptions
safely only as comments: the first are dropped, the second rewritten.
https://docs.aws.amazon.com/appsync/latest/devguide/designing-your-schema.html
"""

import re
from pathlib import Path

from strawberry.printer import print_schema

from schema.build import build

SCHEMA = Path(__file__).with_name("schema.graphql")
HEADER = """\
# Querycast's contract, printed from core's types and the resolvers' signatures by `make schema`.

schema {
  query: Query
  mutation: Mutation
  subscription: Subscription
}
"""
SCALAR = re.compile(r"^scalar \w+\n\n", re.MULTILINE)
DESCRIPTION = re.compile(r'^( *)"""(.*?)"""\n', re.MULTILINE | re.DOTALL)


def printed() -> str:
    """The SDL document that AppSync is given."""
    sdl = SCALAR.sub("", print_schema(build()))
    return f"{HEADER}\n{DESCRIPTION.sub(_comment, sdl)}\n"


def _comment(description: re.Match[str]) -> str:
    indent, text = description.groups()
    lines = (line.strip() for line in text.strip().splitlines())
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in lines)


if __name__ == "__main__":
    SCHEMA.write_text(printed())
