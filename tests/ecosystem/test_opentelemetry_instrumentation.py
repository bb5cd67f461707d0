"""OpenTelemetry's instrumentation of FastAPI: spans and metrics of requests."""

from collections.abc import Iterator
from typing import Any

import fastapi
import pytest
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, WebSocket
from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from support.client import OpenClient
from support.engine import RunningEngine
from websockets.sync.client import connect

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""A client's header traceparent."""


@pytest.fixture(autouse=True)
def semantic_conventions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the stable names of attributes."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http")


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Where spans end."""
    return InMemorySpanExporter()


@pytest.fixture
def reader() -> InMemoryMetricReader:
    """Where metrics end."""
    return InMemoryMetricReader()


@pytest.fixture
def app(exporter: InMemorySpanExporter, reader: InMemoryMetricReader) -> Iterator[FastAPI]:
    """An instrumented application."""
    app = FastAPI()
    router = APIRouter(prefix="/shop")

    @app.get("/items/{item_id}")
    async def read_item(item_id: int) -> int:
        trace.get_current_span().set_attribute("item", item_id)
        return item_id

    @router.post("/orders/{order_id}")
    def order(order_id: int, tasks: BackgroundTasks) -> int:
        trace.get_current_span().set_attribute("order", order_id)
        tasks.add_task(_pack)
        return order_id

    @app.get("/missing")
    async def missing() -> None:
        raise HTTPException(404)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("it broke")

    @app.get("/health")
    async def health() -> str:
        return "well"

    @app.websocket("/echo/{name}")
    async def echo(websocket: WebSocket, name: str) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    app.include_router(router)
    tracing = TracerProvider()
    tracing.add_span_processor(SimpleSpanProcessor(exporter))
    metering = MeterProvider([reader])
    FastAPIInstrumentor.instrument_app(
        app, tracer_provider=tracing, meter_provider=metering, excluded_urls="health"
    )
    yield app
    FastAPIInstrumentor.uninstrument_app(app)
    tracing.shutdown()
    metering.shutdown()


def _pack() -> None:
    """Do what comes after the answer."""


def server_spans(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    """The spans of requests, without those of their messages."""
    return [span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER]


def describe(span: ReadableSpan) -> tuple[str, Any, Any]:
    """The name of a span, its route and its status."""
    attributes = span.attributes or {}
    return span.name, attributes.get("http.route"), attributes.get("http.response.status_code")


def test_each_request_is_a_span_with_its_route_and_status(
    app: FastAPI, exporter: InMemorySpanExporter, open_client: OpenClient
) -> None:
    """Routes of the application and of a router, `async def` and `def`, served and refused."""
    with open_client(app) as client:
        client.get("/items/7")
        client.post("/shop/orders/8")
        client.get("/items/seven")
        client.get("/missing")
        client.get("/nowhere")
    spans = server_spans(exporter)
    assert [describe(span) for span in spans] == [
        ("GET /items/{item_id}", "/items/{item_id}", 200),
        ("POST /shop/orders/{order_id}", "/shop/orders/{order_id}", 200),
        ("GET /items/{item_id}", "/items/{item_id}", 422),
        ("GET /missing", "/missing", 404),
        ("GET", None, 404),
    ]


def test_handlers_run_inside_of_the_span(
    app: FastAPI, exporter: InMemorySpanExporter, open_client: OpenClient
) -> None:
    """What a handler says of the current span, in the loop or in a thread, is said of this one."""
    with open_client(app) as client:
        client.get("/items/7")
        client.post("/shop/orders/8")
    item, order = server_spans(exporter)
    assert (item.attributes or {})["item"] == 7
    assert (order.attributes or {})["order"] == 8


def test_spans_continue_the_clients_trace(
    app: FastAPI, exporter: InMemorySpanExporter, open_client: OpenClient
) -> None:
    """The client's span is the parent; messages and tasks are children."""
    with open_client(app) as client:
        client.post("/shop/orders/8", headers={"traceparent": PARENT})
    (span,) = server_spans(exporter)
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]
    finished = exporter.get_finished_spans()
    assert {f"{each.get_span_context().trace_id:032x}" for each in finished} == {
        PARENT.split("-")[1]
    }
    assert "BackgroundTask _pack" in {each.name for each in finished}


def test_an_exception_is_recorded_in_the_span(
    app: FastAPI, exporter: InMemorySpanExporter, open_client: OpenClient
) -> None:
    """What nobody handled is answered 500 and stands in the span."""
    with open_client(app, raise_server_exceptions=False) as client:
        assert client.get("/broken").status_code == 500
    (span,) = server_spans(exporter)
    assert describe(span) == ("GET /broken", "/broken", 500)
    assert span.status.status_code is StatusCode.ERROR
    (event,) = [event for event in span.events if event.name == "exception"]
    assert (event.attributes or {})["exception.message"] == "it broke"


def test_excluded_paths_have_no_span(
    app: FastAPI, exporter: InMemorySpanExporter, open_client: OpenClient
) -> None:
    """The list of the instrumentation says which."""
    with open_client(app) as client:
        assert client.get("/health").json() == "well"
    assert exporter.get_finished_spans() == ()


def test_durations_are_measured_by_route(
    app: FastAPI, reader: InMemoryMetricReader, open_client: OpenClient
) -> None:
    """A histogram with a series for each route."""
    with open_client(app) as client:
        client.get("/items/7")
        client.get("/items/8")
    data: Any = reader.get_metrics_data()
    metrics = data.resource_metrics[0].scope_metrics[0].metrics
    (durations,) = [each for each in metrics if each.name == "http.server.request.duration"]
    (point,) = durations.data.data_points
    assert (point.attributes["http.route"], point.count) == ("/items/{item_id}", 2)


def test_websockets_have_spans(app: FastAPI, exporter: InMemorySpanExporter) -> None:
    """One for the connection, with its route; there is no method to name."""
    with RunningEngine(app) as engine:
        with connect(f"ws://127.0.0.1:{engine.port}/echo/ada") as session:
            session.send("hello")
            assert session.recv() == "hello"
        engine.wait_until_idle()
    (span,) = server_spans(exporter)
    assert span.name == "HTTP /echo/{name}"
    assert (span.attributes or {})["http.route"] == "/echo/{name}"


def test_all_applications_may_be_instrumented(
    exporter: InMemorySpanExporter, open_client: OpenClient
) -> None:
    """What is made after the call is observed, until it is taken back."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = FastAPIInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        app = fastapi.FastAPI()

        @app.get("/items/{item_id}")
        async def read_item(item_id: int) -> int:
            return item_id

        with open_client(app) as client:
            assert client.get("/items/7").json() == 7
    finally:
        instrumentor.uninstrument()
    assert [describe(span)[:2] for span in server_spans(exporter)] == [
        ("GET /items/{item_id}", "/items/{item_id}")
    ]
