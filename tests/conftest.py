"""What every test may use: a client for each way into an app."""

from functools import partial

import pytest
from support.client import OpenClient

from sixlane.testclient import TestClient


@pytest.fixture(params=["asgi", "engine"])
def open_client(request: pytest.FixtureRequest) -> OpenClient:
    """Opens a client of an app: once called in process, once over a connection of the engine."""
    return partial(TestClient, transport=request.param)
