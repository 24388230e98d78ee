"""SIMILAR TO as the regular expression it means.

https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-similar-to.html
"""

import re

from sqlglot import exp

from local.redshift.errors import NotSupported

_WILDCARDS = {"%": ".*", "_": "."}
_SAME = "|*+?{}()[],-0123456789"  # special there and here alike, or never special


def similar_to(node: exp.SimilarTo) -> exp.Expr:
    """A full match of the translated pattern, which must be a literal."""
    pattern = node.expression
    if not pattern.is_string:
        raise NotSupported("SIMILAR TO with a pattern that is not a literal")
    regex = exp.Literal.string(_regex(pattern.name))
    arguments = [node.this, regex, exp.Literal.string("s")]
    return exp.Anonymous(this="regexp_full_match", expressions=arguments)


def _regex(pattern: str) -> str:
    pieces, characters = [], iter(pattern)
    for character in characters:
        if character == "\\":
            pieces.append(re.escape(next(characters, "\\")))
        elif character in _WILDCARDS:
            pieces.append(_WILDCARDS[character])
        else:
            pieces.append(character if character in _SAME else re.escape(character))
    return f"(?:{''.join(pieces)})"
