"""What the tests share: the API with a data folder of its own, on both transports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from iris.main import app
from sixlane.testclient import TestClient


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, as before the very first start."""
    monkeypatch.setenv("IRIS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture(params=["asgi", "engine"])
def client(request: pytest.FixtureRequest, data: Path) -> Iterator[TestClient]:
    """A client of the API, its lifespan run."""
    with TestClient(app, transport=request.param) as client:
        yield client
