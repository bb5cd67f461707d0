"""What surrounds handlers: dependencies, middleware, modules, life, files, telemetry."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from shop.main import app as shop
from support.client import OpenClient
from tutorial import (
    background,
    configuration,
    dependencies,
    files,
    middlewares,
    observed,
    tested,
)


def test_dependencies(open_client: OpenClient) -> None:
    """Each runs once per request, and a session is closed even after a refusal."""
    client = open_client(dependencies.app)
    dependencies.log.clear()
    assert client.get("/tools?skip=1&limit=1").json() == ["Spade"]
    assert client.get("/tools/0").json() == "Trowel"
    assert client.get("/tools/7").status_code == 404
    assert dependencies.log == ["open", "close"] * 3


def test_background_task(open_client: OpenClient) -> None:
    """It has run when the client is closed."""
    background.outbox.clear()
    with open_client(background.app) as client:
        answer = client.post("/invitations/ada@example.org")
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert background.outbox == ["ada@example.org"]


def test_middlewares(open_client: OpenClient) -> None:
    """A header of our own, a compressed body, and the browser told who may read it."""
    answer = open_client(middlewares.app).get("/words", headers={"origin": "https://shop.example"})
    assert answer.json() == ["trowel"] * 100
    assert answer.headers["x-version"] == "7"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


def test_foreign_origin(open_client: OpenClient) -> None:
    """Another site's scripts get no permission."""
    answer = open_client(middlewares.app).get("/words", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("target", "key", "status"),
    [
        ("/items/", None, 200),
        ("/staff/orders/", None, 422),
        ("/staff/orders/", "guess", 403),
        ("/staff/orders/", "let-me-in", 200),
    ],
)
def test_modules(open_client: OpenClient, target: str, key: str | None, status: int) -> None:
    """Routers keep their prefixes, and an inclusion adds a dependency."""
    headers = {} if key is None else {"x-key": key}
    assert open_client(shop).get(target, headers=headers).status_code == status


def test_settings_and_lifespan(open_client: OpenClient) -> None:
    """A handler finds both; the lifespan ends with the client."""
    with open_client(configuration.app) as client:
        answer = client.get("/")
    assert answer.json() == {"title": "Shop", "stock": {"Trowel": 3}}


def test_settings_are_overridden(open_client: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test gives settings of its own."""
    monkeypatch.setitem(
        configuration.app.dependency_overrides,
        configuration.read_settings,
        lambda: configuration.Settings(title="Test"),
    )
    with open_client(configuration.app) as client:
        assert client.get("/").json()["title"] == "Test"


@pytest.mark.parametrize(
    ("target", "status", "beginning"),
    [
        ("/", 200, "<!doctype html>"),
        ("/static/index.html", 200, "<!doctype html>"),
        ("/settings", 200, "<!doctype html>"),
        ("/api/items", 200, '["Trowel"]'),
        ("/app.js", 404, '{"detail":"Not Found"}'),
    ],
)
def test_files(open_client: OpenClient, target: str, status: int, beginning: str) -> None:
    """Pages that a script makes get the index, missing files do not."""
    accept = "*/*" if target == "/app.js" else "text/html"
    answer = open_client(files.app).get(target, headers={"accept": accept})
    assert answer.status_code == status
    assert answer.text.startswith(beginning)


def test_telemetry(open_client: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is a span named after its route."""
    spans = InMemorySpanExporter()
    observed.provider.add_span_processor(SimpleSpanProcessor(spans))
    assert isinstance(observed.provider, TracerProvider)
    assert open_client(observed.app).get("/items/3").json() == 3
    assert [span.name for span in spans.get_finished_spans()][-1] == "GET /items/{item_id}"


def test_override(open_client: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dependency is replaced for a test."""
    monkeypatch.setitem(tested.app.dependency_overrides, tested.read_clock, lambda: 9)
    assert open_client(tested.app).get("/greeting").json() == "Good morning"
