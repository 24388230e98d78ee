"""APPSYNC_JS code in an embedded engine: one kept context per resolver, stopped when it loops.

A fresh context would cost ten times the call. Everything runs on the event loop's thread, because
the engine may not change threads, and a handler takes microseconds.
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-js-version.html
"""

import logging
import os
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import orjson
import quickjs  # type: ignore[import-untyped]  # it has no stubs

from local.appsync.errors import DefinitionError, FieldError, not_authorized
from local.appsync.resolvers.call import FieldCall
from local.appsync.resolvers.module_source import script_of

MAX_CODE_BYTES = 32 * 1024  # AppSync's limit
MAX_SECONDS = 0.5  # of processor time for one handler
MAX_MEMORY_BYTES = 64 * 1024 * 1024

log = logging.getLogger(__name__)

_PRELUDE = "".join(
    files(__package__).joinpath(name).read_text()
    for name in ("prelude.js", "subscription_filter.js")
)
_PRELUDE_LINES = _PRELUDE.count("\n")
_LINE = re.compile(r"<input>:(\d+)")
NEXT, END = "NEXT", "END"  # where `runtime.earlyReturn` skips to
_LEVELS = {"info": logging.INFO, "error": logging.ERROR}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a handler did."""

    value: Any
    skip_to: str | None  # None: an ordinary return; else NEXT or END of `runtime.earlyReturn`


class Module:
    """The code of one resolver."""

    def __init__(self, code: str, name: str) -> None:
        if len(code.encode()) > MAX_CODE_BYTES:
            raise DefinitionError(f"The code of {name} is over {MAX_CODE_BYTES} bytes.")
        self._name = name
        self._script = script_of(code, _PRELUDE_LINES)
        self._load()

    def evaluate(self, handler: str, call: FieldCall, **more: Any) -> Evaluation:
        """Run `request` or `response` on the call's context, with `result` and `error`.

        Raises:
            FieldError: the code raised it, failed, or did not end.
        """
        context = call.context() | more
        context["authType"] = call.request.caller.auth_type
        context["env"] = dict(call.environment)
        try:
            outcome = orjson.loads(
                self._evaluate(self._handlers, handler, orjson.dumps(context).decode())
            )
        except quickjs.JSException as error:
            self._load()  # interrupted in the middle: its state cannot be trusted
            raise _stopped(error) from error
        except orjson.JSONDecodeError as error:
            raise FieldError("code.js: The result is no valid text.", "Code") from error
        self._log(outcome["log"])
        call.stash = outcome["stash"]
        call.appended_errors.extend(_field_error(error) for error in outcome["errors"])
        if "filter" in outcome:
            call.extensions.subscription_filter = outcome["filter"]
        _raise_what_it_raised(outcome, call)
        return Evaluation(outcome["value"], outcome.get("skipTo"))

    def _load(self) -> None:
        context = quickjs.Context()
        context.set_memory_limit(MAX_MEMORY_BYTES)
        context.set_time_limit(MAX_SECONDS)
        try:
            context.eval(_PRELUDE)
            handlers = context.eval(self._script)
        except quickjs.JSException as error:
            text = _code_error(str(error), str(error))
            raise DefinitionError(f"The code of {self._name} does not load: {text}") from error
        seed = [int.from_bytes(os.urandom(4)) for _ in range(4)]
        context.eval(f"appsync.setSeed({seed})")
        self._context = context  # what was taken from it lives as long as it does
        self._evaluate = context.eval("appsync.evaluate")
        self._handlers = handlers

    def _log(self, lines: list[list[str]]) -> None:
        for level, text in lines:
            log.log(_LEVELS[level], "%s: %s", self._name, text)


def _raise_what_it_raised(outcome: dict[str, Any], call: FieldCall) -> None:
    if "raised" in outcome:
        if outcome["raised"].get("unauthorized"):
            raise not_authorized(call.selected.name, call.selected.parent.name)
        raise _field_error(outcome["raised"])
    if "thrown" in outcome:
        raise FieldError(_code_error(*outcome["thrown"]), "Code")


def _field_error(error: dict[str, Any]) -> FieldError:
    return FieldError(error["message"], error["type"], error["data"], error["info"])


def _stopped(error: Exception) -> FieldError:
    """The engine ended the code: what was too much."""
    if "interrupted" in str(error):
        return FieldError(f"code.js: Not finished after {MAX_SECONDS} s.", "Code")
    return FieldError(_code_error(str(error), str(error)), "Code")


def _code_error(message: str, stack: str) -> str:
    """`code.js:12: TypeError: ...`; the line is the innermost that is the user's."""
    lines = [int(line) - _PRELUDE_LINES for line in _LINE.findall(stack)]
    line = next((f":{line}" for line in lines if line > 0), "")
    return f"code.js{line}: {message.splitlines()[0]}"
