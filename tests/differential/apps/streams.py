"""Handlers that yield: JSON lines, server-sent events and content, ended early and late."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Annotated, Any

from pydantic import BaseModel, Field

from differential.exchange import Request


class Item(BaseModel):
    """What typed streams yield."""

    name: str
    price: float | None = None
    kind: str = Field("item", serialization_alias="itemKind")


@dataclass
class Pair:
    """A value of a class that Pydantic does not own."""

    left: int
    right: float = float("nan")


VALUES: dict[str, Any] = {
    "null": None,
    "text": 'caf\u00e9 \u2028 "quoted"\r\n \x00',
    "bytes": b"plain",
    "nan": [float("nan"), {"inf": float("-inf"), float("inf"): 1}],
    "keys": {1: "a", None: "b", 2.5: "c"},
    "model": Item(name="a"),
    "dataclass": Pair(1),
    "nested": {"items": [Item(name="b"), Pair(2)], "pair": (1, 2)},
    "surrogate": "\ud800",
    "object": object(),
    "wrong": {"nm": 1},
    "named": {"name": "c", "price": float("nan"), "more": 1},
}
"""Values by name; JSON cannot say all of them, and not all of them fit `Item`."""


def requests() -> Iterator[Request]:
    """Yield a request for each value in each kind of stream, and those that fail."""
    for kind in ("lines", "lines-thread", "lines-typed", "lines-excluding"):
        for name in VALUES:
            yield Request("GET", f"/{kind}/{name}")
    for name in VALUES:
        if name != "object":  # FastAPI raises a group around the error, Sixlane the error
            yield Request("GET", f"/events/{name}")
            yield Request("GET", f"/event-data/{name}")
    yield Request("GET", "/events-typed/named")
    # Not before the first value: the engine, which has sent nothing by then, answers 500.
    for when in ("never", "between", "after"):
        for kind in ("lines", "content"):
            yield Request("GET", f"/fail/{kind}/{when}")
            yield Request("GET", f"/fail/{kind}-thread/{when}")


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    sse = import_module(f"{framework}.sse")
    kinds = import_module(f"{framework}.responses")
    app = web.FastAPI()
    _add_lines(app)
    _add_events(app, sse)
    _add_content(app, kinds)
    _add_answers(app, web, sse, kinds, events)
    _add_failures(app, web, kinds, events)
    _add_included(app, web, sse)
    return app


def _add_lines(app: Any) -> None:
    @app.get("/lines/{name}")
    async def lines(name: str):  # type: ignore[no-untyped-def]
        yield "first"
        yield VALUES.get(name)

    @app.get("/lines-thread/{name}")
    def lines_thread(name: str):  # type: ignore[no-untyped-def]
        yield "first"
        yield VALUES.get(name)

    @app.get("/lines-typed/{name}")
    async def lines_typed(name: str) -> AsyncIterable[Item]:
        yield Item(name="first", price=1)
        await asyncio.sleep(0)
        yield VALUES.get(name)  # type: ignore[misc]

    @app.get("/lines-excluding/{name}", response_model_exclude_none=True)
    def lines_excluding(name: str) -> Iterable[Item | None]:
        yield Item(name="first")
        yield VALUES.get(name)

    @app.post("/lines-of-body")
    async def lines_of_body(items: list[Item]) -> AsyncIterator[Item]:
        for item in items:
            yield item

    app.get("/lines-partial")(partial(lines, name="nested"))


def _add_events(app: Any, sse: Any) -> None:
    @app.get("/events/{name}", response_class=sse.EventSourceResponse)
    async def events(name: str):  # type: ignore[no-untyped-def]
        yield "first"
        yield VALUES.get(name)

    @app.get("/event-data/{name}", response_class=sse.EventSourceResponse)
    def event_data(name: str):  # type: ignore[no-untyped-def]
        yield sse.ServerSentEvent(data=VALUES.get(name), id="1")

    @app.get("/events-typed/{name}", response_class=sse.EventSourceResponse)
    async def events_typed(name: str) -> AsyncIterable[Item]:
        yield Item(name=name)
        yield sse.ServerSentEvent(data=Item(name="own way"), event="own")

    @app.post("/event-fields", response_class=sse.EventSourceResponse)
    async def event_fields(
        event: str | None = None,
        comment: str | None = None,
        raw_data: str | None = None,
        retry: Annotated[int | None, Field(ge=0)] = None,
    ) -> AsyncIterable[sse.ServerSentEvent]:
        one_line = None if event is None else "".join(event.split("\n")).replace("\r", "")
        yield sse.ServerSentEvent(event=one_line, comment=comment, raw_data=raw_data, retry=retry)

    @app.get("/events-returned", response_class=sse.EventSourceResponse)
    def events_returned() -> Any:
        return [1, {"a": 2}]


def _add_content(app: Any, kinds: Any) -> None:
    class Picture(kinds.StreamingResponse):  # type: ignore[name-defined,misc]
        media_type = "image/png"

    @app.get("/content", response_class=kinds.StreamingResponse)
    async def content(count: int = 2) -> AsyncIterable[str]:
        for number in range(count % 50):
            yield f"part {number} \u00e9"

    @app.get("/content-thread", response_class=Picture)
    def content_thread(count: int = 2) -> Iterable[bytes]:
        for number in range(count % 50):
            yield bytes([number])


def _add_answers(app: Any, web: Any, sse: Any, kinds: Any, events: list[str]) -> None:
    def accept(response: web.Response) -> Iterator[None]:  # type: ignore[name-defined]
        response.status_code = 202
        response.headers["x-dependency"] = "set"
        response.set_cookie("seen", "yes")
        events.append("opens")
        yield
        events.append("closes")

    for path, options in (
        ("lines", {}),
        ("events", {"response_class": sse.EventSourceResponse}),
        ("content", {"response_class": kinds.StreamingResponse}),
    ):

        @app.post(
            f"/answers/{path}", status_code=201, dependencies=[web.Depends(accept)], **options
        )
        async def answers(
            tasks: web.BackgroundTasks,  # type: ignore[name-defined]
            response: web.Response,  # type: ignore[name-defined]
            number: int = 1,
        ) -> AsyncIterable[str]:
            response.headers["x-late"] = "lost"
            tasks.add_task(events.append, "task")
            yield str(number)

        @app.head(f"/heads/{path}", **options)
        def heads() -> Iterable[str]:
            yield "a"
            yield "b"


def _add_failures(app: Any, web: Any, kinds: Any, events: list[str]) -> None:
    async def watch() -> AsyncIterator[None]:
        try:
            yield
        except Exception as error:
            events.append(f"sees {type(error).__name__}")
            raise
        finally:
            events.append("closes")

    early = web.Depends(watch, scope="function")
    watched: dict[str, Any] = {"dependencies": [web.Depends(watch), early]}

    @app.exception_handler(KeyError)
    def handle(request: Any, error: KeyError) -> Any:
        events.append("handled")
        return kinds.PlainTextResponse("key", 400)

    parts, parts_thread = _make_failing(web, events)
    content = {"response_class": kinds.StreamingResponse}
    app.get("/fail/lines/{when}", **watched)(parts)
    app.get("/fail/lines-thread/{when}", **watched)(parts_thread)
    app.get("/fail/content/{when}", **watched, **content)(parts)
    app.get("/fail/content-thread/{when}", **watched, **content)(parts_thread)


def _make_failing(web: Any, events: list[str]) -> tuple[Any, Any]:
    def fail(now: str, when: str) -> None:
        error: dict[str, Exception] = {
            "between": KeyError(now),
            "after": web.HTTPException(403),
        }
        if now == when:
            raise error[now]

    async def parts(when: str) -> AsyncIterable[str]:
        try:
            yield "1"
            fail("between", when)
            yield "2"
            fail("after", when)
        finally:
            events.append("ends")

    def parts_thread(when: str) -> Iterable[str]:
        try:
            yield "1"
            fail("between", when)
            yield "2"
            fail("after", when)
        finally:
            events.append("ends")

    return parts, parts_thread


def _add_included(app: Any, web: Any, sse: Any) -> None:
    router = web.APIRouter()

    @router.get("/typed", response_model_exclude_unset=True)
    async def typed(number: int = 1) -> AsyncIterable[Item]:
        yield Item(name=str(number))

    app.include_router(router, prefix="/included")
    app.include_router(
        router, prefix="/included-events", default_response_class=sse.EventSourceResponse
    )
