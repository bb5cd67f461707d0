"""Chapters on dependencies: functions, classes, below others, in decorators, everywhere."""

import itertools
from contextvars import ContextVar
from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response


async def page(q: str | None = None, skip: int = 0, limit: int = 100) -> dict[str, Any]:
    """Parameters that several operations share."""
    return {"q": q, "skip": skip, "limit": limit}


class Page:
    """The same as a class."""

    def __init__(self, q: str | None = None, skip: int = 0) -> None:
        self.q = q
        self.skip = skip


class Contains:
    """A dependency that has settings of its own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, q: str = "") -> bool:
        """Whether the query has the text."""
        return self.text in q

    async def repeat(self, times: int = 1) -> str:
        """The text several times."""
        return self.text * times


def test_result_of_a_dependency_is_passed_on(open_client: OpenClient) -> None:
    """Parameters of the dependency are those of the operation, whichever kind of function it is."""
    app = FastAPI()

    def plain(skip: int = 0) -> int:
        return skip

    @app.get("/")
    async def read(
        page: Annotated[dict[str, Any], Depends(page)], skip: Annotated[int, Depends(plain)]
    ) -> Any:
        return [page, skip]

    client = open_client(app)
    assert client.get("/").json() == [{"q": None, "skip": 0, "limit": 100}, 0]
    assert client.get("/?q=a&skip=3").json() == [{"q": "a", "skip": 3, "limit": 100}, 3]


def test_mistake_in_a_dependency_is_the_operations(open_client: OpenClient) -> None:
    """Its parameters are validated like the operation's own; all mistakes come together."""
    app = FastAPI()

    @app.get("/")
    def read(number: int, page: dict[str, Any] = Depends(page)) -> None: ...  # noqa: B008

    answer = open_client(app).get("/?skip=x&number=y")
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [
        ["query", "skip"],
        ["query", "number"],
    ]


@pytest.mark.parametrize("path", ["/def", "/async", "/below"])
def test_context_of_a_def_dependency_is_its_own(open_client: OpenClient, path: str) -> None:
    """What it sets in a context variable does not reach the handler, however that is declared."""
    app = FastAPI()
    tenant: ContextVar[str] = ContextVar("tenant", default="nobody")

    def set_tenant(name: str) -> str:
        tenant.set(name)
        return name

    def look(name: Annotated[str, Depends(set_tenant)]) -> list[str]:
        return [name, tenant.get()]

    @app.get("/def")
    def read(name: Annotated[str, Depends(set_tenant)]) -> list[str]:
        return [name, tenant.get()]

    @app.get("/async")
    async def read_async(name: Annotated[str, Depends(set_tenant)]) -> list[str]:
        return [name, tenant.get()]

    @app.get("/below")
    def read_below(seen: Annotated[list[str], Depends(look)]) -> list[str]:
        return seen

    assert open_client(app).get(path, params={"name": "x"}).json() == ["x", "nobody"]


def test_class_may_be_a_dependency(open_client: OpenClient) -> None:
    """It is called; `Depends()` without argument takes the annotation."""
    app = FastAPI()

    @app.get("/")
    async def read(
        first: Annotated[Page, Depends(Page)], second: Annotated[Page, Depends()]
    ) -> Any:
        return [first.q, second.skip, first is second]

    assert open_client(app).get("/?q=a&skip=2").json() == ["a", 2, True]


def test_instance_and_method_may_be_dependencies(open_client: OpenClient) -> None:
    """Anything that can be called will do."""
    app = FastAPI()
    contains = Contains("bar")

    @app.get("/")
    async def read(
        found: Annotated[bool, Depends(contains)], text: Annotated[str, Depends(contains.repeat)]
    ) -> Any:
        return [found, text]

    assert open_client(app).get("/?q=foobar&times=2").json() == [True, "barbar"]


def test_dependencies_have_dependencies(open_client: OpenClient) -> None:
    """They are solved from the inside out."""
    app = FastAPI()
    calls: list[str] = []

    async def query(q: str | None = None) -> str | None:
        calls.append("query")
        return q

    def query_or_header(
        q: Annotated[str | None, Depends(query)], x_last: Annotated[str, Header()] = "none"
    ) -> str:
        calls.append("query_or_header")
        return q or x_last

    @app.get("/")
    async def read(value: Annotated[str, Depends(query_or_header)]) -> str:
        calls.append("read")
        return value

    client = open_client(app)
    assert client.get("/?q=a").json() == "a"
    assert calls == ["query", "query_or_header", "read"]
    assert client.get("/", headers={"x-last": "b"}).json() == "b"


def test_dependency_is_called_once_for_a_request(open_client: OpenClient) -> None:
    """Its result is shared, unless `use_cache=False` asks for a new one."""
    app = FastAPI()
    calls: list[int] = []

    async def count() -> int:
        calls.append(1)
        return len(calls)

    async def above(number: Annotated[int, Depends(count)]) -> int:
        return number

    @app.get("/shared")
    async def shared(
        a: Annotated[int, Depends(count)], b: Annotated[int, Depends(above)]
    ) -> list[int]:
        return [a, b]

    @app.get("/fresh")
    async def fresh(
        a: Annotated[int, Depends(count)], b: Annotated[int, Depends(count, use_cache=False)]
    ) -> list[int]:
        return [a, b]

    client = open_client(app)
    assert client.get("/shared").json() == [1, 1]
    assert client.get("/fresh").json() == [2, 3]


def test_dependencies_in_the_decorator(open_client: OpenClient) -> None:
    """They run, and may end the request; their results are dropped."""
    app = FastAPI()

    async def check(x_token: Annotated[str, Header()]) -> str:
        if x_token != "secret":
            raise HTTPException(400, "X-Token header invalid")
        return x_token

    @app.get("/", dependencies=[Depends(check)])
    async def read() -> str:
        return "in"

    client = open_client(app)
    assert client.get("/", headers={"x-token": "secret"}).json() == "in"
    assert client.get("/", headers={"x-token": "wrong"}).json() == {
        "detail": "X-Token header invalid"
    }
    assert client.get("/").status_code == 422


def test_dependencies_of_app_router_inclusion_and_operation_run_in_this_order(
    open_client: OpenClient,
) -> None:
    """From the outside in."""
    calls: list[str] = []

    def note(name: str) -> Any:
        async def dependency() -> None:
            calls.append(name)

        return Depends(dependency)

    app = FastAPI(dependencies=[note("app")])
    router = APIRouter(dependencies=[note("router")])

    @router.get("/", dependencies=[note("operation")])
    async def read(value: Annotated[None, note("parameter")]) -> None:
        calls.append("read")

    app.include_router(router, dependencies=[note("inclusion")])
    open_client(app).get("/")
    assert calls == ["app", "inclusion", "router", "operation", "parameter", "read"]


def test_exception_of_a_dependency_ends_the_request(open_client: OpenClient) -> None:
    """What would come after it is not called."""
    app = FastAPI()
    calls: list[str] = []

    def first() -> None:
        calls.append("first")
        raise HTTPException(403, "stop")

    async def second() -> None:
        calls.append("second")

    @app.get("/")
    async def read(a: Annotated[None, Depends(first)], b: Annotated[None, Depends(second)]) -> None:
        calls.append("read")

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.json()) == (403, {"detail": "stop"})
    assert calls == ["first"]


def test_exception_of_a_dependency_goes_before_mistakes_in_parameters(
    open_client: OpenClient,
) -> None:
    """A guard answers before what follows it is validated."""
    app = FastAPI()

    async def guard() -> None:
        raise HTTPException(401, "who?")

    @app.get("/", dependencies=[Depends(guard)])
    async def read(number: int) -> None: ...

    assert open_client(app).get("/?number=x").status_code == 401


def test_dependency_with_a_mistake_below_it_is_not_called(open_client: OpenClient) -> None:
    """It has nothing to be called with; its neighbours are called all the same."""
    app = FastAPI()
    calls: list[str] = []

    async def broken(number: int) -> None:
        calls.append("broken")

    async def fine() -> None:
        calls.append("fine")

    @app.get("/", dependencies=[Depends(broken), Depends(fine)])
    async def read() -> None:
        calls.append("read")

    assert open_client(app).get("/?number=x").status_code == 422
    assert calls == ["fine"]


def test_unshared_dependency_of_a_shared_one_is_called_for_each_use(
    open_client: OpenClient,
) -> None:
    """Sharing is about one result: what is below it and not shared is called again."""
    app = FastAPI()
    calls: list[str] = []

    async def unshared() -> None:
        calls.append("unshared")

    async def shared(below: Annotated[None, Depends(unshared, use_cache=False)]) -> None:
        calls.append("shared")

    @app.get("/")
    async def read(
        first: Annotated[None, Depends(shared)], second: Annotated[None, Depends(shared)]
    ) -> None:
        calls.append("read")

    assert open_client(app).get("/").status_code == 200
    assert calls == ["unshared", "shared", "unshared", "read"]


def test_first_result_of_a_dependency_is_the_shared_one(open_client: OpenClient) -> None:
    """A use that does not share gets a result of its own, and nobody else gets that one."""
    app = FastAPI()
    numbers = itertools.count(1)

    async def number() -> int:
        return next(numbers)

    @app.get("/")
    async def read(
        first: Annotated[int, Depends(number)],
        own: Annotated[int, Depends(number, use_cache=False)],
        last: Annotated[int, Depends(number)],
    ) -> Any:
        return [first, own, last]

    assert open_client(app).get("/").json() == [1, 2, 1]


def test_request_and_response_are_the_same_everywhere(open_client: OpenClient) -> None:
    """A dependency may read the request, and write headers, cookies and status of the answer."""
    app = FastAPI()

    async def prepare(request: Request, response: Response) -> str:
        response.headers["x-path"] = request.url.path
        response.status_code = 202
        return request.method

    @app.get("/")
    async def read(method: Annotated[str, Depends(prepare)], response: Response) -> str:
        response.headers["x-more"] = "1"
        return method

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.json()) == (202, "GET")
    assert (answer.headers["x-path"], answer.headers["x-more"]) == ("/", "1")


@pytest.mark.parametrize("wrong", [1, "text", object()])
def test_dependency_must_be_callable(wrong: object) -> None:
    """Anything else fails where the operation is declared."""
    app = FastAPI()

    with pytest.raises((TypeError, AssertionError)):

        @app.get("/")
        async def read(value: Annotated[Any, Depends(wrong)]) -> None: ...  # type: ignore[arg-type]
