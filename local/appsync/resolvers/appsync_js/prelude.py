"""Our own JavaScript, which stands before a resolver's code in every context.

A module's file is there only for code that imports it: all of them would make each resolver load in
4.5 ms instead of 3. What may be imported is asked of the JavaScript itself, so that the two cannot
differ.
https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html
"""

from functools import cache
from importlib.resources import files

import orjson
import quickjs  # type: ignore[import-untyped]  # it has no stubs

_UTIL = (
    *("util", "http", "time", "dynamodb", "filter_expression", "subscription_filter"),
    *("opensearch", "xml", "rds"),
)
_MODULES = {
    "@aws-appsync/utils/dynamodb": "dynamodb_module",
    "@aws-appsync/utils/rds": "rds_module",
    "@aws-appsync/utils/ai": "ai_module",
}


@cache
def prelude(imported: frozenset[str]) -> str:
    """What a context evaluates before code that imports these modules."""
    asked = (file for module, file in _MODULES.items() if module in imported)
    names = (*_UTIL, *asked, "subset")
    return "".join(files(__package__).joinpath(f"{name}.js").read_text() for name in names)


PRELUDE_LINES = prelude(frozenset(_MODULES)).count("\n")  # at most: a resolver's code begins below


@cache
def modules() -> dict[str, list[str]]:
    """What code may import: the names of each module."""
    context = quickjs.Context()
    context.eval(prelude(frozenset(_MODULES)))
    names = "Object.entries(appsync.modules).map(([module, all]) => [module, Object.keys(all)])"
    return dict(orjson.loads(context.eval(f"JSON.stringify({names})")))
