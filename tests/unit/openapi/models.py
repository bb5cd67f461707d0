"""The models, dataclasses and other types that the applications of these tests use."""

import datetime as dt
import decimal
import uuid
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, computed_field, field_serializer
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypedDict


class Color(str, Enum):  # noqa: UP042 - as most applications write it
    """What it looks like."""

    red = "red"
    blue = "blue"


class Kind(Enum):
    small = "small"


class Level(IntEnum):
    low = 1
    high = 2


class Part(BaseModel):
    """A part.\fNot for the document."""  # noqa: D301 - a form feed is meant

    size: Annotated[int, Field(ge=1, lt=100, multiple_of=3)]
    color: Color = Color.red
    note: str | None = None


class Item(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Foo", "note": None}]})

    name: Annotated[str, Field(min_length=2, max_length=9, pattern="^a", examples=["ab"])]
    price: Annotated[float, Field(gt=0, description="Without tax")]
    parts: list[Part] = []
    by_color: dict[Color, Part] = {}
    when: dt.datetime | None = None
    level: Level = Level.low
    weight: Annotated[decimal.Decimal, Field(max_digits=5, decimal_places=2)] = decimal.Decimal(1)
    kind: Literal["a", "b"] | None = "a"
    pair: tuple[int, str] = (1, "a")
    unique: set[uuid.UUID] = set()
    anything: Any = None


class Tree(BaseModel):
    value: int
    children: list["Tree"] = []


class WithComputed(BaseModel):
    side: float = 1.0

    @computed_field
    @property
    def area(self) -> float:
        """The area."""
        return self.side**2


class WithSerializer(BaseModel):
    moment: dt.datetime

    @field_serializer("moment")
    def write_moment(self, value: dt.datetime) -> int:
        return int(value.timestamp())


class Nested(BaseModel):
    computed: WithComputed
    other: WithComputed | None = None


Content = TypeVar("Content")


class Page(BaseModel, Generic[Content]):
    items: list[Content]
    total: int = 0


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool = True


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)


@pydantic_dataclass
class CheckedPoint:
    x: Annotated[int, Field(ge=0)]


class Movie(TypedDict, total=False):
    title: str
    year: int


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    own_name: Annotated[str, Field(alias="ownName")]
    read_as: Annotated[int, Field(validation_alias="readAs", serialization_alias="writeAs")] = 1


class Filter(BaseModel):
    """A parameter model."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(gt=0, le=100)] = 100
    order_by: Literal["created", "updated"] = "created"
    tags: list[str] = []
    needed: str


class Headers(BaseModel):
    x_token: str
    if_modified: str | None = None
    x_list: list[str] = []


def make_twin(module: str) -> type[BaseModel]:
    """Make a model whose name another model has too."""
    return type("Twin", (BaseModel,), {"__module__": module, "__annotations__": {module: int}})


TwinOne, TwinTwo = make_twin("one"), make_twin("two")
