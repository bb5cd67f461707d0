"""Places where values are checked, answers are made and sent, and tasks run after them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from differential.exchange import Request, json_request
from pydantic import AfterValidator, BaseModel, field_serializer, field_validator
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse

from .fault import ALL, UNGUARDABLE, Fault, Places

PLACES = Places()

# What a validator raises of these is a validation error, as it should be.
ERRORS_OF_VALIDATION = frozenset({"ValueError"})


@PLACES.add(
    "validator of a body",
    request=json_request("POST", "/", text='{"size": 1}'),
    skipped=ERRORS_OF_VALIDATION,
)
def _body_validator(web: Any, app: Any, fault: Fault) -> None:
    class Item(BaseModel):
        size: int

        @field_validator("size")
        @classmethod
        def check(cls, value: int) -> int:
            fault.strike()
            return value

    @app.post("/")
    async def create(item: Item) -> str:
        fault.note("create")
        return "created"


@PLACES.add(
    "validator of a parameter",
    request=Request("GET", "/", ("size=1",)),
    skipped=ERRORS_OF_VALIDATION,
)
def _parameter_validator(web: Any, app: Any, fault: Fault) -> None:
    def check(value: int) -> int:
        fault.strike()
        return value

    @app.get("/")
    def read(size: Annotated[int, AfterValidator(check)]) -> int:
        fault.note("read")
        return size


@PLACES.add("serializer of a response model", stage="outside", hidden=ALL)
def _serializer(web: Any, app: Any, fault: Fault) -> None:
    class Item(BaseModel):
        size: int = 1

        @field_serializer("size")
        def write(self, value: int) -> int:
            fault.strike()
            return value

    @app.get("/")
    async def read() -> Item:
        return Item()


@PLACES.add("validator of a response model", skipped=ERRORS_OF_VALIDATION)
def _response_validator(web: Any, app: Any, fault: Fault) -> None:
    class Item(BaseModel):
        size: int

        @field_validator("size")
        @classmethod
        def check(cls, value: int) -> int:
            fault.strike()
            return value

    @app.get("/", response_model=Item)
    def read() -> Any:
        return {"size": 1}


@PLACES.add("object that cannot be encoded", stage="outside", hidden=ALL)
def _encoder(web: Any, app: Any, fault: Fault) -> None:
    class Pairs:
        __slots__ = ()

        def __iter__(self) -> Iterator[tuple[str, int]]:
            fault.strike()
            yield "a", 1

    @app.get("/", response_model=None)
    async def read() -> Any:
        return Pairs()


@PLACES.add("render of a response class")
def _render(web: Any, app: Any, fault: Fault) -> None:
    class Rendered(JSONResponse):
        def render(self, content: Any) -> bytes:
            fault.strike()
            return super().render(content)

    @app.get("/", response_class=Rendered)
    async def read() -> Any:
        return "read"


@PLACES.add("call of a response")
def _call(web: Any, app: Any, fault: Fault) -> None:
    class Called(PlainTextResponse):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            fault.strike()
            await super().__call__(scope, receive, send)

    @app.get("/")
    async def read() -> Any:
        return Called("read")


@PLACES.add("async background task", stage="sent")
def _async_task(web: Any, app: Any, fault: Fault) -> None:
    async def task() -> None:
        await asyncio.sleep(0)
        fault.note("task")
        fault.strike()

    _add_tasks(web, app, fault, task)


@PLACES.add("background task in a thread", stage="sent")
def _thread_task(web: Any, app: Any, fault: Fault) -> None:
    def task() -> None:
        fault.note("task")
        fault.strike()

    _add_tasks(web, app, fault, task)


@PLACES.add("background task of a response", stage="sent")
def _response_task(web: Any, app: Any, fault: Fault) -> None:
    async def task() -> None:
        fault.note("task")
        fault.strike()

    @app.get("/")
    async def read() -> Any:
        return PlainTextResponse("read", background=BackgroundTask(task))


@PLACES.add("async stream before its first part", stage="begun")
def _async_stream_before(web: Any, app: Any, fault: Fault) -> None:
    async def parts() -> AsyncIterator[bytes]:
        fault.strike()
        yield b"first"

    _stream(web, app, parts)


@PLACES.add("async stream after its first part", stage="cut")
def _async_stream_after(web: Any, app: Any, fault: Fault) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.sleep(0)
        fault.strike()

    _stream(web, app, parts)


@PLACES.add("plain stream before its first part", stage="begun", skipped=UNGUARDABLE)
def _plain_stream_before(web: Any, app: Any, fault: Fault) -> None:
    def parts() -> Iterator[bytes]:
        fault.strike()
        yield b"first"

    _stream(web, app, parts)


@PLACES.add("plain stream after its first part", stage="cut", skipped=UNGUARDABLE)
def _plain_stream_after(web: Any, app: Any, fault: Fault) -> None:
    def parts() -> Iterator[bytes]:
        yield b"first"
        fault.strike()

    _stream(web, app, parts)


def _add_tasks(web: Any, app: Any, fault: Fault, task: Any) -> None:
    @app.get("/")
    async def read(tasks: web.BackgroundTasks) -> str:
        tasks.add_task(task)
        tasks.add_task(fault.note, "next task")
        return "read"


def _stream(web: Any, app: Any, parts: Any) -> None:
    @app.get("/")
    async def read() -> Any:
        return StreamingResponse(parts())
