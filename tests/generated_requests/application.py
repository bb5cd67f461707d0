"""Sixty operations of every kind: one group of twelve for each of five resources."""

from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field

from sixlane import (
    APIRouter,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    UploadFile,
)
from sixlane.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

KEY = "sesame"

RESOURCES = ("orders", "books", "trains", "plants", "songs")


class Refusal(BaseModel):
    """Why a request was not served."""

    detail: str


class Color(Enum):
    """One of three."""

    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Cat(BaseModel):
    """One side of a union."""

    kind: Literal["cat"]
    lives: int = Field(ge=1, le=9)


class Dog(BaseModel):
    """The other side."""

    kind: Literal["dog"]
    name: str = Field(min_length=1, max_length=20)


class Part(BaseModel):
    """A member of a thing."""

    weight: float = Field(gt=0, le=1000)
    made_of: str = ""


class Thing(BaseModel):
    """A body with most of what bodies have."""

    name: str = Field(min_length=1, max_length=50)
    color: Color
    parts: list[Part] = Field(default=[], max_length=5)
    notes: dict[str, str] = {}


class Page(BaseModel):
    """Query parameters as a model."""

    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=10, ge=1, le=100)


class Address(BaseModel):
    """A form as a model."""

    street: str = Field(min_length=1, max_length=80)
    number: int = Field(ge=1)


class Point(msgspec.Struct):
    """A body that msgspec validates."""

    x: Annotated[float, msgspec.Meta(ge=0, le=100)]
    y: float = 0.0


async def read_tenant(x_tenant: Annotated[int, Header(ge=0)] = 0) -> int:
    """Depend on a header."""
    return x_tenant


Tenant = Annotated[int, Depends(read_tenant)]
Number = Annotated[int, Path(ge=0, le=2**31)]


def check_key(key: Annotated[str, Depends(APIKeyHeader(name="X-Key"))]) -> str:
    """Take one key alone."""
    if key != KEY:
        raise HTTPException(401, "Not this key")
    return key


def check_token(token: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """Take one token alone."""
    if token.credentials != KEY:
        raise HTTPException(401, "Not this token")
    return token.credentials


Key = Annotated[str, Depends(check_key)]
Bearer = Annotated[str, Depends(check_token)]

app = FastAPI(
    title="Sixty operations",
    responses={400: {"model": Refusal, "description": "The body cannot be read"}},
)


def add_reads(router: APIRouter) -> None:
    """Declare what answers without a body."""

    @router.get("/")
    async def search(
        page: Annotated[Page, Query()],
        color: Color | None = None,
        tag: Annotated[list[str] | None, Query()] = None,
    ) -> dict[str, Any]:
        return {"offset": page.offset, "color": color, "tags": tag}

    @router.get("/{number}")
    async def read(number: Number, tenant: Tenant) -> Part:
        return Part(weight=1 + number % 7 + tenant % 3)

    @router.get("/{number}/history/{day}")
    def history(number: Number, day: date, since: int | None = None) -> list[date]:
        return [day] if since is None else []

    @router.get("/by-key/{key}")
    async def by_key(key: UUID, session: Annotated[str | None, Cookie()] = None) -> UUID:
        return key

    @router.get("/{number}/price")
    async def price(
        number: Number, factor: Annotated[float, Query(ge=0, le=10, allow_inf_nan=False)] = 1
    ) -> float:
        return factor

    @router.get("/{number}/secret", responses={401: {"model": Refusal}})
    async def secret(number: Number, key: Key) -> str:
        return "for the one who has a key"


def add_writes(router: APIRouter) -> None:
    """Declare what has a body."""

    @router.post("/", status_code=201)
    async def create(thing: Thing) -> Thing:
        return thing

    @router.put("/{number}")
    def replace(number: Number, thing: Thing, urgent: Annotated[bool, Body()] = False) -> Thing:
        return thing

    @router.patch("/{number}/pet")
    async def adopt(
        number: Number, pet: Annotated[Cat | Dog, Body(discriminator="kind")]
    ) -> Cat | Dog:
        return pet

    @router.post("/{number}/address")
    async def move(number: Number, address: Annotated[Address, Form()]) -> Address:
        return address

    @router.post("/{number}/picture", responses={401: {"model": Refusal}})
    async def upload(
        number: Number,
        user: Bearer,
        picture: Annotated[UploadFile, File()],
        title: Annotated[str, Form()] = "",
    ) -> int:
        return len(await picture.read())

    @router.post("/{number}/point")
    async def place(number: Number, point: Point) -> Point:
        return point


for resource in RESOURCES:
    group = APIRouter(prefix=f"/{resource}", tags=[resource])
    add_reads(group)
    add_writes(group)
    app.include_router(group)
