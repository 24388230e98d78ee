"""Our own JavaScript, which stands before a resolver's code in every context.

What may be imported is asked of the JavaScript itself, so that the two cannot differ.
https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html
"""

from functools import cache
from importlib.resources import files

import orjson
import quickjs  # type: ignore[import-untyped]  # it has no stubs

_FILES = (
    *("util", "http", "time", "dynamodb", "filter_expression", "subscription_filter"),
    *("opensearch", "xml", "rds", "dynamodb_module", "rds_module", "ai_module", "subset"),
)
PRELUDE = "".join(files(__package__).joinpath(f"{name}.js").read_text() for name in _FILES)
PRELUDE_LINES = PRELUDE.count("\n")


@cache
def modules() -> dict[str, list[str]]:
    """What code may import: the names of each module."""
    context = quickjs.Context()
    context.eval(PRELUDE)
    names = "Object.entries(appsync.modules).map(([module, all]) => [module, Object.keys(all)])"
    return dict(orjson.loads(context.eval(f"JSON.stringify({names})")))
