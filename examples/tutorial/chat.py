"""A WebSocket that answers each message."""

from typing import Annotated

from sixlane import FastAPI, Query, WebSocket, WebSocketDisconnect, WebSocketException

app = FastAPI()
left: list[str] = []


@app.websocket("/rooms/{room}")
async def chat(websocket: WebSocket, room: str, name: Annotated[str, Query()] = "guest") -> None:
    """Greet, then repeat what comes, until the client leaves."""
    if room == "closed":
        raise WebSocketException(code=1008, reason="This room is closed")
    await websocket.accept()
    await websocket.send_json({"welcome": name, "room": room})
    try:
        while True:
            await websocket.send_text(f"{name}: {await websocket.receive_text()}")
    except WebSocketDisconnect:
        left.append(name)
