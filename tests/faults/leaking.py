"""The application whose process must not grow: one route for each kind of request.

Served by the tests as a program of its own; it imports nothing of theirs.
"""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator
from typing import Annotated, Any

from pydantic import BaseModel

from sixlane import Depends, FastAPI, Request
from sixlane._run.planned import import_solver
from sixlane.responses import StreamingResponse

# The server imports it some time after its start, which would be in the middle of a measurement.
import_solver()

app = FastAPI(openapi_url=None)

failures: dict[str, int] = {}
"""How many of each exception came to the error log."""

streaming: set[object] = set()
"""One for each stream that has begun and not ended."""


def count_failure(record: logging.LogRecord) -> bool:
    """Count an exception and write nothing: what is measured is the engine, not the log."""
    if record.exc_info is None or record.exc_info[0] is None:
        return True
    name = record.exc_info[0].__name__
    failures[name] = failures.get(name, 0) + 1
    return False


logging.getLogger("sixlane.error").addFilter(count_failure)


class Item(BaseModel):
    """A body."""

    name: str
    sizes: list[int]


async def number() -> int:
    """A dependency."""
    return 1


async def session() -> AsyncIterator[int]:
    """A dependency that has to be left."""
    yield 1


@app.get("/state")
async def state() -> dict[str, Any]:
    """What this process holds, garbage aside."""
    gc.collect()
    return {
        "tasks": len(asyncio.all_tasks()),
        "streams": len(streaming),
        "objects": len(gc.get_objects()),
        "failures": failures,
    }


@app.get("/json")
async def json() -> dict[str, str]:
    """Plain JSON."""
    return {"message": "hello"}


@app.get("/typed/{name}")
async def typed(name: str, size: int, ratio: float = 0.5) -> dict[str, Any]:
    """Typed parameters."""
    return {"name": name, "size": size, "ratio": ratio}


@app.post("/items")
async def create(item: Item) -> Item:
    """A model in and out."""
    return item


@app.get("/dependency")
async def dependency(value: Annotated[int, Depends(number)]) -> int:
    """An async dependency."""
    return value


@app.get("/session")
async def use_session(value: Annotated[int, Depends(session)]) -> int:
    """A dependency with `yield`."""
    return value


@app.get("/thread")
def thread() -> int:
    """A `def` handler."""
    return 1


@app.get("/suspends")
async def suspends() -> int:
    """Waits for the loop."""
    await asyncio.sleep(0)
    return 1


@app.get("/stream")
async def stream() -> StreamingResponse:
    """Three parts."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"part"

    return StreamingResponse(parts())


@app.get("/raises")
async def raises() -> None:
    """Fails."""
    raise ValueError("fault")


@app.get("/thread-raises")
def thread_raises() -> None:
    """Fails in its thread."""
    raise ValueError("fault")


@app.get("/session-raises")
async def session_raises(value: Annotated[int, Depends(session)]) -> None:
    """Fails with a dependency to leave."""
    raise ValueError("fault")


@app.get("/cut")
async def cut() -> StreamingResponse:
    """Fails in the middle of its answer."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"part"
        raise ValueError("fault")

    return StreamingResponse(parts())


@app.get("/waits")
async def waits(request: Request) -> None:
    """Waits for the client to leave."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


@app.get("/endless")
async def endless() -> StreamingResponse:
    """Streams until the client leaves."""

    async def parts() -> AsyncIterator[bytes]:
        stream = object()
        streaming.add(stream)
        try:
            while True:
                yield b"part"
                await asyncio.sleep(0)
        finally:
            streaming.discard(stream)

    return StreamingResponse(parts())


kept: list[Any] = []


@app.get("/leaks")
async def leaks() -> None:
    """Keeps some of everything."""
    task = asyncio.create_task(asyncio.sleep(3600))
    kept.append((task, socket.socket(), bytes(10_000), object()))


around = FastAPI(openapi_url=None)
"""The same with middleware around every request."""


@around.middleware("http")
async def middleware(request: Request, call_next: Any) -> Any:
    """Goes around."""
    return await call_next(request)


around.get("/json")(json)
around.get("/state")(state)
