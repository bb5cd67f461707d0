"""Response models, classes, status codes, headers and bodies that are not JSON."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field, field_serializer
from typing_extensions import TypedDict

from differential.exchange import Request


class Shape(Enum):
    """An enum inside a response."""

    ROUND = "round"


class Person(BaseModel):
    """What is kept."""

    name: str
    password: str = "secret"
    age: int | None = None
    nick: str = Field("nick", alias="nickName")


class PublicPerson(BaseModel):
    """What is shown."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    age: int | None = None


class Derived(BaseModel):
    """A response with a computed field and a serializer."""

    width: int
    at: datetime = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc)  # noqa: UP017

    @computed_field
    def area(self) -> int:
        """The square of the width."""
        return self.width * self.width

    @field_serializer("at")
    def show_time(self, value: datetime) -> str:
        """Only the year."""
        return str(value.year)


@dataclass
class Pair:
    """A dataclass as response."""

    left: int
    right: str = "r"


class Row(TypedDict):
    """A dictionary as response."""

    key: str
    value: float


VALUES: dict[str, Any] = {
    "null": None,
    "text": 'caf\u00e9 \u2028 \U0001f600 "quoted" \\ / \x00 \x7f',
    "integer": 12345678901234567890123,
    "float": 1e100,
    "tiny": 1e-7,
    "nan": float("nan"),
    "infinity": [float("inf")],
    "bool": True,
    "list": [1, 2.0, "3", None, [], {}],
    "tuple": (1, (2, 3)),
    "set": {5},
    "keys": {1: "a", None: "b", 2.5: "d"},
    "date": datetime(2024, 2, 29, 12, 30, 1, 5),
    "span": timedelta(days=1, seconds=1.5),
    "decimal": Decimal("1.50"),
    "uuid": UUID(int=5),
    "bytes": b"plain",
    "bad-bytes": b"\xff",
    "enum": Shape.ROUND,
    "model": Person(name="a"),
    "dataclass": Pair(1),
    "nested": {"models": [Person(name="b"), Pair(2)], "when": {"at": datetime(2024, 1, 1)}},
    "path": Path("a/b"),
    "object": object(),
    "surrogate": "\ud800",
    "zero": -0.0,
}


def requests() -> Iterator[Request]:
    """Yield a request for every value and way to answer with it, and for odd status codes."""
    for kind in ("", "-thread", "-plain", "-as-float", "-as-person"):
        for name in VALUES:
            yield Request("GET", f"/values{kind}/{name}")
    # Not 205, for which the reference announces the length of a body that it does not send.
    for code in (200, 201, 204, 206, 304, 400, 418, 500, 599, 100):
        yield Request("GET", f"/status/{code}")
        yield Request("GET", "/direct", (f"code={code}",))
    for count in (0, 1, 100):
        yield Request("GET", "/stream", (f"count={count}",))
        yield Request("GET", "/stream-thread", (f"count={count}",))
    yield Request("POST", "/tasks", ("fail=1",))


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    kinds = import_module(f"{framework}.responses")
    app = web.FastAPI()
    _add_values(app, web)
    _add_models(app)
    _add_filters(app)
    _add_types(app)
    _add_status(app, web, kinds)
    _add_injected(app, web, events)
    _add_classes(app, web, kinds)
    _add_direct(app, web, kinds, events)
    _add_streams(app, kinds, events)
    _add_tasks(app, web, kinds, events)
    return app


def _add_values(app: Any, web: Any) -> None:
    names = Enum("names", {name: name for name in VALUES})

    @app.get("/values/{name}")
    async def value(name: names) -> Any:  # type: ignore[valid-type]
        return VALUES[name.value]  # type: ignore[attr-defined]

    @app.get("/values-thread/{name}")
    def value_thread(name: names) -> Any:  # type: ignore[valid-type]
        return VALUES[name.value]  # type: ignore[attr-defined]

    @app.get("/values-plain/{name}")
    async def value_plain(name: names):  # type: ignore[valid-type,no-untyped-def]
        return VALUES[name.value]  # type: ignore[attr-defined]

    @app.get("/values-as-float/{name}", response_model=float)
    async def value_as_float(name: names) -> Any:  # type: ignore[valid-type]
        return VALUES[name.value]  # type: ignore[attr-defined]

    @app.get("/values-as-person/{name}")
    def value_as_person(name: names) -> Person:  # type: ignore[valid-type]
        return VALUES[name.value]  # type: ignore[attr-defined,no-any-return]


def _add_models(app: Any) -> None:
    @app.get("/person", response_model=PublicPerson)
    async def person(age: int | None = None) -> Any:
        return Person(name="a", age=age)

    @app.get("/person-dict")
    async def person_dict(name: str = "a") -> PublicPerson:
        return {"name": name, "password": "x", "age": 1}  # type: ignore[return-value]

    @app.get("/people")
    async def people(count: int = 2) -> list[PublicPerson]:
        return [Person(name=str(number)) for number in range(min(count, 50))]  # type: ignore[misc]

    @app.get("/people-thread", response_model=dict[str, PublicPerson])
    def people_thread() -> Any:
        return {"a": Person(name="x")}

    @app.get("/broken", response_model=PublicPerson)
    async def broken(broken: bool = True) -> Any:
        return {"nome": "a"} if broken else {"name": "a"}

    @app.get("/derived")
    async def derived(width: int) -> Derived:
        return Derived(width=width)

    @app.get("/either")
    async def either(first: bool = True) -> Derived | PublicPerson:
        return Derived(width=1) if first else PublicPerson(name="a")

    @app.get("/no-model", response_model=None)
    async def no_model() -> int:
        return "not a number"  # type: ignore[return-value]


def _add_filters(app: Any) -> None:
    person = Person(name="a", nickName="n")

    @app.get("/include", response_model=Person, response_model_include={"name", "nick"})
    async def include() -> Any:
        return person

    @app.get("/exclude", response_model=Person, response_model_exclude={"password"})
    async def exclude() -> Any:
        return person

    @app.get("/unset", response_model=Person, response_model_exclude_unset=True)
    async def unset() -> Any:
        return person

    @app.get("/defaults", response_model=Person, response_model_exclude_defaults=True)
    async def defaults() -> Any:
        return {"name": "a", "password": "secret", "age": None}

    @app.get("/none", response_model=list[Person], response_model_exclude_none=True)
    async def none() -> Any:
        return [person, {"name": "b", "age": 3}]

    @app.get("/by-name", response_model=Person, response_model_by_alias=False)
    async def by_name() -> Any:
        return person


def _add_types(app: Any) -> None:
    @app.get("/pair")
    async def pair(left: int = 1) -> Pair:
        return Pair(left)

    @app.get("/row")
    async def row(value: float = 1.0) -> Row:
        return {"key": "k", "value": value}

    @app.get("/number")
    async def number(value: float) -> float:
        return value

    @app.get("/moment")
    async def moment(at: datetime) -> datetime:
        return at

    @app.get("/exact")
    async def exact(value: Decimal) -> Decimal:
        return value

    @app.get("/raw")
    async def raw(text: str = "a") -> bytes:
        return text.encode()

    @app.get("/mapping")
    async def mapping() -> dict[int, Shape]:
        return {1: Shape.ROUND}

    @app.get("/unique")
    async def unique() -> set[int]:
        return {3}


def _add_status(app: Any, web: Any, kinds: Any) -> None:
    @app.post("/created", status_code=201)
    async def created(name: str) -> Any:
        return {"name": name}

    @app.delete("/deleted", status_code=204)
    async def deleted() -> None:
        return None

    @app.get("/not-modified", status_code=304)
    async def not_modified() -> None:
        return None

    @app.get("/teapot", status_code=web.status.HTTP_418_IM_A_TEAPOT)
    def teapot() -> str:
        return "short and stout"

    @app.get("/status/{code}", response_class=kinds.PlainTextResponse)
    async def status(code: Annotated[int, web.Path(ge=200, le=599)], response: web.Response) -> Any:
        response.status_code = code
        return f"status {code}"


def _add_injected(app: Any, web: Any, events: list[str]) -> None:
    @app.get("/injected")
    async def injected(response: web.Response, name: str = "n", teapot: bool = False) -> Any:
        response.headers["x-name"] = "injected"
        response.headers.append("x-many", "1")
        response.headers.append("x-many", "2")
        response.set_cookie("name", name, max_age=10, httponly=True)
        response.set_cookie("other", "1", samesite="strict", secure=True)
        response.set_cookie("gone", max_age=0)
        if teapot:
            response.status_code = 418
        return {"name": name}

    @app.get("/injected-thread", response_model=Person)
    def injected_thread(response: web.Response) -> Any:
        response.headers["content-type"] = "application/x-own"
        events.append("thread")
        return {"name": "a"}

    @app.get("/injected-direct")
    async def injected_direct(response: web.Response) -> Any:
        response.headers["x-lost"] = "1"
        return web.Response("direct", media_type="text/plain")


def _add_classes(app: Any, web: Any, kinds: Any) -> None:
    class Upper(kinds.JSONResponse):
        media_type = "application/upper+json"

        def render(self, content: Any) -> bytes:
            return super().render(content).upper()

    @app.get("/html", response_class=kinds.HTMLResponse)
    async def html(name: str = "<b>") -> Any:
        return f"<p>{name}</p>"

    @app.get("/plain", response_class=kinds.PlainTextResponse)
    def plain(text: str = "caf\u00e9") -> Any:
        return text

    @app.get("/redirect", response_class=kinds.RedirectResponse)
    async def redirect(to: str = "/else where?q=\u00e9") -> Any:
        return to

    @app.get("/moved", response_class=kinds.RedirectResponse, status_code=301)
    async def moved() -> Any:
        return "https://example.com/"

    @app.get("/upper", response_class=Upper)
    async def upper(text: str = "a") -> Any:
        return {"text": text}

    @app.get("/upper-model", response_class=Upper, response_model=Person)
    async def upper_model() -> Any:
        return {"name": "a"}

    @app.get("/empty", response_class=web.Response)
    async def empty() -> Any:
        return None

    router = web.APIRouter(default_response_class=kinds.PlainTextResponse)

    @router.get("/router-plain")
    async def router_plain() -> Any:
        return "plain"

    app.include_router(router)


def _add_direct(app: Any, web: Any, kinds: Any, events: list[str]) -> None:
    @app.get("/direct")
    async def direct(code: Annotated[int, web.Query(ge=200, le=599)] = 200) -> Any:
        return kinds.JSONResponse({"direct": True}, code, {"x-direct": "yes"})

    @app.get("/direct-cookies")
    def direct_cookies() -> Any:
        response = kinds.Response(b"\xff\x00", media_type="application/octet-stream")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    @app.get("/redirect-direct")
    async def redirect_direct(to: str = "/") -> Any:
        return kinds.RedirectResponse(to, status_code=303)

    @app.get("/annotated")
    async def annotated() -> kinds.Response:
        return kinds.HTMLResponse("<p>")

    @app.get("/file", response_class=kinds.FileResponse)
    async def file() -> Any:
        return Path(__file__)

    @app.get("/named-file")
    def named_file(name: str = 'caf\u00e9 ".py') -> Any:
        return kinds.FileResponse(__file__, filename=name, headers={"x-file": "1"})

    @app.get("/missing-file")
    async def missing_file() -> Any:
        return kinds.FileResponse(Path(__file__).with_name("nothing.txt"))


def _add_streams(app: Any, kinds: Any, events: list[str]) -> None:
    async def numbers(count: int) -> AsyncIterator[str]:
        for number in range(count):
            yield f"{number}\n"
        events.append("streamed")

    def blocking(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield b"x" * 1000

    @app.get("/stream")
    async def stream(count: int = 3) -> Any:
        return kinds.StreamingResponse(numbers(min(count, 100)), media_type="text/plain")

    @app.get("/stream-thread")
    def stream_thread(count: int = 3) -> Any:
        return kinds.StreamingResponse(blocking(min(count, 100)))

    @app.get("/stream-length")
    async def stream_length() -> Any:
        return kinds.StreamingResponse(numbers(3), headers={"content-length": "6"})


def _add_tasks(app: Any, web: Any, kinds: Any, events: list[str]) -> None:
    async def task(name: str) -> None:
        events.append(f"task {name}")

    def failing() -> None:
        events.append("failing task")
        raise ValueError("task")

    @app.post("/tasks")
    async def tasks(tasks: web.BackgroundTasks, name: str = "n", fail: bool = False) -> Any:
        tasks.add_task(task, name)
        if fail:
            tasks.add_task(failing)
        tasks.add_task(task, "last")
        events.append("endpoint")
        return name

    @app.post("/tasks-direct")
    def tasks_direct(tasks: web.BackgroundTasks) -> Any:
        tasks.add_task(task, "injected")
        return kinds.PlainTextResponse("direct")

    @app.post("/tasks-own")
    async def tasks_own(tasks: web.BackgroundTasks) -> Any:
        background = import_module(web.BackgroundTasks.__module__).BackgroundTasks()
        background.add_task(task, "own")
        tasks.add_task(task, "injected")
        return kinds.PlainTextResponse("direct", background=background)

    @app.delete("/tasks-empty", status_code=204)
    async def tasks_empty(tasks: web.BackgroundTasks) -> None:
        tasks.add_task(task, "after nothing")
