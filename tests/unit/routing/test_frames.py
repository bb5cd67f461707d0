"""How far it is from the ASGI call to the handler."""

import asyncio
import sys
from types import FrameType
from typing import Any

import sixlane
from sixlane import FastAPI

BUDGET = 12
"""Python frames between the call of the application and the handler, the handler not counted."""


def count_frames(app: Any, path: str, handler_name: str) -> int:
    """Serve one warm request and count the frames below its handler."""
    depths: list[int] = []

    def note_depth(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name == handler_name:
            depth, caller = 0, frame.f_back
            while caller is not None and caller.f_code is not serve.__code__:
                depth, caller = depth + 1, caller.f_back
            depths.append(depth)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None: ...

    async def serve() -> None:
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
            "query_string": b"", "headers": [], "root_path": "", "scheme": "http",
        }  # fmt: skip
        await app(scope, receive, send)

    async def serve_twice() -> None:
        await serve()
        sys.setprofile(note_depth)
        try:
            await serve()
        finally:
            sys.setprofile(None)

    asyncio.run(serve_twice())
    (depth,) = depths
    return depth


def test_simple_get_stays_within_the_budget() -> None:
    """A path operation without parameters, in an application without middleware."""
    app = FastAPI()

    @app.get("/items")
    async def handle_items() -> dict[str, str]:
        return {}

    assert count_frames(app, "/items", "handle_items") <= BUDGET


def test_included_route_is_no_deeper() -> None:
    """Inclusions cost nothing per request."""
    app = FastAPI()
    inner = sixlane.APIRouter(prefix="/inner")
    outer = sixlane.APIRouter(prefix="/outer")

    @inner.get("/items")
    async def handle_items() -> dict[str, str]:
        return {}

    outer.include_router(inner)
    app.include_router(outer)
    app.get("/direct")(handle_items)

    nested = count_frames(app, "/outer/inner/items", "handle_items")
    assert nested == count_frames(app, "/direct", "handle_items")
