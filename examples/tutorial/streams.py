"""Answers that come in parts."""

from collections.abc import AsyncIterable, Iterable

from pydantic import BaseModel

from sixlane import FastAPI
from sixlane.responses import EventSourceResponse, StreamingResponse
from sixlane.sse import ServerSentEvent

app = FastAPI()


class Reading(BaseModel):
    """A measurement."""

    celsius: float


@app.get("/readings")
async def list_readings() -> AsyncIterable[Reading]:
    """Yield models: each is a line of JSON."""
    for celsius in (20.5, 21.0):
        yield Reading(celsius=celsius)


@app.get("/events", response_class=EventSourceResponse)
async def follow() -> AsyncIterable[ServerSentEvent]:
    """Yield server-sent events, which a browser reads by `EventSource`."""
    yield ServerSentEvent(data=Reading(celsius=20.5), event="reading", id="1")
    yield ServerSentEvent(raw_data="done")


@app.get("/table.csv", response_class=StreamingResponse)
def export() -> Iterable[str]:
    """Yield text as it is."""
    yield "celsius\n"
    yield "20.5\n"
