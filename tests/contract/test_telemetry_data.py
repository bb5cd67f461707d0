"""Chapter "Telemetry": what processors of spans and logs may ask about a request."""

from typing import Annotated, Any

import pytest
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.trace import SpanKind
from support.client import OpenClient
from support.telemetry import Recorder

from sixlane import Depends, FastAPI, Request
from sixlane.telemetry import TelemetryData, get_telemetry_data


@pytest.fixture
def recorder() -> Recorder:
    """Providers that keep what they are told."""
    return Recorder()


def test_data_of_the_request_is_there_for_processors(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """The request itself, its body and the handler's arguments; gone when it is over."""
    app = FastAPI(telemetry=recorder.config)
    seen: list[TelemetryData | None] = []
    values: list[Any] = []

    def dependency(request: Request) -> str:
        data = get_telemetry_data()
        assert data is not None
        assert data.request is request
        assert data.values is None
        return "value"

    @app.post("/{name}")
    def handler(name: str, item: dict[str, int], value: Annotated[str, Depends(dependency)]) -> str:
        data = get_telemetry_data()
        assert data is not None
        seen.append(data)
        values.append((data.body, data.values, data.errors))
        return name

    assert open_client(app).post("/one", json={"a": 1}).json() == "one"
    assert values == [({"a": 1}, {"name": "one", "item": {"a": 1}, "value": "value"}, [])]
    assert get_telemetry_data() is None


def test_data_is_there_when_the_span_of_dependencies_ends(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """For processors that add it to that span; not yet when the request's own begins."""
    seen: list[Any] = []

    class Watcher(SpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:
            if span.kind is SpanKind.SERVER:
                seen.append(get_telemetry_data(parent_context))

        def on_end(self, span: Any) -> None:
            data = get_telemetry_data()
            if span.name == "fastapi.dependencies" and data is not None:
                seen.append((data.values, [error["type"] for error in data.errors or ()]))

    recorder.tracer_provider.add_span_processor(Watcher())
    app = FastAPI(telemetry=recorder.config)

    @app.post("/{number}")
    def handler(number: int, item: dict[str, int]) -> None: ...

    client = open_client(app)
    client.post("/1", json={"a": 1})
    client.post("/x", json=[])
    assert seen == [
        None,
        ({"number": 1, "item": {"a": 1}}, []),
        None,
        ({"item": None}, ["int_parsing", "dict_type"]),
    ]
