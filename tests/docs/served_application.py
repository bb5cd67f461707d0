"""One application, made with FastAPI and with Sixlane, whose servers do not behave alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import fastapi

import sixlane


def make_application(framework: Any) -> Any:
    """Declare what the page says to differ where a real server is asked."""
    made: list[Any] = []

    @asynccontextmanager
    async def watch_tasks(_app: Any) -> AsyncIterator[None]:
        def make_task(loop: Any, coroutine: Any, **options: Any) -> Any:
            made.append(asyncio.Task(coroutine, loop=loop, **options))
            return made[-1]

        asyncio.get_running_loop().set_task_factory(make_task)
        yield

    app = framework.FastAPI(lifespan=watch_tasks)

    @app.get("/task")
    async def tell_whether_the_factory_made_this_task() -> bool:
        return asyncio.current_task() in made

    @app.get("/files/{name}")
    async def read_file(name: str) -> str:
        return name

    add_websockets(app, framework)
    return app


def add_websockets(app: Any, framework: Any) -> None:
    """Add handlers of WebSockets that end in different ways."""
    codes: asyncio.Queue[int] = asyncio.Queue()

    @app.websocket("/raise")
    async def accept_and_raise(websocket: framework.WebSocket) -> None:
        await websocket.accept()
        raise ValueError

    @app.websocket("/return")
    async def accept_and_return(websocket: framework.WebSocket) -> None:
        await websocket.accept()

    @app.websocket("/wait")
    async def wait_for_the_client(websocket: framework.WebSocket) -> None:
        await websocket.accept()
        try:
            await websocket.receive_text()
        except framework.WebSocketDisconnect as departure:
            codes.put_nowait(departure.code)

    @app.get("/code")
    async def read_code() -> int:
        return await codes.get()


on_fastapi = make_application(fastapi)
on_sixlane = make_application(sixlane)
