"""Server-sent events, a thousand to a request, and a WebSocket that echoes."""

from collections.abc import AsyncIterator

from fastapi import FastAPI, WebSocket
from fastapi.sse import EventSourceResponse

EVENTS = 1000

app = FastAPI()


@app.get("/events", response_class=EventSourceResponse)
async def send_events() -> AsyncIterator[dict[str, int]]:
    for number in range(EVENTS):
        yield {"number": number}


@app.websocket("/echo")
async def echo(websocket: WebSocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)
