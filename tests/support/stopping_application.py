"""The application of the tests that stop a server: `python stopping_application.py`, or by name.

Its handlers print what happens to them, and stop at the gate that the environment names.
"""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import anyio.to_thread

import sixlane
from sixlane import BackgroundTasks, Body, Depends, FastAPI
from sixlane.responses import StreamingResponse

GATE = ("127.0.0.1", int(os.environ["GATE"]))


def tell(text: str) -> None:
    """Print a line that the test waits for."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def pass_gate(name: str) -> None:
    """Wait at the gate, and tell if that is cancelled."""
    reader, writer = await asyncio.open_connection(*GATE)
    try:
        writer.write(b"x")
        await reader.readexactly(1)
    except asyncio.CancelledError:
        # What a handler cleans up may take turns of the loop.
        await asyncio.sleep(0)
        tell(f"{name}: cancelled")
        raise
    finally:
        writer.close()


def block_at_gate() -> None:
    """Wait at the gate without letting anything else run in this thread."""
    with socket.create_connection(GATE) as connection:
        connection.sendall(b"x")
        connection.recv(1)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Tell of the shut-down; hold the start or the shut-down up where the environment says so."""
    try:
        if os.environ.get("HOLD") == "start":
            await pass_gate("start-up")
        yield
    finally:
        tell("lifespan: finally")
    if os.environ.get("HOLD") == "shut-down":
        await pass_gate("shut-down")


app = FastAPI(lifespan=lifespan)


async def resource() -> AsyncIterator[None]:
    """A dependency that tells of its exit."""
    try:
        yield
    finally:
        tell("dependency: exit")


@app.get("/fast")
async def fast() -> str:
    """Answer at once."""
    return "fast"


@app.get("/async")
async def wait() -> str:
    """Wait in the loop."""
    await pass_gate("handler")
    return "done"


@app.get("/dependency", dependencies=[Depends(resource)])
async def wait_with_dependency() -> str:
    """Wait in the loop with a dependency open."""
    await pass_gate("handler")
    return "done"


@app.get("/background")
async def leave_task(tasks: BackgroundTasks) -> str:
    """Answer at once, and wait in a background task."""
    tasks.add_task(pass_gate, "background task")
    return "done"


@app.get("/def")
def block_thread() -> str:
    """Block a worker thread."""
    block_at_gate()
    return "done"


@app.get("/anyio")
async def block_other_thread() -> str:
    """Block one of anyio's threads, which the interpreter waits for at its end."""
    await anyio.to_thread.run_sync(block_at_gate)
    return "done"


@app.get("/block")
async def block_loop() -> str:
    """Block the event loop."""
    block_at_gate()
    return "done"


@app.get("/stream")
async def stream() -> StreamingResponse:
    """Wait in the middle of an answer."""

    async def parts() -> AsyncIterator[str]:
        yield "do"
        try:
            await pass_gate("part")
        except asyncio.CancelledError:
            # Without another turn of the loop: Starlette's task group would cancel that again.
            tell("stream: cancelled")
            raise
        yield "ne"

    return StreamingResponse(parts())


@app.post("/body")
async def read_body(body: Annotated[bytes, Body()]) -> int:
    """Answer the size of the body."""
    return len(body)


if __name__ == "__main__":
    sixlane.run(app, port=0, **json.loads(os.environ.get("OPTIONS", "{}")))
    tell("returned")
