"""Request bodies: models, containers, scalars, several at once, raw."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, field_validator, model_validator
from typing_extensions import TypedDict


class Maker(BaseModel):
    """Nested in an item."""

    name: str = Field(min_length=1)
    country: Literal["de", "fr", "jp"] = "de"


class Item(BaseModel):
    """The usual body."""

    name: str = Field(max_length=20)
    price: float = Field(gt=0)
    tax: float | None = None
    tags: set[str] = set()
    maker: Maker | None = None
    stock: dict[str, int] = {}


class Strict(BaseModel):
    """A body that converts nothing and takes nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: int
    text: str = "none"
    at: datetime | None = None


class Checked(BaseModel):
    """A body with validators of its own."""

    low: int
    high: int = Field(alias="highest")
    word: str = "word"

    @field_validator("word")
    @classmethod
    def check_word(cls, value: str) -> str:
        """Refuse blanks."""
        if " " in value:
            raise ValueError("no blanks please")
        return value.upper()

    @model_validator(mode="after")
    def check_order(self) -> "Checked":
        """Refuse the wrong order."""
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class Cat(BaseModel):
    """One of a discriminated union."""

    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    """The other of a discriminated union."""

    kind: Literal["dog"]
    tricks: list[str]


class Tree(BaseModel):
    """A body that holds its own kind."""

    value: int
    children: list["Tree"] = []


@dataclass
class Point:
    """A body without Pydantic's base class."""

    x: float
    y: float = 0.0
    labels: list[str] = field(default_factory=list)


class Movie(TypedDict):
    """A body that is a plain dictionary."""

    title: str
    year: NotRequired[int]


class Parcel(BaseModel):
    """Types that JSON does not have."""

    key: UUID
    weight: Decimal
    data: Base64Bytes = b""
    pair: tuple[int, str] = (1, "a")


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()
    _add_models(app, web)
    _add_kinds(app, web)
    _add_several(app, web)
    _add_plain(app, web)
    _add_raw(app, web, events)
    lenient = web.APIRouter(prefix="/lenient", strict_content_type=False)
    _add_lenient(lenient)
    app.include_router(lenient)
    return app


def _add_models(app: Any, web: Any) -> None:
    @app.post("/items")
    async def create(item: Item) -> Any:
        return item

    @app.put("/items/{item_id}")
    async def replace(item_id: int, item: Item, q: str | None = None) -> Any:
        return {"item_id": item_id, "q": q, **item.model_dump()}

    @app.patch("/items/{item_id}")
    def change(item_id: int, item: Item) -> Any:
        return {"item_id": item_id, "set": sorted(item.model_fields_set)}

    @app.post("/strict")
    async def strict(body: Strict) -> Any:
        return body

    @app.post("/checked")
    async def checked(body: Checked) -> Any:
        return body

    @app.post("/tree")
    async def tree(body: Tree) -> Any:
        return body

    @app.post("/parcel")
    async def parcel(body: Parcel) -> Any:
        return [body.key, body.weight, len(body.data), body.pair]


def _add_kinds(app: Any, web: Any) -> None:
    @app.post("/pets")
    async def pets(pet: Annotated[Cat | Dog, Field(discriminator="kind")]) -> Any:
        return pet

    @app.post("/either")
    async def either(body: Cat | Maker | list[int]) -> Any:
        return body

    @app.post("/point")
    async def point(point: Point) -> Any:
        return point

    @app.post("/points")
    def points(points: list[Point]) -> Any:
        return points

    @app.post("/movie")
    async def movie(movie: Movie) -> Any:
        return movie

    @app.post("/optional")
    async def optional(item: Maker | None = None) -> Any:
        return item

    @app.post("/nullable")
    async def nullable(item: Maker | None) -> Any:
        return item

    @app.post("/default-model")
    async def default_model(item: Maker = Maker(name="nobody")) -> Any:  # noqa: B008
        return item


def _add_several(app: Any, web: Any) -> None:
    @app.post("/two")
    async def two(first: Maker, second: Checked) -> Any:
        return [first, second]

    @app.post("/two-and-number")
    async def two_and_number(
        first: Maker,
        number: Annotated[int, web.Body(gt=0)],
        second: Maker | None = None,
        q: int | None = None,
    ) -> Any:
        return [first, number, second, q]

    @app.post("/embedded")
    async def embedded(item: Annotated[Item, web.Body(embed=True)]) -> Any:
        return item

    @app.post("/embedded-optional")
    async def embedded_optional(
        item: Annotated[Maker | None, web.Body(embed=True, alias="the-item")] = None,
    ) -> Any:
        return item

    @app.delete("/many")
    async def many(
        words: Annotated[list[str], web.Body()], flag: Annotated[bool, web.Body()] = False
    ) -> Any:
        return [words, flag]


def _add_plain(app: Any, web: Any) -> None:
    @app.post("/integer")
    async def integer(value: Annotated[int, web.Body()]) -> Any:
        return value

    @app.post("/text")
    async def text(value: Annotated[str, web.Body(min_length=2)]) -> Any:
        return value

    @app.post("/default-text")
    async def default_text(value: Annotated[str, web.Body()] = "default") -> Any:
        return value

    @app.post("/numbers")
    async def numbers(values: list[int]) -> Any:
        return values

    @app.post("/weights")
    async def weights(values: dict[int, float]) -> Any:
        return values

    @app.post("/dictionary")
    async def dictionary(values: dict[str, Any]) -> Any:
        return values

    @app.post("/anything")
    async def anything(value: Annotated[Any, web.Body()]) -> Any:
        return value

    @app.post("/anything-or-none")
    async def anything_or_none(value: Annotated[Any, web.Body()] = None) -> Any:
        return {"value": value}


def _add_raw(app: Any, web: Any, events: list[str]) -> None:
    @app.post("/raw")
    async def raw(request: web.Request) -> Any:
        body = await request.body()
        events.append(f"{len(body)} bytes")
        return {"length": len(body), "text": body.decode("latin-1")}

    @app.post("/chunks")
    async def chunks(request: web.Request) -> Any:
        total = 0
        async for chunk in request.stream():
            total += len(chunk)
        return total

    @app.post("/json")
    async def json(request: web.Request) -> Any:
        try:
            return {"value": await request.json()}
        except ValueError:
            return {"error": "broken"}

    @app.post("/model-and-raw")
    async def model_and_raw(item: Maker, request: web.Request) -> Any:
        body = await request.body()
        return {"item": item, "length": len(body), "kind": request.headers.get("content-type")}

    @app.get("/with-body")
    async def with_body(item: Maker | None = None, q: int = 1) -> Any:
        return [item, q]

    @app.post("/media-type")
    async def media_type(
        item: Annotated[Maker, web.Body(media_type="application/vnd.maker+json")],
    ) -> Any:
        return item

    @app.post("/binary")
    async def binary(data: Annotated[bytes, web.Body()]) -> Any:
        return len(data)


def _add_lenient(router: Any) -> None:
    @router.post("/items")
    async def create(item: Item) -> Any:
        return item
