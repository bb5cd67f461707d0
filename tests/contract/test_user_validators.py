"""What validators of the user's do: once for each request, after dependencies, with the default."""

from collections import Counter
from contextvars import ContextVar
from enum import Enum
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    Json,
    PrivateAttr,
    Tag,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticUseDefault
from support.client import OpenClient

from sixlane import (
    Body,
    Cookie,
    Depends,
    FastAPI,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
)
from sixlane.exceptions import RequestValidationError
from sixlane.responses import JSONResponse

calls: Counter[Any] = Counter()
tenant: ContextVar[str] = ContextVar("tenant", default="nobody")


@pytest.fixture(autouse=True)
def forget() -> None:
    """Begin each test anew."""
    calls.clear()


def only_later(value: Any) -> Any:
    """Refuse a value at its first time."""
    calls[value] += 1
    if calls[value] == 1:
        raise ValueError("first time")
    return value


def fail(value: str) -> str:
    """Raise what is no refusal."""
    calls[value] += 1
    raise HTTPException(418, value)


def use_default(value: Any) -> Any:
    """Have an empty value be none."""
    if value in ("", None):
        raise PydanticUseDefault
    return value


def tell_tenant(value: str) -> str:
    """Take the tenant that a dependency has found."""
    return f"{value} of {tenant.get()}"


Later = Annotated[str, AfterValidator(only_later)]
Defaulting = Annotated[int, BeforeValidator(use_default)]


class Item(BaseModel):
    name: Later
    size: int = 1


class Ended(BaseModel):
    name: str
    _kept: str = PrivateAttr(default="")

    def model_post_init(self, context: Any) -> None:
        only_later(self.name)


class Checked(BaseModel):
    name: str

    @model_validator(mode="before")
    @classmethod
    def check(cls, value: Any) -> Any:
        only_later(value["name"])
        return value


def echoing(annotation: Any, *, is_blocking: bool = False) -> FastAPI:
    """Make an application whose handler gives its only argument back."""
    app = FastAPI(openapi_url=None)

    def blocking(given: Any) -> Any:
        return given

    async def waiting(given: Any) -> Any:
        return given

    handler = blocking if is_blocking else waiting
    handler.__annotations__ = {"given": annotation}
    app.post("/")(handler)
    return app


REFUSED_ONCE = {
    "model": (Item, {"json": {"name": "a"}}),
    "list of models": (list[Item], {"json": [{"name": "a"}]}),
    "post init": (Ended, {"json": {"name": "a"}}),
    "before": (Checked, {"json": {"name": "a"}}),
    "body": (Annotated[Later, Body()], {"json": "a"}),
    "query": (Annotated[Later, Query()], {"params": {"given": "a"}}),
    "list in a query": (Annotated[list[Later], Query()], {"params": {"given": "a"}}),
    "query model": (Annotated[Item, Query()], {"params": {"name": "a"}}),
    "header": (Annotated[Later, Header()], {"headers": {"given": "a"}}),
    "cookie": (Annotated[Later, Cookie()], {"headers": {"cookie": "given=a"}}),
    "form": (Annotated[Later, Form()], {"data": {"given": "a"}}),
    "multipart": (Annotated[Later, Form()], {"data": {"given": "a"}, "files": {"b": b""}}),
    "form model": (Annotated[Item, Form()], {"data": {"name": "a"}}),
    "partial": (
        Annotated[str, WrapValidator(partial(lambda value, handler: only_later(handler(value))))],
        {"params": {"given": "a"}},
    ),
}


@pytest.mark.parametrize("is_blocking", [False, True], ids=["async def", "def"])
@pytest.mark.parametrize("case", REFUSED_ONCE)
def test_what_is_refused_was_asked_for_once(
    open_client: OpenClient, case: str, *, is_blocking: bool
) -> None:
    """What a second look would say does not count."""
    annotation, request = REFUSED_ONCE[case]
    client = open_client(echoing(annotation, is_blocking=is_blocking))
    assert client.post("/", **request).status_code == 422
    assert calls == {"a": 1}
    assert client.post("/", **request).status_code == 200
    assert calls == {"a": 2}


def two_values() -> FastAPI:
    """Make an application whose handlers take more than one value."""
    app = FastAPI(openapi_url=None)

    @app.post("/items/{place}")
    async def create(
        place: Annotated[int, Path()], item: Item, tag: Annotated[Later, Query()] = "none"
    ) -> list[Any]:
        return [place, item, tag]

    return app


def test_errors_are_told_in_their_order(open_client: OpenClient) -> None:
    """Those of values that nobody judges stand with the others, and no validator runs twice."""
    client = open_client(two_values())

    def refuse(path: str, body: Any) -> list[Any]:
        answer = client.post(path, json=body)
        assert answer.status_code == 422
        return [error["loc"] for error in answer.json()["detail"]]

    assert refuse("/items/x?tag=a", {"name": "b"}) == [
        ["path", "place"],
        ["query", "tag"],
        ["body", "name"],
    ]
    assert calls == {"a": 1, "b": 1}
    assert refuse("/items/1?tag=c", {"name": "b"}) == [["query", "tag"]]
    assert refuse("/items/1?tag=a", {"name": "d", "size": "x"}) == [
        ["body", "name"],
        ["body", "size"],
    ]
    assert calls == {"a": 2, "b": 2, "c": 1, "d": 1}
    answer = client.post("/items/1", json={"name": "b"})
    assert answer.json() == [1, {"name": "b", "size": 1}, "none"]


def test_a_body_that_is_no_json_is_not_judged(open_client: OpenClient) -> None:
    """Nor is what stands before it asked for twice."""
    client = open_client(two_values())
    headers = {"content-type": "application/json"}
    answer = client.post("/items/1?tag=a", content=b'{"name":', headers=headers)
    assert (answer.status_code, calls) == (422, {})


@pytest.mark.parametrize("is_blocking", [False, True], ids=["async def", "def"])
def test_what_a_validator_raises_is_answered_for(
    open_client: OpenClient, *, is_blocking: bool
) -> None:
    """As where the handler raises it."""
    annotation = Annotated[str, AfterValidator(fail)]
    client = open_client(echoing(annotation, is_blocking=is_blocking))
    answer = client.post("/", params={"given": "a"})
    assert (answer.status_code, answer.json()) == (418, {"detail": "a"})
    assert calls == {"a": 1}


def test_validators_run_after_dependencies(open_client: OpenClient) -> None:
    """Which may refuse, and leave them what they look at."""
    app = FastAPI(openapi_url=None)

    async def find_tenant(who: str) -> None:
        calls["dependency"] += 1
        if who == "stranger":
            raise HTTPException(401)
        tenant.set(who)

    @app.get("/", dependencies=[Depends(find_tenant)])
    async def show(
        name: Annotated[str, AfterValidator(tell_tenant)],
        other: Annotated[str, AfterValidator(only_later)],
    ) -> str:
        return name

    client = open_client(app)
    assert client.get("/?who=stranger&name=a&other=b").status_code == 401
    assert calls == {"dependency": 1}
    assert client.get("/?who=me&name=a&other=b").status_code == 422
    assert client.get("/?who=me&name=a&other=b").json() == "a of me"
    assert calls == {"dependency": 3, "b": 2}


DEFAULTS = {
    "query": (Annotated[Defaulting, Query()], {"params": {"given": ""}}),
    "factory": (Annotated[Defaulting, Query(default_factory=lambda: 7)], {"params": {"given": ""}}),
    "list": (Annotated[list[Defaulting], Query()], {"params": {"given": ""}}),
    "header": (Annotated[Defaulting, Header()], {"headers": {"given": ""}}),
    "cookie": (Annotated[Defaulting, Cookie()], {"headers": {"cookie": "given="}}),
    "body": (Annotated[Defaulting, Body()], {"json": ""}),
    "member": (Annotated[Defaulting, Body(embed=True)], {"json": {"given": None}}),
    "form": (Annotated[Defaulting, Form()], {"data": {"given": "", "other": "1"}}),
}


@pytest.mark.parametrize("case", DEFAULTS)
def test_a_validator_may_ask_for_the_default(open_client: OpenClient, case: str) -> None:
    """By `PydanticUseDefault`, for parameters as for members of models."""
    annotation, request = DEFAULTS[case]
    app = FastAPI(openapi_url=None)

    async def show(given: Any) -> Any:
        return given

    show.__annotations__ = {"given": annotation}
    if case != "factory":
        show.__defaults__ = (7,)
    app.post("/")(show)
    assert open_client(app).post("/", **request).json() == 7


def guarded() -> FastAPI:
    """Make an application whose handlers have dependencies, and tell all of an error."""
    app = FastAPI(openapi_url=None)

    async def guard(word: str = "open") -> str:
        calls["guard"] += 1
        return word

    async def judging(word: Later = "open") -> str:
        return word

    @app.exception_handler(RequestValidationError)
    async def tell(request: Request, error: RequestValidationError) -> JSONResponse:
        locations = [each["loc"] for each in error.errors()]
        return JSONResponse([locations, error.body, error.endpoint_path], 422)

    @app.post("/body/{place}")
    async def with_body(
        place: int, item: Item, guarded: Annotated[str, Depends(guard)], tag: Later = "none"
    ) -> list[Any]:
        return [place, item, tag, guarded]

    @app.post("/blocking")
    def blocking(item: Item, guarded: Annotated[str, Depends(guard)]) -> list[Any]:
        return [item, guarded]

    @app.post("/kept")
    async def kept(
        tag: Later, sizes: list[int], guarded: Annotated[str, Depends(guard)]
    ) -> list[Any]:
        return [tag, sizes, guarded]

    @app.post("/judging")
    async def with_judging(item: Item, word: Annotated[str, Depends(judging)]) -> list[Any]:
        return [item, word]

    return app


@pytest.mark.parametrize(
    ("path", "body", "errors", "result", "counts"),
    [
        (
            *("/body/1?tag=a", {"name": "b"}, [["query", "tag"], ["body", "name"]]),
            *([1, {"name": "b", "size": 1}, "a", "open"], {"guard": 2, "a": 2, "b": 2}),
        ),
        (
            *("/blocking", {"name": "b"}, [["body", "name"]]),
            *([{"name": "b", "size": 1}, "open"], {"guard": 2, "b": 2}),
        ),
        ("/kept?tag=a", [1], [["query", "tag"]], ["a", [1], "open"], {"guard": 2, "a": 2}),
        (
            *("/judging?word=a", {"name": "b"}, [["query", "word"], ["body", "name"]]),
            *([{"name": "b", "size": 1}, "a"], {"a": 2, "b": 2}),
        ),
    ],
    ids=["body", "def", "other body", "in a dependency"],
)
def test_a_refusal_after_dependencies(
    open_client: OpenClient, path: str, body: Any, errors: Any, result: Any, counts: Any
) -> None:
    """It tells the body, and what ran before has run once."""
    client = open_client(guarded())
    refused = client.post(path, json=body)
    shown = "POST " + path.partition("?")[0].replace("/1", "/{place}")
    assert (refused.status_code, refused.json()) == (422, [errors, body, shown])
    taken = client.post(path, json=body)
    assert (taken.status_code, taken.json()) == (200, result)
    assert calls == counts


class Place(Enum):
    HOME = "home"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        calls["missing"] += 1
        return cls.HOME if tenant.get() == "me" else None


def read_tenant() -> str:
    """Tell the tenant that a dependency has found."""
    return tenant.get()


class Stamped(BaseModel):
    by: str = Field(default_factory=read_tenant)
    size: int = 1


class Sealed(BaseModel):
    size: int = 1
    _by: str = PrivateAttr(default_factory=read_tenant)


class Told:
    def __init__(self, value: Any) -> None:
        self.text = f"{value} of {tenant.get()}"


def choose(value: Any) -> str:
    """Choose a kind of model."""
    calls["choice"] += 1
    return "sealed"


Chosen = Annotated[
    Annotated[Stamped, Tag("stamped")] | Annotated[Sealed, Tag("sealed")], Discriminator(choose)
]


def test_all_that_is_the_users_runs_after_dependencies(open_client: OpenClient) -> None:
    """Factories of defaults, discriminators, members of enums that are made, and classes."""
    app = FastAPI(openapi_url=None)

    async def enter(who: str) -> None:
        if who == "stranger":
            raise HTTPException(401)
        tenant.set(who)

    @app.post("/{kind}", dependencies=[Depends(enter)])
    async def show(
        kind: Place,
        stamped: Annotated[Stamped, Body()],
        sealed: Annotated[Chosen, Body()],
        told: Annotated[Any, AfterValidator(Told)] = "x",
    ) -> list[Any]:
        return [kind, stamped.by, sealed._by, told if told == "x" else told.text]  # type: ignore[union-attr]

    @app.post("/one/{kind}", dependencies=[Depends(enter)])
    async def show_one(
        kind: Place,
        chosen: Annotated[Chosen, Body()],
        told: Annotated[Any, AfterValidator(Told), Query()] = "x",
    ) -> list[Any]:
        return [kind, chosen._by, told.text]  # type: ignore[union-attr]

    client = open_client(app)
    body = {"stamped": {}, "sealed": {}}
    assert client.post("/there?who=stranger", json=body).status_code == 401
    assert client.post("/one/there?who=stranger", json={}).status_code == 401
    assert calls == {}
    assert client.post("/there?who=me", json=body).json() == ["home", "me", "me", "x"]
    assert client.post("/one/there?who=me&told=y", json={}).json() == ["home", "me", "y of me"]
    assert calls == {"missing": 2, "choice": 2}
    assert client.post("/one/there?who=me&told=y", json={"size": "x"}).status_code == 422
    assert calls == {"missing": 3, "choice": 3}


def test_an_empty_text_for_a_sequence_is_missing(open_client: OpenClient) -> None:
    """Also where its members are judged."""
    app = FastAPI(openapi_url=None)
    Texts = Annotated[Json[list[Later]], Query()]

    @app.get("/", dependencies=[Depends(lambda: None)])
    async def show(texts: Texts) -> Any:
        return texts

    @app.get("/alone")
    async def show_alone(texts: Texts = ["none"]) -> Any:  # noqa: B006  never changed
        return texts

    client = open_client(app)
    assert client.get("/?texts=").json()["detail"][0]["type"] == "missing"
    assert client.get("/alone?texts=").json() == ["none"]


def test_a_default_that_is_asked_for_is_validated_where_that_is_declared(
    open_client: OpenClient,
) -> None:
    """By `validate_default`, as where nothing was sent."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def show(number: Annotated[Defaulting, Query(validate_default=True)] = "7") -> Any:  # type: ignore[assignment]
        return [number]

    assert open_client(app).get("/?number=").json() == [7]


def test_validators_do_not_run_at_the_start() -> None:
    """A constraint beside them is tried by no value of ours."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def show(texts: Annotated[list[Later], Query(min_length=2)]) -> Any:
        return texts

    assert calls == {}
