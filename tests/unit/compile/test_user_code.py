"""Which types run code of the user's when they are validated."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

import pytest
from annotated_types import Gt, MinLen
from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    BeforeValidator,
    ByteSize,
    Field,
    PlainValidator,
    PrivateAttr,
    RootModel,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    WrapValidator,
    field_validator,
    model_validator,
)

from sixlane import UploadFile
from sixlane._compile.user_code import runs_user_code


def keep(value: Any) -> Any:
    """Do what the user wants."""
    return value


def wrap(value: Any, handler: Any) -> Any:
    """Do so around the validation."""
    return handler(value)


class Plain(BaseModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    amount: Annotated[Decimal, Gt(0)]
    others: "list[Plain]" = Field(default_factory=list)
    _kept: int = PrivateAttr(default=1)


class WithField(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, value: str) -> str:
        return value


class WithModel(BaseModel):
    @model_validator(mode="after")
    def check(self) -> Self:
        return self


class WithEnd(BaseModel):
    _kept: int = PrivateAttr(default=1)

    def model_post_init(self, context: Any) -> None:
        self._kept = 2


class WithInit(BaseModel):
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


@dataclass
class WithPostInit:
    name: str

    def __post_init__(self) -> None:
        self.name = self.name.strip()


class Own:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return handler(Annotated[str, AfterValidator(keep)])


class Choice(Enum):
    ONE = "one"


class Lenient(Enum):
    ONE = "one"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        return cls.ONE


class WithFactory(BaseModel):
    name: str = Field(default_factory=lambda: "")


class WithPrivateFactory(BaseModel):
    _kept: str = PrivateAttr(default_factory=lambda: "")


class WithUuid(BaseModel):
    name: UUID = Field(default_factory=uuid4)
    at: datetime = Field(default_factory=datetime.now)


PLAIN = [
    *(Choice, WithUuid, Annotated[int, AfterValidator(partial(pow, 2))]),
    *(int, str, datetime, Decimal, UUID, Path, AnyUrl, SecretStr, ByteSize, UploadFile),
    *(Plain, list[Plain], RootModel[list[Plain]], Annotated[list[int], MinLen(1)]),
    *(Annotated[str, BeforeValidator(str)], Annotated[str, AfterValidator(str.strip)]),
]
OWN = [
    *(Lenient, WithFactory, WithPrivateFactory, Annotated[Any, AfterValidator(WithPostInit)]),
    *(Annotated[int, AfterValidator(partial(keep))],),
    *(Annotated[int, AfterValidator(keep)], Annotated[int, BeforeValidator(keep)]),
    *(Annotated[int, PlainValidator(keep)], Annotated[int, WrapValidator(wrap)]),
    *(WithField, WithModel, WithEnd, WithInit, WithPostInit, Own),
    *(list[WithField], dict[str, WithField | None], tuple[int, RootModel[WithField]]),
]


@pytest.mark.parametrize("annotation", PLAIN, ids=str)
def test_types_that_only_validate(annotation: Any) -> None:
    """What libraries do is known to have no effect but its result."""
    assert not runs_user_code(TypeAdapter(annotation).core_schema)


@pytest.mark.parametrize("annotation", OWN, ids=str)
def test_types_that_do_what_the_user_wants(annotation: Any) -> None:
    """Wherever it stands in them."""
    assert runs_user_code(TypeAdapter(annotation).core_schema)
