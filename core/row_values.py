"""What a report's SQL knows of who asks: two values that the server binds, and nobody else can.

`:user_id` is the caller's id. `:groups` is one text, for the Data API binds nothing but texts: the
names of the caller's groups, each between blanks, as in ` administrators analysts `. No name of a
Cognito group holds a blank, so `strpos(:groups, ' ' || a_group || ' ') > 0` says just whether the
caller is a member; the compiler takes `:groups` in no other place (sql/row_values.py).
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
"""

from collections.abc import Collection, Sequence

from core.parameters import Parameter
from core.report import ID

USER_ID = "user_id"
GROUPS = "groups"
ROW_VALUES = (USER_ID, GROUPS)
NO_GROUPS = "none"  # without a blank, so nothing between blanks is in it; an empty text is refused


def row_values(names: Sequence[str], user_id: ID, groups: Collection[str]) -> list[Parameter]:
    """Those of the values that a statement asks for by `names`."""
    values = {USER_ID: str(user_id), GROUPS: groups_text(groups)}
    return [Parameter(name, values[name]) for name in names]


def groups_text(groups: Collection[str]) -> str:
    """The groups as SQL can search them; a name with a blank, which Cognito refuses, is none."""
    names = sorted(group for group in groups if group.split() == [group])
    return f" {' '.join(names)} " if names else NO_GROUPS
