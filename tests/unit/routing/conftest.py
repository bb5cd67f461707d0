"""Every behaviour here is FastAPI's: the tests run against both, with the same expectations."""

from importlib import import_module
from types import SimpleNamespace

import pytest


@pytest.fixture(params=["fastapi", "sixlane"])
def framework(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The names a test uses, from the reference or from Sixlane."""
    names = {
        "": ["APIRouter", "FastAPI", "HTTPException", "Request", "Depends"],
        ".routing": ["APIRoute", "RouteContext", "iter_route_contexts"],
        ".testclient": ["TestClient"],
        ".exceptions": ["FastAPIError", "RequestValidationError"],
        ".responses": ["JSONResponse", "PlainTextResponse", "HTMLResponse"],
    }
    return SimpleNamespace(
        name=request.param,
        **{
            name: getattr(import_module(request.param + module), name)
            for module, members in names.items()
            for name in members
        },
    )
