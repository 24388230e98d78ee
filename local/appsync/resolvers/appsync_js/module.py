"""A resolver's code in the engine: one kept context per resolver, stopped when it loops.

A fresh context would cost ten times the call; what code keeps in variables of its own outlives a
call here, which AWS does not promise. Everything runs on the event loop's thread, because the
engine may not change threads, and a handler takes microseconds.
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-js-version.html
"""

import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import quickjs  # type: ignore[import-untyped]  # it has no stubs

from local.appsync.errors import DefinitionError, FieldError, not_authorized
from local.appsync.resolvers.appsync_js.prelude import PRELUDE_LINES, prelude
from local.appsync.resolvers.appsync_js.script import script_of
from local.appsync.resolvers.appsync_js.zones import offsets
from local.appsync.resolvers.call import FieldCall

MAX_CODE_BYTES = 32 * 1024  # AppSync's limit
MAX_SECONDS = 0.5  # of processor time for one handler, or for the two around NONE
MAX_MEMORY_BYTES = 64 * 1024 * 1024
MAX_RESPONSE_BYTES = 5 * 1024 * 1024  # of what a handler gives; AppSync's limit

log = logging.getLogger(__name__)

_PLACE = re.compile(r"<input>:(\d+):(\d+)")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # the engine ends at one, UTF-8 has not the others
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
        """Raises DefinitionError for code that AppSync would not take."""
        self._name = name
        if len(code) > MAX_CODE_BYTES or len(code.encode(errors="replace")) > MAX_CODE_BYTES:
            raise DefinitionError(f"{name}: The code is over {MAX_CODE_BYTES:,} bytes.")
        if found := _NO_TEXT.search(code):
            raise DefinitionError(f"{name}: The code has the character {found[0]!r}; take it out.")
        try:
            self._script = script_of(code, PRELUDE_LINES)
        except DefinitionError as error:
            raise DefinitionError(f"{name}: {error}") from error
        self._load()

    def evaluate(self, handler: str, call: FieldCall, **more: Any) -> Evaluation:
        """Run `request` or `response` on the call's context, with `result` and `error`.

        Raises:
            FieldError: the code raised it, failed, or did not end.
        """
        context = _context(call, more)
        return self._evaluation(call, lambda: self._evaluate(self._handlers, handler, context))

    def evaluate_local(self, call: FieldCall) -> Evaluation:
        """Run both handlers, the request's payload being the result: no data source is asked.

        Raises:
            FieldError: the code raised it, failed, or did not end.
        """
        context = _context(call, {})
        return self._evaluation(call, lambda: self._evaluate_local(self._handlers, context))

    def _evaluation(self, call: FieldCall, evaluate: Callable[[], str]) -> Evaluation:
        outcome = self._outcome(evaluate)
        while zone := outcome.get("zone"):  # the engine knows none: bring it, and run again
            self._run(f"appsync.addZone({_json(zone)}, {_json(offsets(zone))})")
            outcome = self._outcome(evaluate)
        self._gather(outcome, call)
        self._raise_what_it_raised(outcome, call)
        return Evaluation(outcome.get("value"), outcome.get("skipTo"))

    def _outcome(self, evaluate: Callable[[], str]) -> dict[str, Any]:
        """What the engine says of one run."""
        try:
            text = evaluate()
        except (quickjs.JSException, quickjs.StackOverflow) as error:
            self._load()  # interrupted in the middle: its state cannot be trusted
            raise self._stopped(str(error)) from error
        if len(text) > MAX_RESPONSE_BYTES:
            raise FieldError("Transformation too large.", "MappingTemplate")
        try:
            outcome = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise FieldError("code.js: The result is no valid text.", "Code") from error
        if not isinstance(outcome, dict) or "log" not in outcome:
            self._load()  # it changed what all objects have, so nothing of it can be trusted
            raise FieldError("code.js: The code changes how every object becomes JSON.", "Code")
        return outcome

    def _gather(self, outcome: dict[str, Any], call: FieldCall) -> None:
        for level, text in outcome["log"]:
            log.log(_LEVELS[level], "%s: %s", self._name, text)
        call.stash = outcome["stash"]
        call.appended_errors.extend(_field_error(error) for error in outcome["errors"])
        asked = call.extensions
        asked.subscription_filter = outcome.get("filter", asked.subscription_filter)
        asked.invalidation_filter = outcome.get("invalidationFilter", asked.invalidation_filter)
        asked.invalidations += outcome["invalidations"]
        asked.response_headers += map(tuple, outcome["headers"])

    def _load(self) -> None:
        self._context = quickjs.Context()  # what is taken from it lives as long as it does
        self._context.set_memory_limit(MAX_MEMORY_BYTES)
        self._context.set_time_limit(MAX_SECONDS)
        self._run(prelude(self._script.imported))
        self._run(f"appsync.setSeed({[int.from_bytes(os.urandom(4)) for _ in range(4)]})")
        try:
            self._handlers = self._run(self._script.text)
        except quickjs.JSException as error:
            raise DefinitionError(f"{self._name}: {self._stopped(str(error)).message}") from error
        self._evaluate = self._run("appsync.evaluate")
        self._evaluate_local = self._run("appsync.evaluateLocal")

    def _run(self, script: str) -> Any:
        return self._context.eval(script)

    def _raise_what_it_raised(self, outcome: dict[str, Any], call: FieldCall) -> None:
        if "raised" in outcome:
            if outcome["raised"].get("unauthorized"):
                raise not_authorized(call.selected.name, call.selected.parent.name)
            raise _field_error(outcome["raised"])
        if "thrown" in outcome:
            raise FieldError(self._code_error(*outcome["thrown"]), "Code")

    def _stopped(self, text: str) -> FieldError:
        """The engine ended the code: what was too much."""
        if "interrupted" in text:
            return FieldError(f"code.js: Not finished after {MAX_SECONDS} s.", "Code")
        return FieldError(self._code_error(text, text), "Code")

    def _code_error(self, message: str, stack: str) -> str:
        """`code.js:12:3: TypeError: ...`; the place is the innermost that is the user's."""
        places = (self._script.place(int(row), int(at)) for row, at in _PLACE.findall(stack))
        place = next((f":{found[0]}:{found[1]}" for found in places if found), "")
        return f"code.js{place}: {message.splitlines()[0]}"


def _context(call: FieldCall, more: dict[str, Any]) -> str:
    context = call.context() | more
    context["authType"] = call.request.caller.auth_type
    context["env"] = dict(call.environment)
    try:
        return _json(context)
    except orjson.JSONEncodeError as error:
        raise FieldError(f"code.js: Its context is no JSON: {error}.", "Code") from error


def _field_error(error: dict[str, Any]) -> FieldError:
    return FieldError(error["message"], error["type"], error["data"], error["info"])


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
