"""The models without fields that FastAPI makes for the errors of requests and WebSockets."""

from __future__ import annotations

from pydantic import BaseModel, create_model

RequestErrorModel: type[BaseModel] = create_model("Request")
WebSocketErrorModel: type[BaseModel] = create_model("WebSocket")
