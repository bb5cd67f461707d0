"""The shape of the `open_client` fixture."""

from typing import Any, Protocol

from starlette.types import ASGIApp

from sixlane.testclient import TestClient


class OpenClient(Protocol):
    """Makes a client of an app, for the entrance that the test runs on."""

    def __call__(self, app: ASGIApp, **options: Any) -> TestClient:
        """A client; options are those of `TestClient`."""
