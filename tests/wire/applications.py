"""Applications that note what they see of requests."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from sixlane import Body, FastAPI


@dataclass(frozen=True)
class Seen:
    """A request as the application saw it.

    Attributes:
        method: As sent.
        path: Decoded.
        size: Bytes of the body; None where the client left before its end, or nobody read it.
    """

    method: str
    path: str
    size: int | None


@dataclass
class Hosted:
    """A plain ASGI application: reads the body, except under /nobody, and answers its size."""

    seen: list[Seen] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        size = None if scope["path"] == "/nobody" else await read_size(receive)
        self.seen.append(Seen(scope["method"], scope["path"], size))
        await answer(send, str(size).encode())


@dataclass
class Echo:
    """Sends each message of a WebSocket back; answers a request with its method.

    Attributes:
        messages: All that were received.
        codes: Those of the closes that it was told of.
    """

    messages: list[Any] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection, or one request."""
        if scope["type"] == "http":
            await answer(send, scope["method"].encode())
            return
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.messages.append(message)
            await send({**message, "type": "websocket.send"})
        self.codes.append(message["code"])


def planned(seen: list[Seen]) -> FastAPI:
    """Make an application whose routes the engine plans natively; the rest it does not have."""
    app = FastAPI(openapi_url=None)

    @app.post("/1")
    async def read(body: Annotated[bytes, Body()] = b"") -> int:
        seen.append(Seen("POST", "/1", len(body)))
        return len(body)

    @app.get("/1")
    async def first() -> int:
        seen.append(Seen("GET", "/1", 0))
        return 0

    @app.post("/nobody")
    async def ignore() -> int:
        seen.append(Seen("POST", "/nobody", None))
        return 0

    @app.get("/2")
    async def second() -> int:
        seen.append(Seen("GET", "/2", 0))
        return 0

    return app


async def read_size(receive: Any) -> int | None:
    """Read the whole body; None where the client leaves before its end."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        size += len(message["body"])
        if not message["more_body"]:
            return size


async def answer(send: Any, body: bytes, status: int = 200) -> None:
    """Send a whole answer."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length]})
    await send({"type": "http.response.body", "body": body})
