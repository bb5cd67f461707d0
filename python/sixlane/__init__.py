"""Sixlane: FastAPI's public API on a native engine.

Every public name is imported when it is first used, so that `import sixlane` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

from sixlane._lazy import lazy_names

if TYPE_CHECKING:
    from sixlane import status
    from sixlane._serve.launch import run
    from sixlane.applications import FastAPI, Sixlane
    from sixlane.background import BackgroundTasks
    from sixlane.datastructures import UploadFile
    from sixlane.exceptions import HTTPException, WebSocketException
    from sixlane.param_functions import (
        Body,
        Cookie,
        Depends,
        File,
        Form,
        Header,
        Path,
        Query,
        Security,
    )
    from sixlane.requests import Request
    from sixlane.responses import Response
    from sixlane.routing import APIRouter
    from sixlane.websockets import WebSocket, WebSocketDisconnect

__version__ = "0.1.0"

__all__ = [
    "APIRouter",
    "BackgroundTasks",
    "Body",
    "Cookie",
    "Depends",
    "FastAPI",
    "File",
    "Form",
    "HTTPException",
    "Header",
    "Path",
    "Query",
    "Request",
    "Response",
    "Security",
    "Sixlane",
    "UploadFile",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "run",
    "status",
]

_SUBMODULES = [
    "applications", "background", "concurrency", "datastructures", "dependencies", "encoders",
    "exception_handlers", "exceptions", "logger", "middleware", "openapi", "param_functions",
    "params", "requests", "responses", "routing", "security", "sse", "telemetry", "types", "utils",
    "websockets",
]  # fmt: skip
"""What `import fastapi` brings along, so that `fastapi.routing.APIRoute` needs no more."""

_MODULES = {
    **{name: f"{__name__}.{name}" for name in _SUBMODULES},
    "Sixlane": "sixlane.applications",
    "FastAPI": "sixlane.applications",
    "BackgroundTasks": "sixlane.background",
    "UploadFile": "sixlane.datastructures",
    "HTTPException": "sixlane.exceptions",
    "WebSocketException": "sixlane.exceptions",
    "Body": "sixlane.param_functions",
    "Cookie": "sixlane.param_functions",
    "Depends": "sixlane.param_functions",
    "File": "sixlane.param_functions",
    "Form": "sixlane.param_functions",
    "Header": "sixlane.param_functions",
    "Path": "sixlane.param_functions",
    "Query": "sixlane.param_functions",
    "Security": "sixlane.param_functions",
    "Request": "sixlane.requests",
    "Response": "sixlane.responses",
    "APIRouter": "sixlane.routing",
    "WebSocket": "sixlane.websockets",
    "WebSocketDisconnect": "sixlane.websockets",
    "run": "sixlane._serve.launch",
    "status": "sixlane.status",
}

_load_name = lazy_names(__name__, _MODULES)


def __getattr__(name: str) -> Any:
    return _load_name(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
