"""Chapter "Telemetry": what OpenTelemetry is told of requests, on both entrances."""

import threading
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from opentelemetry import baggage, metrics, trace
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import NoOpTracerProvider, SpanKind, StatusCode
from starlette.types import ASGIApp, Receive, Scope, Send
from support.client import OpenClient
from support.telemetry import Recorder, wait_until

from sixlane import BackgroundTasks, Depends, FastAPI, HTTPException
from sixlane.exceptions import DeclarationError, ResponseValidationError
from sixlane.responses import PlainTextResponse, StreamingResponse
from sixlane.telemetry import get_telemetry_data
from sixlane.testclient import TestClient

TRACE, PARENT = "0123456789abcdef0123456789abcdef", "0123456789abcdef"


@pytest.fixture
def recorder() -> Recorder:
    """Providers that keep what they are told."""
    return Recorder()


def observed(recorder: Recorder, **options: Any) -> FastAPI:
    """An application with one operation for each way a request may end."""
    app = FastAPI(telemetry=recorder.config, **options)

    def dependency() -> str:
        return "private value"

    @app.get("/items/{item_id}")
    def read_item(item_id: int, value: Annotated[str, Depends(dependency)]) -> int:
        return item_id

    @app.get("/plain")
    async def plain() -> PlainTextResponse:
        return PlainTextResponse("plain")

    @app.get("/refused")
    async def refused() -> None:
        raise HTTPException(503, "private detail")

    @app.get("/fails")
    async def fails() -> None:
        raise ValueError("failure")

    @app.get("/unfit", response_model=int)
    async def unfit() -> str:
        return "private text"

    return app


def test_request_has_a_span_named_after_its_route(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Its attributes are those of OpenTelemetry's conventions; signatures are taken out."""
    client = open_client(observed(recorder), base_url="http://api.example:8080")
    client.get("/items/1?page=2&sig=secret")
    assert recorder.server_span().name == "GET /items/{item_id}"
    assert recorder.attributes() == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.route": "/items/{item_id}",
        "network.protocol.version": "1.1",
        "server.address": "api.example",
        "server.port": 8080,
        "url.path": "/items/1",
        "url.query": "page=2&sig=REDACTED",
        "url.scheme": "http",
    }


def test_steps_have_spans_inside_the_request(recorder: Recorder, open_client: OpenClient) -> None:
    """Dependencies, handler and serialization, each with the handler's name."""
    open_client(observed(recorder)).get("/items/1")
    *steps, server = recorder.spans()
    assert [step.name for step in steps] == [
        "fastapi.dependencies",
        "fastapi.endpoint",
        "fastapi.serialization",
    ]
    for step in steps:
        assert step.kind is SpanKind.INTERNAL
        assert step.parent is not None
        assert step.parent.span_id == server.context.span_id
        assert dict(step.attributes or {}) == {
            "code.function.name": f"{__name__}.observed.<locals>.read_item"
        }


def test_telemetry_comes_from_the_scope_of_fastapi(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Filters and dashboards made for FastAPI apply."""
    open_client(observed(recorder), raise_server_exceptions=False).get("/fails")
    scopes = {span.instrumentation_scope for span in recorder.spans()}
    (scope,) = scopes
    assert scope is not None
    assert (scope.name, scope.schema_url) == ("fastapi", "https://opentelemetry.io/schemas/1.44.0")


@pytest.mark.parametrize(
    ("path", "status", "route", "error"),
    [
        pytest.param("/items/1", 200, "/items/{item_id}", None, id="answered"),
        pytest.param("/items/x", 422, "/items/{item_id}", None, id="invalid"),
        pytest.param("/items/1/", 307, "/items/{item_id}", None, id="redirected"),
        pytest.param("/nowhere", 404, None, None, id="no route"),
        pytest.param("/docs", 200, "/docs", None, id="documentation"),
        pytest.param("/refused", 503, "/refused", "503", id="refused"),
        pytest.param("/fails", 500, "/fails", "ValueError", id="failed"),
        pytest.param(
            "/unfit", 500, "/unfit", "fastapi.exceptions.ResponseValidationError", id="unfit"
        ),
    ],
)
def test_span_and_duration_tell_how_the_request_ended(
    recorder: Recorder,
    open_client: OpenClient,
    path: str,
    status: int,
    route: str | None,
    error: str | None,
) -> None:
    """By its status, its route, and what went wrong; what clients do wrong is no error."""
    client = open_client(observed(recorder), raise_server_exceptions=False)
    assert client.get(path, follow_redirects=False).status_code == status
    (point,) = recorder.points()
    for attributes in (recorder.attributes(), point.attributes):
        assert attributes["http.response.status_code"] == status
        assert attributes.get("http.route") == route
        assert attributes.get("error.type") == error
    code = recorder.server_span().status.status_code
    assert code is (StatusCode.UNSET if error is None else StatusCode.ERROR)
    assert "private" not in repr([span.attributes for span in recorder.spans()])


def test_requests_are_counted_while_they_run(recorder: Recorder, open_client: OpenClient) -> None:
    """Up at the start, down at the end of the answer."""
    app = FastAPI(telemetry=recorder.config)
    seen: list[int] = []

    @app.get("/")
    async def handler() -> None:
        seen.extend(point.value for point in recorder.points("http.server.active_requests"))

    open_client(app).get("/")
    assert seen == [1]
    assert [point.value for point in recorder.points("http.server.active_requests")] == [0]


def test_mounts_are_part_of_the_route(recorder: Recorder, open_client: OpenClient) -> None:
    """With their parameters' names, so that the number of routes stays bounded."""
    child = FastAPI()

    @child.get("/items/{item_id}")
    async def read_item(item_id: int) -> int:
        return item_id

    app = FastAPI(telemetry=recorder.config)
    app.mount("/tenants/{tenant}", child)
    assert open_client(app).get("/tenants/acme/items/1").json() == 1
    assert recorder.attributes()["http.route"] == "/tenants/{tenant}/items/{item_id}"
    assert "fastapi.endpoint" in recorder.names()


def test_trace_and_baggage_of_the_client_go_on(recorder: Recorder, open_client: OpenClient) -> None:
    """The handler is inside the client's trace, and its baggage may come in parts."""
    app = FastAPI(telemetry=recorder.config)

    @app.get("/")
    def read_baggage() -> dict[str, object]:
        return dict(baggage.get_all())

    headers = [
        ("traceparent", f"00-{TRACE}-{PARENT}-01"),
        ("baggage", "first=1"),
        ("baggage", "second=2"),
    ]
    assert open_client(app).get("/", headers=headers).json() == {"first": "1", "second": "2"}
    span = recorder.server_span()
    assert span.context.trace_id == int(TRACE, 16)
    assert span.parent is not None
    assert span.parent.span_id == int(PARENT, 16)


def test_unhandled_exception_is_logged_inside_its_trace(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Once, with message, traceback and route."""
    open_client(observed(recorder), raise_server_exceptions=False).get("/fails")
    (record,) = recorder.logs()
    assert record.event_name == "http.server.request.exception"
    assert record.body == "Unhandled exception in FastAPI request"
    assert record.severity_text == "ERROR"
    assert record.span_id == recorder.server_span().context.span_id
    assert record.attributes["http.route"] == "/fails"
    assert record.attributes["exception.type"] == "ValueError"
    assert record.attributes["exception.message"] == "failure"
    assert "in fails" in record.attributes["exception.stacktrace"]


def test_log_names_own_exceptions_as_fastapi_does(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """As in spans and metrics."""
    open_client(observed(recorder), raise_server_exceptions=False).get("/unfit")
    (record,) = recorder.logs()
    assert isinstance(record.exception, ResponseValidationError)
    assert record.attributes["exception.type"] == "fastapi.exceptions.ResponseValidationError"


def test_invalid_request_is_logged_without_its_values(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """How many errors there are, and where; not what the client sent."""
    open_client(observed(recorder)).get("/items/private")
    (record,) = recorder.logs()
    assert (record.event_name, record.severity_text) == ("fastapi.validation.failed", "WARN")
    assert record.body == "Request validation failed"
    assert record.attributes == {
        "http.route": "/items/{item_id}",
        "fastapi.validation.error_count": 1,
    }


def test_error_message_that_cannot_be_made_spoils_nothing(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """The exception comes to the server as it was raised."""

    class UnprintableError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    app = FastAPI(telemetry=recorder.config)

    @app.get("/")
    async def fails() -> None:
        raise UnprintableError

    with pytest.raises(UnprintableError):
        open_client(app).get("/")
    assert recorder.attributes()["error.type"].endswith("UnprintableError")


def test_background_tasks_have_spans_after_the_request(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Inside its trace; what fails there does not change how the request ended."""
    app = FastAPI(telemetry=recorder.config)

    def fails() -> None:
        raise HTTPException(503)

    @app.get("/")
    async def handler(background: BackgroundTasks) -> str:
        background.add_task(fails)
        return "answer"

    assert open_client(app, raise_server_exceptions=False).get("/").json() == "answer"
    wait_until(lambda: "fastapi.background_task" in recorder.names())
    server, task = recorder.spans()[-2:]
    assert server.status.status_code is StatusCode.UNSET
    assert task.name == "fastapi.background_task"
    assert task.parent is not None
    assert task.parent.span_id == server.context.span_id
    assert dict(task.attributes or {}) == {
        "code.function.name": f"{fails.__module__}.{fails.__qualname__}",
        "error.type": "fastapi.exceptions.HTTPException",
    }


def test_streamed_answer_is_part_of_the_request(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """The span ends with the last part; an exception in between is the request's."""
    app = FastAPI(telemetry=recorder.config)
    spans: list[int] = []

    @app.get("/")
    async def handler() -> StreamingResponse:
        def parts() -> Iterator[str]:
            yield "one"
            spans.append(sum(name == "GET /" for name in recorder.names()))
            yield "two"

        return StreamingResponse(parts())

    assert open_client(app).get("/").text == "onetwo"
    assert spans == [0]
    assert recorder.attributes()["http.response.status_code"] == 200


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"tracing": False}, (False, True, True), id="no spans"),
        pytest.param({"metrics": False}, (True, False, True), id="no metrics"),
        pytest.param({"logs": False}, (True, True, False), id="no logs"),
        pytest.param({"exclude": lambda scope: True}, (False, False, False), id="excluded"),
        pytest.param(
            {"tracing": False, "metrics": False, "logs": False}, (False, False, False), id="off"
        ),
    ],
)
def test_each_kind_of_telemetry_is_turned_off_by_itself(
    recorder: Recorder,
    open_client: OpenClient,
    settings: dict[str, Any],
    told: tuple[bool, bool, bool],
) -> None:
    """And all of it by excluding a request."""
    recorder.config.update(settings)
    open_client(observed(recorder), raise_server_exceptions=False).get("/fails")
    assert (bool(recorder.spans()), bool(recorder.points()), bool(recorder.logs())) == told


def test_steps_may_go_without_spans(recorder: Recorder, open_client: OpenClient) -> None:
    """One span a request is left."""
    recorder.config["operation_spans"] = False
    open_client(observed(recorder)).get("/items/1")
    assert recorder.names() == ["GET /items/{item_id}"]


def test_requests_out_of_the_sample_are_measured(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Metrics count all requests."""
    recorder.tracer_provider.sampler = ALWAYS_OFF
    open_client(observed(recorder)).get("/items/1")
    assert not recorder.spans()
    assert [point.count for point in recorder.points()] == [1]


def test_provider_that_does_nothing_counts_as_none(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Its application keeps its plans."""
    app = FastAPI(
        telemetry={
            "tracer_provider": NoOpTracerProvider(),
            "meter_provider": metrics.get_meter_provider(),
        }
    )

    @app.get("/")
    async def handler() -> bool:
        return get_telemetry_data() is None

    assert open_client(app).get("/").json() is True
    assert not app.is_observed


def test_application_without_providers_keeps_its_plans(open_client: OpenClient) -> None:
    """OpenTelemetry may be imported: nobody observes before there is somebody to tell."""
    app = FastAPI()

    @app.get("/")
    async def handler() -> str:
        return "answer"

    assert open_client(app).get("/").json() == "answer"
    assert not app.is_observed


def test_global_provider_may_come_late(
    recorder: Recorder, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests are observed from then on; on the engine, from its next look on."""
    app = FastAPI()

    @app.get("/")
    async def handler() -> str:
        return "answer"

    with open_client(app) as client:
        client.get("/")
        monkeypatch.setattr(trace, "get_tracer_provider", lambda: recorder.tracer_provider)

        def answers_observed() -> bool:
            client.get("/")
            return bool(recorder.spans())

        wait_until(answers_observed)
    assert recorder.names()[-1] == "GET /"


def test_instrumentation_in_the_stack_goes_first(
    recorder: Recorder, open_client: OpenClient
) -> None:
    """Spans would come twice otherwise."""

    class OpenTelemetryMiddleware:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)

    OpenTelemetryMiddleware.__module__ = "opentelemetry.instrumentation.asgi"
    app = observed(recorder)
    app.add_middleware(OpenTelemetryMiddleware)
    assert open_client(app).get("/items/1").json() == 1
    assert recorder.has_nothing()


def test_handler_sees_its_own_span(recorder: Recorder, open_client: OpenClient) -> None:
    """In its thread, too, so that its own spans are inside."""
    app = FastAPI(telemetry=recorder.config)
    seen: list[tuple[int, int]] = []

    @app.get("/")
    def handler() -> None:
        seen.append((threading.get_ident(), trace.get_current_span().get_span_context().span_id))

    open_client(app).get("/")
    ((thread, span_id),) = seen
    assert thread != threading.get_ident()
    assert (
        span_id
        == {span.name: span.context.span_id for span in recorder.spans()}["fastapi.endpoint"]
    )


@pytest.mark.parametrize(
    ("telemetry", "message"),
    [
        pytest.param(5, "telemetry=5 is not a mapping", id="no mapping"),
        pytest.param({"traces": False}, "no setting 'traces'", id="unknown"),
        pytest.param({"exclude": 5}, "exclude got 5, which cannot be called", id="exclude"),
        pytest.param(
            {"meter_provider": NoOpTracerProvider()}, r"has no get_meter\(\)", id="wrong provider"
        ),
    ],
)
def test_wrong_settings_are_refused_where_they_are_written(telemetry: Any, message: str) -> None:
    """FastAPI takes some of them for nothing, and fails with the first request by others."""
    with pytest.raises(DeclarationError, match=rf"(?s){message}.*{__file__}, line \d+.*fix:"):
        FastAPI(telemetry=telemetry)


def test_excluded_request_hides_the_one_around_it(recorder: Recorder) -> None:
    """A request made inside another one, in the same process, is not taken for it."""
    recorder.config["exclude"] = lambda scope: scope["path"] == "/inner"
    app = FastAPI(telemetry=recorder.config)

    @app.get("/inner")
    async def inner() -> bool:
        return get_telemetry_data() is None

    @app.get("/outer")
    def outer() -> Any:
        return TestClient(app).get("/inner").json()

    assert TestClient(app).get("/outer").json() is True
    assert recorder.server_span().name == "GET /outer"
