"""Texts of the service as Python: a literal or a docstring, and never anything else."""

import re

# Control characters but the line feed, what reorders text, and halves of characters.
UNSAFE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def literal(text: str) -> str:
    """A string, in double quotes where that needs no escape."""
    written = repr(text)
    has_quotes = '"' in written or "\\'" in written
    return written if has_quotes else f'"{written[1:-1]}"'


def docstring(text: str, indent: str) -> str:
    """In triple quotes, each line behind the indent."""
    escaped = UNSAFE.sub(lambda found: _escape(found[0]), text.strip().replace("\\", "\\\\"))
    safe = escaped.replace('"""', '\\"\\"\\"')
    safe = f'{safe[:-1]}\\"' if safe.endswith('"') else safe
    first, *lines = safe.split("\n")
    if not lines:
        return f'{indent}"""{first}"""'
    body = "\n".join(f"{indent}{line.rstrip()}".rstrip() for line in lines)
    return f'{indent}"""{first}\n{body}\n{indent}"""'


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}"
