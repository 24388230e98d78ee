"""Named parameters: which `:name` places a text has, and whether every value is used.

Only values bind, nowhere inside quotes or comments; a place without a value stays in the text and
the engine calls it a syntax error, as Redshift does.
https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html#data-api-calling-considerations
"""

import re

from local.redshift.errors import ValidationException

# What may hide a colon, then what is not a parameter (`::`), then the parameter itself.
_PLACES = re.compile(
    r"""'(?:[^'\\]|''|\\.)*'    # text
      | "(?:[^"]|"")*"          # quoted identifier
      | --[^\n]*                # comments
      | /\*.*?\*/
      | (?P<tag>\$\w*\$).*?(?P=tag)
      | ::
      | :(?P<name>[0-9a-zA-Z_]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def parameter_names(sql: str) -> set[str]:
    """The names of the `:name` places in the text."""
    if ":" not in sql:
        return set()
    return {match["name"] for match in _PLACES.finditer(sql) if match["name"]}


def check_parameters(sqls: list[str], parameters: list[dict[str, str]]) -> None:
    """Each parameter is named once and used at least once.

    Raises:
        ValidationException: with the service's own words.
    """
    names = [parameter["name"] for parameter in parameters]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValidationException(
            f"Parameters list contains duplicate names: [{', '.join(doubled)}]"
        )
    used = set().union(*map(parameter_names, sqls))
    unused = [name for name in names if name not in used]
    if unused:
        raise ValidationException(
            f"Parameters list contains unused parameters. Unused parameters: [{', '.join(unused)}]"
        )
