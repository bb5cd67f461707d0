"""Every behaviour here is FastAPI's: the tests run against both, with the same expectations."""

from functools import partial
from importlib import import_module
from types import SimpleNamespace

import pytest


@pytest.fixture(params=["fastapi", "sixlane", "sixlane on its engine"])
def framework(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The names a test uses, from the reference or from Sixlane; the client goes either way in."""
    package, _, on_engine = request.param.partition(" ")
    names = {
        "": [
            "APIRouter",
            "FastAPI",
            "HTTPException",
            "Request",
            "Depends",
            "WebSocket",
            "WebSocketException",
        ],
        ".routing": ["APIRoute", "APIWebSocketRoute", "RouteContext", "iter_route_contexts"],
        ".testclient": ["TestClient"],
        ".exceptions": ["FastAPIError", "RequestValidationError"],
        ".responses": ["JSONResponse", "PlainTextResponse", "HTMLResponse"],
    }
    framework = SimpleNamespace(
        **{
            name: getattr(import_module(package + module), name)
            for module, members in names.items()
            for name in members
        },
    )
    if on_engine:
        framework.TestClient = partial(framework.TestClient, transport="engine")
    return framework
