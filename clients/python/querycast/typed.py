"""A result whose rows have a type: what the functions that `querycast codegen` writes give."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Generic, TypeVar, cast

from querycast.async_client import AsyncClient
from querycast.async_result import AsyncResult
from querycast.client import Client
from querycast.parameters import Value
from querycast.result import Result

RowT = TypeVar("RowT")


class TypedResult(Generic[RowT]):
    """The rows by column name, fetched a page at a time as they are read.

    result: the same without types, and all else that there is to know of it.
    """

    def __init__(self, result: Result) -> None:
        self.result = result

    def __iter__(self) -> Iterator[RowT]:
        return cast("Iterator[RowT]", self.result.dicts())


class AsyncTypedResult(Generic[RowT]):
    """As TypedResult, to be read with `async for`."""

    def __init__(self, result: AsyncResult) -> None:
        self.result = result

    def __aiter__(self) -> AsyncIterator[RowT]:
        return cast("AsyncIterator[RowT]", self.result.dicts())


def run(
    client: Client,
    report: str,
    parameters: Mapping[str, Value],
    max_age: int | None,
    timeout: float | None,
) -> Result:
    """What `client.run` gives; what it raises, too."""
    return client.run(report, parameters, max_age=max_age, timeout=timeout)


async def run_async(
    client: AsyncClient,
    report: str,
    parameters: Mapping[str, Value],
    max_age: int | None,
    timeout: float | None,
) -> AsyncResult:
    """What `client.run` gives; what it raises, too."""
    return await client.run(report, parameters, max_age=max_age, timeout=timeout)
