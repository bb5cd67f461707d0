"""Spans of requests, printed."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from sixlane import FastAPI

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))

app = FastAPI(telemetry={"tracer_provider": provider})


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> int:
    """Get a span named `GET /items/{item_id}`."""
    return item_id
