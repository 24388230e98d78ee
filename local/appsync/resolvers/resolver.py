"""Resolvers: one step alone, or a pipeline of them between two handlers.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html
"""

from typing import Any

from local.appsync.resolvers.appsync_js.module import Module
from local.appsync.resolvers.call import FieldCall
from local.appsync.resolvers.step import Step


class UnitResolver:
    """One step."""

    def __init__(self, step: Step) -> None:
        self._step = step

    async def resolve(self, call: FieldCall) -> Any:
        """The step's result."""
        return (await self._step.run(call)).value


class PipelineResolver:
    """Functions one after another, each seeing the result before it as `ctx.prev.result`."""

    def __init__(self, module: Module, functions: list[Step]) -> None:
        self._module = module
        self._functions = functions

    async def resolve(self, call: FieldCall) -> Any:
        """What the after handler makes of the last result; it runs after an early return too."""
        before = self._module.evaluate("request", call)
        call.previous = {"result": before.value}
        if before.skip_to is None:
            await self._run(call)
        assert call.previous is not None
        return self._module.evaluate("response", call, result=call.previous["result"]).value

    async def _run(self, call: FieldCall) -> None:
        for function in self._functions:
            outcome = await function.run(call)
            call.previous = {"result": outcome.value}
            if outcome.ends_pipeline:
                return
