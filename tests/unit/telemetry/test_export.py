"""Exporters that the environment asks for: `FastAPI(telemetry={"auto_configure": True})`."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from support.telemetry import Recorder

from sixlane import FastAPI
from sixlane.testclient import TestClient

TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
ALL = "OTEL_EXPORTER_OTLP_ENDPOINT"
NOWHERE = "http://127.0.0.1:1"


class Collector(ThreadingHTTPServer):
    """Takes what is exported, and remembers where it was sent to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), CollectorHandler)
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class CollectorHandler(BaseHTTPRequestHandler):
    """One export."""

    server: Collector

    def do_POST(self) -> None:
        """Take it."""
        self.rfile.read(int(self.headers["content-length"]))
        self.server.paths.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that is listening."""
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def provider() -> Iterator[TracerProvider]:
    """A provider that ends what was added to it."""
    provider = TracerProvider(shutdown_on_exit=False)
    yield provider
    provider.shutdown()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes from outside, and nothing is exported but at the end."""
    for name in (ALL, TRACES, "FASTAPI_OTEL_AUTO_CONFIGURE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "60000")


def serve(telemetry: dict[str, Any]) -> None:
    """Serve one request of an application, from its start to its end."""
    with TestClient(FastAPI(telemetry=telemetry)) as client:
        assert client.get("/").status_code == 404


@pytest.mark.parametrize(
    ("variable", "path", "received"),
    [
        pytest.param(TRACES, "/own", "/own", id="of the signal"),
        pytest.param(ALL, "/base/", "/base/v1/traces", id="of all"),
    ],
)
def test_spans_are_exported_before_the_end(
    collector: Collector,
    provider: TracerProvider,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    path: str,
    received: str,
) -> None:
    """To the endpoint that the environment names; the end waits for them."""
    monkeypatch.setenv(variable, collector.url + path)
    serve({"tracer_provider": provider, "auto_configure": True, "metrics": False, "logs": False})
    assert collector.paths == [received]


@pytest.mark.parametrize(
    ("switch", "setting", "exports"),
    [
        pytest.param("TRUE", None, True, id="environment"),
        pytest.param("1", None, False, id="not true"),
        pytest.param(None, None, False, id="nobody"),
        pytest.param("true", False, False, id="the application goes first"),
    ],
)
def test_exporters_are_added_only_where_they_are_wanted(
    collector: Collector,
    provider: TracerProvider,
    monkeypatch: pytest.MonkeyPatch,
    switch: str | None,
    setting: bool | None,
    exports: bool,
) -> None:
    """An endpoint alone is not enough."""
    monkeypatch.setenv(TRACES, collector.url + "/traces")
    if switch is not None:
        monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", switch)
    telemetry = {"tracer_provider": provider, "metrics": False, "logs": False}
    serve(telemetry if setting is None else {**telemetry, "auto_configure": setting})
    assert bool(collector.paths) == exports


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        pytest.param({ALL: "not-a-url"}, "not an absolute HTTP URL", id="no URL"),
        pytest.param(
            {ALL: NOWHERE, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "not http/protobuf", id="gRPC"
        ),
        pytest.param(
            {ALL: NOWHERE, "OTEL_TRACES_EXPORTER": "console"}, "not otlp or none", id="exporter"
        ),
    ],
)
def test_what_cannot_be_exported_is_a_warning(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    environment: dict[str, str],
    message: str,
) -> None:
    """The application serves, and tells the providers that it has."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    recorder = Recorder()
    serve({**recorder.config, "auto_configure": True})
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert message in caplog.messages[0]
    assert recorder.names() == ["GET"]


def test_endpoint_is_not_written_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It may hold a password."""
    monkeypatch.setenv(ALL, "ftp://user:secret@collector.example")
    serve({**Recorder().config, "auto_configure": True})
    assert "not an absolute HTTP URL" in caplog.text
    assert "secret" not in caplog.text
