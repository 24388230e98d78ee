"""A FastAPI application with the rows of a report: fastapi run fastapi_app.py"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from querycast import AsyncClient
from querycast.errors import QuerycastError, QueryTimedOut, Refused


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for all requests: it keeps its connections."""
    async with AsyncClient.from_outputs() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/taxi/{month}")
async def taxi_by_day(month: str, request: Request) -> list[dict[str, Any]]:
    """The days of a month. A result of the last quarter of an hour answers at once."""
    client: AsyncClient = request.app.state.client
    result = await client.run("taxi_by_day", month=month, max_age=900, timeout=30)
    return [row async for row in result.dicts()]


@app.exception_handler(QuerycastError)
def refused(request: Request, error: QuerycastError) -> JSONResponse:
    """What the service says, with a status that says whose fault it is."""
    status = 422 if isinstance(error, Refused) else 504 if isinstance(error, QueryTimedOut) else 502
    return JSONResponse({"detail": error.line}, status_code=status)
