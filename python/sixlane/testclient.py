"""The client that tests drive an application with."""

from __future__ import annotations

from typing import Any, Literal

from starlette import testclient
from starlette.types import ASGIApp


class TestClient(testclient.TestClient):
    """An HTTP client that calls an application in the same process.

    Args:
        app: The application.
        transport: How requests reach it: "asgi" calls it, "engine" goes over a real connection of
            the native engine.
        **options: Those of Starlette's client: `base_url`, `raise_server_exceptions`, `root_path`,
            `backend`, `backend_options`, `cookies`, `headers`, `follow_redirects`, `client`.
    """

    __test__ = False

    def __init__(
        self, app: ASGIApp, *, transport: Literal["asgi"] = "asgi", **options: Any
    ) -> None:
        if transport != "asgi":
            message = f"transport {transport!r} does not exist; use 'asgi'"
            raise ValueError(message)
        super().__init__(app, **options)
