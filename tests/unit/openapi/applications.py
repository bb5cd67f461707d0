"""Applications that use every way to shape the document; each is made of either package.

A builder takes the package's front door and its app class's extra options, and declares an
application.
"""
# ruff: noqa: C901 - a builder declares many handlers

import datetime as dt
import uuid
from collections.abc import Callable
from enum import Enum
from importlib import import_module
from typing import Annotated, Any, Literal

from pydantic import (
    AnyUrl,
    Field,
    Json,
    SecretStr,
)
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from .models import (
    Aliased,
    Cat,
    CheckedPoint,
    Color,
    Dog,
    Filter,
    Headers,
    Item,
    Level,
    Movie,
    Nested,
    Page,
    Part,
    Point,
    Tree,
    TwinOne,
    TwinTwo,
    WithSerializer,
)

Builder = Callable[[Any], Any]
BUILDERS: dict[str, Builder] = {}


def application(builder: Builder) -> Builder:
    """List a builder under its name."""
    BUILDERS[builder.__name__] = builder
    return builder


def security_of(framework: Any) -> Any:
    """The package's security schemes."""
    return import_module(f"{framework.__name__}.security")


@application
def empty(framework: Any) -> Any:
    """Nothing but what every document has."""
    return framework.FastAPI()


@application
def described(framework: Any) -> Any:
    """Everything that can be said of the API as a whole."""
    return framework.FastAPI(
        title="Shop",
        summary="Sells",
        description="*Things*",
        version="2.0",
        terms_of_service="https://example.com/terms",
        contact={"url": "https://Example.com", "name": "Us", "x-phone": "1", "email": None},
        license_info={"url": "https://example.com/mit", "name": "MIT"},
        openapi_tags=[
            {"externalDocs": {"url": "https://a.example", "description": "More"}, "name": "a"},
            {"name": "b", "description": None, "x-order": 1},
        ],
        servers=[
            {"description": "Here", "url": "/"},
            {
                "url": "https://{region}.example.com",
                "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}},
            },
        ],
        openapi_external_docs={"url": "https://docs.example", "description": "Guide"},
    )


@application
def parameters(framework: Any) -> Any:
    """Parameters of every kind, type and decoration."""
    app = framework.FastAPI()
    Query, Path, Header, Cookie = (
        framework.Query,
        framework.Path,
        framework.Header,
        framework.Cookie,
    )

    @app.get("/items/{item_id}/{file_path:path}")
    async def read(
        item_id: Annotated[int, Path(title="The id", ge=1, le=1000)],
        file_path: str,
        q: str | None = None,
        needed: Annotated[str, Query(min_length=3, alias="needed-one")] = ...,
        many: Annotated[list[int], Query(description="Some", max_length=4)] = [1, 2],  # noqa: B006
        several: Annotated[set[str] | None, Query()] = None,
        old: Annotated[str | None, Query(deprecated=True, examples=["x", None])] = None,
        hidden: Annotated[str | None, Query(include_in_schema=False)] = None,
        named: Annotated[
            int, Query(openapi_examples={"one": {"value": 1, "summary": "One", "x": None}})
        ] = 1,
        color: Color = Color.red,
        level: Level | None = None,
        mixed: int | str = 1,
        mixed_otherwise: str | int = 1,
        choice: Literal["b", "a"] = "a",
        choice_otherwise: Literal["a", "b"] = "a",
        flag: bool = False,
        ratio: float = 0.5,
        whole: float = 1,
        moment: dt.date | None = None,
        span: dt.timedelta = dt.timedelta(minutes=1),
        identity: uuid.UUID | None = None,
        url: AnyUrl | None = None,
        secret: SecretStr | None = None,
        document: Annotated[Json[list[str]], Query()] = "[]",
        raw: bytes = b"",
        user_agent: Annotated[str | None, Header()] = None,
        strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
        x_many: Annotated[list[str] | None, Header(alias="X-Many")] = None,
        session: Annotated[str | None, Cookie(title="Session", json_schema_extra={"x": 1})] = None,
    ) -> None: ...

    return app


@application
def parameter_models(framework: Any) -> Any:
    """Models that stand for several parameters."""
    app = framework.FastAPI()

    @app.get("/query")
    async def by_query(values: Annotated[Filter, framework.Query()]) -> None: ...

    @app.get("/optional")
    async def by_optional(values: Annotated[Filter | None, framework.Query()] = None) -> None: ...

    @app.get("/headers")
    async def by_headers(
        values: Annotated[Headers, framework.Header()],
        aliased: Annotated[Aliased, framework.Cookie()],
    ) -> None: ...

    @app.get("/plain-headers")
    async def by_plain_headers(
        values: Annotated[Headers, framework.Header(convert_underscores=False)],
    ) -> None: ...

    return app


@application
def bodies(framework: Any) -> Any:
    """Bodies: one model, several, embedded, optional, of every kind of type."""
    app = framework.FastAPI()
    Body = framework.Body

    @app.post("/one")
    async def one(item: Item) -> None: ...

    @app.put("/several/{key}")
    async def several(key: str, item: Item, part: Part, importance: Annotated[int, Body(gt=0)]):
        """Three in one object."""

    @app.patch("/embedded")
    async def embedded(item: Annotated[Item, Body(embed=True, title="The item")]) -> None: ...

    @app.post("/optional")
    async def optional(item: Item | None = None) -> None: ...

    @app.post("/optionals")
    async def optionals(item: Item | None = None, part: Part | None = None) -> None: ...

    @app.post("/examples")
    async def examples(
        part: Annotated[
            Part,
            Body(
                description="A part",
                examples=[{"size": 3}],
                openapi_examples={"small": {"summary": "Small", "value": {"size": 3}}},
            ),
        ],
    ) -> None: ...

    @app.post("/list")
    async def listed(parts: list[Part]) -> None: ...

    @app.post("/map")
    async def mapped(weights: dict[int, float]) -> None: ...

    @app.post("/scalar", summary="A scalar")
    async def scalar(number: Annotated[int, Body()]) -> None: ...

    @app.post("/media")
    async def media(item: Annotated[Item, Body(media_type="application/vnd.api+json")]) -> None: ...

    @app.post("/dataclass")
    async def dataclassed(point: Point, checked: CheckedPoint) -> None: ...

    @app.post("/typed-dict")
    async def typed(movie: Movie) -> Movie: ...

    @app.post("/union")
    async def union(
        pet: Annotated[Cat | Dog, Body(discriminator="kind")], other: Cat | Dog | None = None
    ) -> None: ...

    @app.post("/aliased")
    async def aliased(value: Aliased) -> Aliased: ...

    @app.get("/get-with-body")
    async def get_with_body(part: Part) -> None: ...

    @app.options("/options-with-body")
    async def options_with_body(part: Part) -> None: ...

    @app.post("/bytes")
    async def data(value: Annotated[bytes, Body()]) -> bytes: ...

    @app.post("/any")
    async def anything(value: Annotated[Any, Body()]) -> Any: ...

    return app


@application
def answers(framework: Any) -> Any:
    """Answers: models, statuses, classes, further ones."""
    app = framework.FastAPI(responses={500: {"description": "Broken", "model": Part}})

    @app.get("/model", response_model=list[Item], status_code=201, response_description="Made")
    async def model(): ...

    @app.get("/annotated")
    async def annotated() -> Page[Part]: ...

    @app.get("/nothing", status_code=204)
    async def nothing() -> None: ...

    @app.get("/off", response_model=None)
    async def off() -> Part: ...

    @app.get("/html", response_class=HTMLResponse)
    async def html(): ...

    @app.get("/text", response_class=PlainTextResponse, responses={200: {"description": "Text"}})
    async def text(): ...

    @app.get("/redirect", response_class=RedirectResponse)
    async def redirect(): ...

    @app.get("/plain", response_class=Response)
    async def plain() -> Response: ...

    @app.get("/redirect-model", response_class=RedirectResponse, responses={404: {"model": Cat}})
    async def redirect_model(q: int): ...

    @app.get(
        "/more",
        responses={
            "4XX": {"model": Cat},
            "default": {"description": "Else", "headers": {"X-A": {"schema": {"maximum": 3}}}},
            200: {
                "description": "Both",
                "content": {"image/png": {}, "application/json": {"example": {"at": None}}},
            },
            "201": {"links": {"next": {"operationId": "x", "parameters": {"a": Color.red}}}},
            418: {"content": {"text/plain": {"example": dt.date(2020, 1, 2)}}},
            599: {},
        },
    )
    async def more(q: int) -> Dog: ...

    @app.get("/own-422", responses={422: {"description": "Ours"}})
    async def own_validation(q: int) -> Dog: ...

    @app.get("/tree")
    async def tree() -> Tree: ...

    @app.get("/union")
    async def union() -> Cat | Dog | None: ...

    return app


@application
def input_and_output(framework: Any) -> Any:
    """Models that read otherwise than they write."""
    return _declare_both_ways(framework, framework.FastAPI())


@application
def input_as_output(framework: Any) -> Any:
    """The same in one schema each."""
    return _declare_both_ways(framework, framework.FastAPI(separate_input_output_schemas=False))


def _declare_both_ways(framework: Any, app: Any) -> Any:
    @app.post("/nested")
    async def nested(value: Nested) -> Nested: ...

    @app.post("/item")
    async def item(value: Item) -> Item: ...

    @app.post("/serializer")
    async def serializer(value: WithSerializer) -> list[WithSerializer]: ...

    @app.post("/aliased")
    async def aliased(value: Aliased) -> dict[str, Aliased]: ...

    @app.post("/point")
    async def point(value: Point) -> Point: ...

    return app


@application
def same_names(framework: Any) -> Any:
    """Two models of one name."""
    app = framework.FastAPI()

    @app.post("/one")
    async def one(value: TwinOne) -> TwinTwo: ...

    @app.post("/pages")
    async def pages(value: Page[TwinOne], other: Page[TwinTwo]) -> Page[Item]: ...

    return app


@application
def metadata(framework: Any) -> Any:
    """What is said of single operations."""

    def make_id(route: Any) -> str:
        return f"{route.tags[0] if route.tags else 'none'}-{route.name}"

    class Tag(Enum):
        first = "first"

    app = framework.FastAPI(generate_unique_id_function=make_id)

    @app.get("/documented", tags=["a", Tag.first], deprecated=True)
    async def documented():
        """Read *it*.

        With two paragraphs.
        \f
        Not for readers.
        """  # noqa: D301 - a form feed is meant

    @app.get("/said", summary="Said", description="Described", operation_id="said", name="other")
    async def said(q: int): ...

    @app.get("/hidden", include_in_schema=False)
    async def hidden(part: Part): ...

    @app.api_route(
        "/extra",
        methods=["POST"],
        openapi_extra={
            "x-own": {"empty": None, "list": [None, Color.red]},
            "parameters": [{"name": "more", "in": "query", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/x-yaml": {"schema": {"minimum": 1}}}},
            "responses": {"200": {"headers": {"X": {"schema": {"type": "integer"}}}}},
            "externalDocs": {"url": "https://example.com"},
        },
    )
    async def extra(q: int): ...

    @app.head("/head")
    @app.trace("/trace")
    async def both(): ...

    @app.get("/same")
    @app.post("/same", generate_unique_id_function=lambda route: "posted")
    async def same(q: int = 1): ...

    return app


@application
def dependencies(framework: Any) -> Any:
    """Parameters and bodies of dependencies, once each, the stricter declaration winning."""
    Depends = framework.Depends

    async def page(skip: int = 0, limit: int = 10) -> None: ...

    async def strict(q: int, x_token: Annotated[str, framework.Header()]) -> None: ...

    async def lenient(q: int | None = None, part: Part | None = None) -> None: ...

    class Query:
        def __init__(self, skip: int = 5, name: str = "n") -> None: ...

    app = framework.FastAPI(dependencies=[Depends(strict)])

    @app.get("/a")
    async def first(
        a: Annotated[None, Depends(page)],
        b: Annotated[None, Depends(lenient)],
        c: Annotated[Query, Depends()],
    ): ...

    router = framework.APIRouter(prefix="/r", tags=["router"], dependencies=[Depends(page)])

    @router.post("/b/{q}", dependencies=[Depends(lenient)])
    async def second(q: str, item: Item): ...

    app.include_router(router, prefix="/v1", responses={404: {"model": Cat}})
    app.include_router(router, prefix="/v2", deprecated=True, tags=["again"])
    return app


@application
def security(framework: Any) -> Any:
    """Security schemes of every kind, with scopes along a chain."""
    schemes = security_of(framework)
    Depends, Security = framework.Depends, framework.Security
    oauth2 = schemes.OAuth2PasswordBearer(
        tokenUrl="token", scopes={"me": "Read me", "items": "Read items"}, refreshUrl="/again"
    )
    code = schemes.OAuth2AuthorizationCodeBearer("https://a/auth", "https://a/token")
    flows = schemes.OAuth2(
        flows={"clientCredentials": {"tokenUrl": "t", "scopes": {}}}, description="Machines"
    )

    async def current_user(
        scopes: schemes.SecurityScopes, token: Annotated[str, Depends(oauth2)]
    ) -> None: ...

    async def active_user(user: Annotated[None, Security(current_user, scopes=["me"])]) -> None: ...

    app = framework.FastAPI()

    @app.get("/me")
    async def me(user: Annotated[None, Depends(active_user)]): ...

    @app.get("/items")
    async def items(user: Annotated[None, Security(active_user, scopes=["items", "me"])]): ...

    @app.get("/twice", dependencies=[Security(oauth2, scopes=["x"]), Depends(current_user)])
    async def twice(key: Annotated[str, Security(schemes.APIKeyHeader(name="X-Key"))]): ...

    @app.get("/all")
    async def everything(
        basic: Annotated[Any, Depends(schemes.HTTPBasic(realm="r", description="Basic"))],
        bearer: Annotated[Any, Depends(schemes.HTTPBearer(bearerFormat="JWT"))],
        digest: Annotated[Any, Depends(schemes.HTTPDigest(scheme_name="Own"))],
        query: Annotated[Any, Depends(schemes.APIKeyQuery(name="key"))],
        cookie: Annotated[Any, Depends(schemes.APIKeyCookie(name="key"))],
        found: Annotated[Any, Depends(schemes.OpenIdConnect(openIdConnectUrl="/open"))],
        by_code: Annotated[Any, Depends(code)],
        by_flows: Annotated[Any, Depends(flows)],
    ): ...

    return app


@application
def callbacks_and_webhooks(framework: Any) -> Any:
    """Operations that the API calls rather than answers."""
    app = framework.FastAPI()
    callback = framework.APIRouter()

    @callback.post("{$callback_url}/done/{$request.body.id}", response_model=Cat)
    def done(body: Dog): ...

    @app.post("/start", callbacks=callback.routes)
    def start(item: Item, callback_url: AnyUrl | None = None): ...

    @app.webhooks.post("new-item", tags=["hooks"])
    def new_item(
        item: Part, limit: Annotated[int, framework.Query(le=5)] = 1
    ) -> Annotated[int, Field(ge=1)]:
        """Sent when there is one."""

    @app.webhooks.get("plain", include_in_schema=False)
    def plain(): ...

    return app
