"""Dependencies of every kind, which raise at every place."""

from collections.abc import Iterator
from contextvars import ContextVar
from importlib import import_module
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel

from differential.exchange import Request, json_request

Place = Literal["before", "inside", "after", "endpoint", "task", "response"]
Kind = Literal["http", "value", "custom", "runtime"]

current: ContextVar[str] = ContextVar("current", default="none")


class CustomError(Exception):
    """Has a handler of its own."""


class Note(BaseModel):
    """A body that a dependency takes."""

    text: str


class Fault:
    """Raises where the request asks for it, and records where it has been."""

    def __init__(self, web: Any, events: list[str]) -> None:
        self._web = web
        self._events = events

    def at(self, place: str, where: str | None, kind: str) -> None:
        """Record the place; raise if it is the one asked for."""
        self._events.append(place)
        if place != where:
            return
        if kind == "http":
            raise self._web.HTTPException(418, f"at {place}", {"x-place": place})
        raise {"value": ValueError, "custom": CustomError, "runtime": RuntimeError}[kind](place)


def requests() -> Iterator[Request]:
    """Yield a request for every place and kind of exception."""
    for path in ("/yielding", "/yielding-thread", "/yielding-model", "/function-scope", "/scopes"):
        for where in get_args(Place):
            for kind in get_args(Kind):
                yield Request("GET", path, (f"where={where}", f"kind={kind}"))
    for path in ("/swallowing", "/replacing"):
        yield Request("GET", path, ("fail=1",))
    for query in (("a=1", "b=2"), ("a=-1", "b=2"), ("a=x", "b=y"), ("a=-1",)):
        for text in ('{"text": "t"}', '{"text": 1}', "{"):
            yield json_request("POST", "/parameters/3", query=query, text=text)


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    note = events.append

    async def everywhere(x_global: Annotated[str | None, web.Header()] = None) -> None:
        note(f"global {x_global}")
        if x_global == "stop":
            raise web.HTTPException(403, "stopped")

    app = web.FastAPI(dependencies=[web.Depends(everywhere)])

    @app.exception_handler(CustomError)
    async def answer_custom(request: web.Request, error: CustomError) -> Any:
        note("handler")
        responses = import_module(f"{framework}.responses")
        return responses.JSONResponse({"custom": str(error)}, 409)

    fault = Fault(web, events)
    _add_yielding(app, web, fault)
    _add_scopes(app, web, fault)
    _add_swallowing(app, web, note)
    _add_nested(app, web, note)
    _add_classes(app, web, note)
    _add_parameters(app, web, note)
    _add_contexts(app, web, note)
    _add_router(app, web, note)
    _add_overridden(app, web, note)
    return app


def _add_yielding(app: Any, web: Any, fault: Fault) -> None:
    async def outer(where: Place | None = None, kind: Kind = "http") -> Any:
        fault.at("before", where, kind)
        try:
            yield "outer"
        except Exception as error:
            fault._events.append(f"outer saw {type(error).__name__}")
            raise
        finally:
            fault._events.append("outer closed")
        fault.at("after", where, kind)

    def inner(
        outer: Annotated[str, web.Depends(outer)], where: Place | None = None, kind: Kind = "http"
    ) -> Any:
        fault.at("inside", where, kind)
        try:
            yield outer + " inner"
        finally:
            fault._events.append("inner closed")

    @app.get("/yielding")
    async def yielding(
        value: Annotated[str, web.Depends(inner)],
        tasks: web.BackgroundTasks,
        response: web.Response,
        where: Place | None = None,
        kind: Kind = "http",
    ) -> Any:
        response.headers["x-value"] = value
        tasks.add_task(fault.at, "task", where, kind)
        fault.at("endpoint", where, kind)
        return {"value": value}

    @app.get("/yielding-thread")
    def yielding_thread(
        value: Annotated[str, web.Depends(inner)], where: Place | None = None, kind: Kind = "http"
    ) -> Any:
        fault.at("endpoint", where, kind)
        return value

    @app.get("/yielding-model", response_model=int)
    async def yielding_model(
        value: Annotated[str, web.Depends(inner)], where: Place | None = None, kind: Kind = "http"
    ) -> Any:
        fault.at("endpoint", where, kind)
        return "not a number" if where == "response" else 1


def _add_scopes(app: Any, web: Any, fault: Fault) -> None:
    note = fault._events.append

    async def for_function(where: Place | None = None, kind: Kind = "http") -> Any:
        note("function open")
        yield 1
        note("function closed")
        fault.at("after", where, kind)

    async def for_request() -> Any:
        note("request open")
        yield 2
        note("request closed")

    @app.get("/scopes")
    async def scopes(
        first: Annotated[int, web.Depends(for_function, scope="function")],
        second: Annotated[int, web.Depends(for_request, scope="request")],
        tasks: web.BackgroundTasks,
    ) -> Any:
        tasks.add_task(note, "task")
        note("endpoint")
        return [first, second]

    @app.get("/function-scope")
    def function_scope(
        value: Annotated[int, web.Depends(for_function, scope="function")],
        where: Place | None = None,
        kind: Kind = "http",
    ) -> Any:
        fault.at("endpoint", where, kind)
        return value


def _add_swallowing(app: Any, web: Any, note: Any) -> None:
    async def swallowing() -> Any:
        try:
            yield 1
        except ValueError:
            note("swallowed")

    def replacing() -> Any:
        try:
            yield 1
        except ValueError as error:
            raise web.HTTPException(400, f"instead of {error}") from error

    @app.get("/swallowing")
    async def swallow(value: Annotated[int, web.Depends(swallowing)], fail: bool = False) -> Any:
        if fail:
            raise ValueError("lost")
        return value

    @app.get("/replacing")
    async def replace(value: Annotated[int, web.Depends(replacing)], fail: bool = False) -> Any:
        if fail:
            raise ValueError("first")
        return value


def _add_nested(app: Any, web: Any, note: Any) -> None:
    async def root(number: int = 1) -> int:
        note("root")
        return number

    def left(value: Annotated[int, web.Depends(root)]) -> int:
        note("left")
        return value + 1

    async def right(value: Annotated[int, web.Depends(root)]) -> int:
        note("right")
        return value + 2

    async def fresh(value: Annotated[int, web.Depends(root, use_cache=False)]) -> int:
        note("fresh")
        return value + 3

    @app.get("/diamond")
    async def diamond(
        left: Annotated[int, web.Depends(left)], right: Annotated[int, web.Depends(right)]
    ) -> Any:
        return [left, right]

    @app.get("/uncached")
    async def uncached(
        left: Annotated[int, web.Depends(left)],
        fresh: Annotated[int, web.Depends(fresh)],
        root: Annotated[int, web.Depends(root)],
    ) -> Any:
        return [left, fresh, root]

    @app.get("/in-decorator", dependencies=[web.Depends(left), web.Depends(right)])
    async def in_decorator(text: str) -> Any:
        return text


def _add_classes(app: Any, web: Any, note: Any) -> None:
    class Query:
        def __init__(self, q: str = "none", limit: int = 5) -> None:
            note("class")
            self.q, self.limit = q, limit

    class Checker:
        def __init__(self, word: str) -> None:
            self.word = word

        def __call__(self, q: str = "") -> bool:
            note("instance")
            return self.word in q

        async def check(self, q: str = "") -> str:
            note("method")
            return self.word + q

    checker = Checker("bar")

    @app.get("/class")
    async def by_class(query: Annotated[Query, web.Depends()]) -> Any:
        return {"q": query.q, "limit": query.limit}

    @app.get("/instance")
    async def by_instance(
        found: Annotated[bool, web.Depends(checker)],
        text: Annotated[str, web.Depends(checker.check)],
    ) -> Any:
        return [found, text]


def _add_parameters(app: Any, web: Any, note: Any) -> None:
    async def first(response: web.Response, a: int, tasks: web.BackgroundTasks) -> int:
        response.headers["x-first"] = str(a)
        response.status_code = 202
        response.set_cookie("first", str(a))
        tasks.add_task(note, "first task")
        if a < 0:
            raise web.HTTPException(400, "negative")
        return a

    async def second(request: web.Request, body: Note, b: int) -> Any:
        return [request.url.path, body.text, b]

    @app.post("/parameters/{c}")
    async def parameters(
        a: Annotated[int, web.Depends(first)],
        b: Annotated[Any, web.Depends(second)],
        c: int,
        tasks: web.BackgroundTasks,
    ) -> Any:
        tasks.add_task(note, "second task")
        return [a, b, c]

    @app.get("/first/{c}", dependencies=[web.Depends(first)])
    def only_first(c: int, response: web.Response) -> Any:
        response.set_cookie("second", "2")
        response.headers["x-first"] = "replaced?"
        return c


def _add_contexts(app: Any, web: Any, note: Any) -> None:
    async def set_async() -> Any:
        token = current.set("async")
        yield
        note(f"async reset from {current.get()}")
        current.reset(token)

    def set_sync() -> None:
        current.set("sync")

    @app.get("/context", dependencies=[web.Depends(set_async)])
    async def context() -> Any:
        return current.get()

    @app.get("/context-thread", dependencies=[web.Depends(set_async)])
    def context_thread() -> Any:
        return current.get()

    @app.get("/context-sync", dependencies=[web.Depends(set_sync)])
    async def context_sync() -> Any:
        return current.get()


def _add_router(app: Any, web: Any, note: Any) -> None:
    def named(name: str) -> Any:
        async def dependency() -> None:
            note(name)

        return web.Depends(dependency)

    inner = web.APIRouter(prefix="/inner", dependencies=[named("inner")])

    @inner.get("/leaf", dependencies=[named("route")])
    async def leaf(value: int = 1) -> Any:
        return value

    outer = web.APIRouter(dependencies=[named("outer")])
    outer.include_router(inner, dependencies=[named("inner include")])
    app.include_router(outer, prefix="/outer", dependencies=[named("outer include")])


def _add_overridden(app: Any, web: Any, note: Any) -> None:
    async def original(number: int) -> Any:
        note("original")
        return number

    async def replacement(word: str = "default") -> Any:
        note("replacement")
        yield word
        note("replacement closed")

    def above(value: Annotated[Any, web.Depends(original)]) -> Any:
        return [value]

    @app.get("/overridden")
    async def overridden(
        value: Annotated[Any, web.Depends(original)], above: Annotated[Any, web.Depends(above)]
    ) -> Any:
        return {"value": value, "above": above}

    app.dependency_overrides[original] = replacement
